"""Small finished runs to compare."""

import json
from pathlib import Path

import polars as pl

from warriorcoder.core import tables
from warriorcoder.gold.tables import SCORED

RECORD = {"rating": {"alpha": 0.5}, "gold": "winner", "code": "1"}
# id → candidate → (text of the answer, n_tokens, x, X); the instruction's text is its id
TWO = {"i": {"p": ("P", 3, 0.9, 0.5), "q": ("Q", 4, 0.1, 0.5)}}


def write_gold(results: Path, model="main", scored=TWO, texts=None, record=RECORD):
    alpha, rows = record["rating"]["alpha"], []
    for id, candidates in scored.items():
        scores = {
            name: round(alpha * big_x + (1 - alpha) * x, 12)
            for name, (_, _, x, big_x) in candidates.items()
        }
        best = min(candidates, key=lambda name: (-scores[name], candidates[name][1]))
        rows += [
            (
                id,
                "p",
                (texts or {}).get(id, id),
                name,
                text,
                tokens,
                1,
                x,
                big_x,
                scores[name],
                name == best,
            )
            for name, (text, tokens, x, big_x) in candidates.items()
        ]
    frame = pl.DataFrame(rows, schema=SCORED.schema, orient="row")
    tables.write(frame, SCORED, results / f"gold/{model}/scored.parquet", record)


def write_scores(results: Path, passed, model="main", benchmark="he", record=None, **changed):
    """Results in which problem n passes its `passed[n]` samples: a string of `+` and `-`."""
    statuses = [
        [
            {"decoding": 0, "sample": number, "humaneval": "pass" if mark == "+" else "fail"}
            for number, mark in enumerate(marks)
        ]
        for marks in passed
    ]
    result = {"version": "tiny 1", "dataset_sha256": "f" * 64, "evalplus": "0.3.1"}
    result |= {"metrics": {"humaneval": {"pass@1": {}}}, "isolation": "bubblewrap"}
    result |= {"decodings": [{"n": len(passed[0]), "report": [1]}], "record": record or {}}
    result["per_task"] = [
        {"task_id": f"t/{n}", "statuses": each} for n, each in enumerate(statuses)
    ]
    path = results / f"benchmarks/{model}/{benchmark}/results.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result | changed))
    return path


def write_summary(results: Path, *models: str):
    path = results / "report/summary.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"main_roster": "main", "benchmarks": dict.fromkeys(["main", *models], {})})
    )
