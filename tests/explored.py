"""A made-up arena for the battle explorer, and a reader of its pages."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random

import polars as pl

from warriorcoder.report.battles.outline import SCHEMA

EXPERTS = ["athene", "dscoder", "llamax", "quen", "quq"]
ABOUT = {"run": "made up", "roster": "five", "experts": EXPERTS, "snapshot": "permuted"}
ABOUT |= {"alpha": 0.7, "ratings": {name: 1000.0 + 3 * n for n, name in enumerate(EXPERTS)}}
CATEGORIES = ("Code Debugging", "Code Generation", "Code Optimization")
LETTERS = "etaoinsrhldcumfpgwybvkxjqz"
CODE = 'def solve(items):\n    # keep order\n    return sorted(items)[:{}] or "none"\n'


@cache
def text() -> str:
    """Return words as frequent as those of a language, which compress as its texts do."""
    draw = Random(0)
    known = ["".join(draw.choices(LETTERS, k=draw.randint(2, 9))) for _ in range(20_000)]
    return " ".join(draw.choices(known, [1 / n for n in range(1, 20_001)], k=200_000))


def prose(draw: Random, words: int) -> str:
    """Return about this many words."""
    start = draw.randrange(len(text()) - 6 * words)
    return text()[start : start + 6 * words]


def outline(each: int) -> pl.DataFrame:
    """Return `each` lines of every author."""
    draw, rows = Random(1), []
    for author in EXPERTS:
        for rank in range(each):
            winner, second = draw.sample(EXPERTS, 2)
            line = [f"{author}:t1.0-p0.99:{rank:06}", author, rank, draw.choice(CATEGORIES)]
            line += [float(draw.randint(6, 10)), winner, second, draw.random() / 4]
            line += [draw.choice([0.0, 0.0, 0.25, 0.5]), draw.random() < 0.1, draw.random() < 0.2]
            line += [draw.random() < 0.1, draw.random() > 0.05, f"Write {prose(draw, 40)}."]
            rows.append(line)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def stories(lines: pl.DataFrame, tokens: int = 40) -> Iterator[dict]:
    """Yield a story per line, with texts of about `tokens` tokens, as `story.Stories` does."""
    for line in lines.iter_rows(named=True):
        draw = Random(line["id"])
        order = sorted(EXPERTS, key=lambda name: (name != line["winner"], name != line["second"]))
        scores = {name: 0.6 - 0.05 * n for n, name in enumerate(order)}
        answers = [
            {"answerer": name, "rating": ABOUT["ratings"][name], "battles": 4, "local": 0.5}
            | {"expected": 0.5, "score": scores[name], "gold": name == line["winner"]}
            | {"text": f"{prose(draw, tokens // 2)}\n{_block(n, tokens // 40)}"}
            | {"raw": None, "finish_reason": "stop", "n_tokens": tokens, "seed": 2**62 + 1}
            for n, name in enumerate(order)
        ]
        battles = [
            {"attacker": a, "defender": b, "t_attacker": 2, "t_defender": 1, "local": 2 / 3}
            | {"asked": 3, "expected": 0.5, "score": 0.55, "overruled": False}
            | {
                "votes": [
                    _vote(draw, judge, a, b, tokens) for judge in EXPERTS if judge not in (a, b)
                ]
            }
            for a, b in combinations(EXPERTS, 2)
            if line["author"] in (a, b)
        ]
        yield line | {"answers": answers, "battles": battles, "sft": _row(line, answers, battles)}


def _block(answer: int, times: int) -> str:
    """Return a block of code in which one line differs from that of another answer."""
    return f"```python\n{CODE.format(answer) * times}```"


def _vote(draw: Random, judge: str, a: str, b: str, tokens: int) -> dict:
    verdict, vote = draw.choice([("A", "attacker"), ("B", "defender"), ("Tie", "tie")])
    words = f"{prose(draw, tokens // 2)} [[{verdict}]]"
    return {"judge": judge, "shown_first": a, "verdict": verdict, "vote": vote, "raw": words} | {
        "again": None,
        "finish_reason": "stop",
        "n_tokens": tokens,
        "cut_attacker": 0,
        "cut_defender": 0,
    }


def _row(line: dict, answers: list[dict], battles: list[dict]) -> dict | None:
    """Return a row of `sft.parquet`."""
    if not line["exported"]:
        return None
    turns = [("user", line["text"]), ("assistant", answers[0]["text"])]
    kept = ("judge", "shown_first", "verdict", "vote")
    votes = [{key: vote[key] for key in kept} for battle in battles for vote in battle["votes"]]
    return {
        "id": line["id"],
        "messages": [{"role": role, "content": text} for role, text in turns],
        "shard": f"{line['author']}/t1.0-p0.99",
        "row": line["rank"],
        "sampling": "t1.0-p0.99",
        "seed": 2**62 + 1,  # a number that JavaScript would round
        "model": "a/model",
        "revision": "b" * 40,
        "prefix_sha256": "c" * 64,
        "cluster": line["id"],
        "rank": line["rank"],
        "radius": 0.5,
        "difficulty": line["difficulty"],
        "stability": None,
        "judge_prompt_sha256": "d" * 64,
        "votes": votes,
    }


def unpacked(script: Path) -> dict | list:
    """Return what a script in `data/` hands to the page."""
    found = re.fullmatch(r'explorer\.receive\("(.+)", "(.+)"\);\n', script.read_text())
    assert found and found[1] == script.stem
    return json.loads(zlib.decompress(base64.b64decode(found[2])))
