"""The tables of a run of three experts, as the scripts of the report read them."""

import json
from pathlib import Path

import polars as pl
from schemas import TABLES

from warriorcoder.core import tables
from warriorcoder.report import paper
from warriorcoder.training import history

EXPERTS = ["a", "b", "c"]
ROSTERS = {
    "one": {"experts": ["a"], "gold": "winner"},
    "three": {"experts": EXPERTS, "gold": "winner"},
}


def reproduced() -> dict:
    """Return a record in which the paper's settings made the run of the tiny experts."""
    made = {"experts": {name: f"tiny/{name}" for name in EXPERTS}, "target": "tiny/target"}
    made |= {"entered": [], "world": False}
    for path, value in paper.SETTINGS.items():
        section, key = path.split(".")
        made.setdefault(section, {})[key] = value
    return made


def write_tables(results: Path) -> None:
    """Tables of a run in which `a` answers right, and everybody else wrong."""
    from random import Random

    from warriorcoder.miniature import world

    rng = Random(7)
    curated, funnel, gold = [], [], []
    for author in EXPERTS:
        tasks = {f"{author}:s:{n:06d}": world.sample(rng, kind="code") for n in range(4)}
        answers = {
            (id, who): world.answer(rng, task, right=who == "a")
            for id, task in tasks.items()
            for who in EXPERTS
        }
        pair_rows = [
            (id, author, author, other, n, ["three"], 1.0)
            for n, id in enumerate(tasks)
            for other in EXPERTS
            if other != author
        ]
        _table("battles", pair_rows, results / f"battles/{author}.parquet")
        for who in EXPERTS:
            rows = [(id, who, 0, answers[id, who], "", "stop", 9) for id in tasks]
            _table("answers", rows, results / f"answers/{author}/{who}.parquet")
        for other in EXPERTS:
            if other != author:
                [judge] = set(EXPERTS) - {author, other}
                vote, said = ("attacker", "A") if author == "a" else ("tie", "Tie")
                rows = [
                    (id, author, other, judge, author, 0, 0, 0, "", None, said, vote, "stop", 5)
                    for id in tasks
                ]
                _table("votes", rows, results / f"votes/{author}/{author}_{other}/{judge}.parquet")
        rows = [
            (id, author, "s", task.text, id, 7.0, n, 0.1)
            for n, (id, task) in enumerate(tasks.items())
        ]
        _table("selected", rows, results / f"selected/{author}.parquet")
        curated += [(id, author, "s", task.text, id, 1) for id, task in tasks.items()]
        judge = EXPERTS[EXPERTS.index(author) - 1]
        rows = [(id, judge, 0, "[[7]]", None, 2 * n + 1, "stop", 3) for n, id in enumerate(tasks)]
        _table("difficulty", rows, results / f"difficulty/{author}/{judge}.parquet")
        kept = [("mined", "all"), ("curated", "kept"), ("selected", "kept")]
        funnel += [(author, "s", stage, reason, 4) for stage, reason in kept]
        gold += [
            (id, author, "", who, answers[id, who], 9, 2, 0.5, 0.5, 0.5, who == "b")
            for id, who in answers
        ]
    _table("curated", curated, results / "curated.parquet")
    mined = [
        (id, author, "s", 0, 0, "m", "r", "0", text, text, False, "length", 7)
        for id, author, _, text, *_ in curated
    ]
    _table("mined", mined, results / "mined.parquet")
    _table("funnel", funnel, results / "funnel.parquet")
    lost = [("filter", "truncated", author, f"{author}:s:9", "Write a") for author in EXPERTS]
    _table("dropped", lost, results / "dropped.parquet")
    record = {"rating": {"alpha": 0.7}, "gold": "winner"}
    _table("scored", gold, results / "gold/three/scored.parquet", record)
    methods = ("elo_final", "elo_permuted", "bradley_terry")
    rows = [("three", who, how, 0.5, 0.4, 0.6) for how in methods for who in EXPERTS]
    _table("ratings", rows, results / "ratings/three.parquet")
    rows = [("three", who, "position", 0.1, 0.0, 0.2) for who in EXPERTS]
    _table("effects", rows, results / "effects/three.parquet")
    tables.write_json({"battles": 24}, results / "gold/three/diagnostics.json")
    tables.write_json({"instruction": "Write a function."}, results / "corpus.json")
    (results / "corpus.jsonl").write_text('{"instruction": "Write a function."}\n')
    for model in ("base", *ROSTERS):
        scores = {"humaneval": {"pass@1": {"value": 0.5, "ci95": [0.25, 0.75]}}}
        statuses = [{"decoding": 0, "sample": 0, "humaneval": "pass"}]
        tasks = [{"task_id": f"t/{n}", "statuses": statuses} for n in range(8)]
        found = {"version": "tiny", "per_task": tasks, "metrics": scores, "max_tokens": 8}
        found |= {"dataset_sha256": "0", "evalplus": "0.3.1", "isolation": "bubblewrap"}
        found |= {"chain_of_thought": False, "notes": ["one", "two"]}
        found["decodings"] = [{"n": 1, "temperature": 0.0, "top_p": 1.0, "report": [1]}]
        tables.write_json(found, results / f"benchmarks/{model}/he/results.json")
    rows = [(f"t/{n}", 0, 0, n, "raw", "stop" if n else "length", 8) for n in range(8)]
    _table("samples", rows, results / "benchmarks/base/he/samples.parquet")


def write_training(marker: Path, measured: Path) -> None:
    """A training of two steps of 1,000 tokens, at 2 seconds a step on two GPUs."""
    facts = {"rows": 20, "rows_cut": 3, "rows_dropped": 1, "rows_unended": 0, "rows_held_out": 5}
    facts |= {"steps": 2, "epochs": 3.2, "loss_first": 1.5, "loss_last": 1.0}
    marker.write_text(json.dumps(facts))
    rows = [(1, 1.6, 1.5, None, 0.0, 2.0, 1000), (2, 3.2, 1.0, 1.25, 0.1, 1.0, 1000)]
    steps = pl.DataFrame(rows, schema=history.STEPS.schema, orient="row")
    tables.write(steps, history.STEPS, marker.parent / history.FILE)
    said = {"seconds": [2.0, 2.0], "resumed": False, "gpus": 2, "gpu": "NVIDIA H200"}
    said |= {"peak_bytes": 5 * 10**9, "parameters": 10**9, "waste": 0.02}
    measured.parent.mkdir(parents=True)
    measured.write_text(json.dumps(said))
    cost = {"seconds": 9.0, "cpu_seconds": 9.0, "max_rss_mb": 10.0}
    measured.with_name("three.log.cost.json").write_text(json.dumps(cost))


def _table(name: str, rows: list, path: Path, record: dict | None = None) -> None:
    frame = pl.DataFrame(rows, schema=TABLES[name].schema, orient="row")
    tables.write(frame, TABLES[name], path, record)
