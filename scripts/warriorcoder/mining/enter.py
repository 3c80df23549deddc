"""Instructions from a file in place of mined ones, in the same table."""

import polars as pl

from warriorcoder.mining.mine import debris
from warriorcoder.mining.shards import ENTERED
from warriorcoder.mining.tables import MINED
from warriorcoder.models.reader import Reader


def enter(reader: Reader, given: pl.DataFrame, file: dict, max_tokens: int) -> pl.DataFrame:
    """Return the table `mined` of the texts of a file. It has no seeds and no prefix.

    Args:
        reader: the expert that stands for the author. Its tokenizer counts tokens.
        given: columns row, text (`core.texts`).
        file: the `path` and `sha256` of the file, which are the lineage of its rows.
        max_tokens: the limit of an instruction. Longer ones end by `length`, and curation drops
            and counts them as truncated.
    """
    name, chat, marks = reader.spec.name, reader.chat, debris(reader)
    sizes = [chat.size(text) for text in given["text"]]
    texts, ends = given["text"], ["stop" if n <= max_tokens else "length" for n in sizes]
    return pl.DataFrame(
        {
            "id": [f"{name}:{ENTERED}:{row:06d}" for row in given["row"]],
            "expert": name,
            "sampling": ENTERED,
            "row": given["row"],
            "seed": None,
            "model": file["path"],
            "revision": file["sha256"],
            "prefix_sha256": None,
            "text": texts,
            "raw": texts,
            "leaked": [any(mark in text for mark in marks) for text in texts],
            "finish_reason": ends,
            "n_tokens": sizes,
        },
        schema=MINED.schema,
    )
