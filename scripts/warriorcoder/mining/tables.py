"""Table of the mining stage."""

from warriorcoder.core.tables import FLAG, INT, TEXT, Table

# One mined instruction a row. `raw` keeps special tokens, `text` does not. Rows of a file of
# instructions have its path as `model` and its sha256 as `revision`, and neither seed nor prefix.
MINED = Table(
    "mined",
    {
        "id": TEXT,  # {expert}:{sampling}:{row}
        "expert": TEXT,
        "sampling": TEXT,
        "row": INT,
        "seed": INT,
        "model": TEXT,
        "revision": TEXT,
        "prefix_sha256": TEXT,
        "text": TEXT,
        "raw": TEXT,
        "leaked": FLAG,  # a special token or a mark of thoughts stood inside the text
        "finish_reason": TEXT,  # stop | length | content_filter (servers)
        "n_tokens": INT,
    },
)
