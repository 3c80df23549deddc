"""Scoring: ours against evalplus' own evaluator, and against one process per program.

Both sides with two workers, in turns, on the same programs: HumanEval+'s canonical solutions, with
ground truth at hand; CRUXEval-I, 800 x 10 answers, all different (a fourth of them each turn).
Run: .venv/bin/python THIS FOLDER [humaneval|cruxeval] (FOLDER holds the published files)
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROUNDS = 4
SCORE = [sys.executable, "-m", "warriorcoder.cli", "score", "--workers", "2", "--allow-missing"]


def write(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def timed(command: list, folder: Path, **variables: str) -> float:
    begun = time.monotonic()
    subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=os.environ | variables,
        check=True,
        capture_output=True,
    )
    return time.monotonic() - begun


def ours(benchmark: str, dataset: Path, samples: Path, folder: Path) -> float:
    command = [*SCORE, "--benchmark", benchmark, "--dataset", dataset, "--samples", samples]
    seconds = timed([*command, "--out", folder / "out.json"], folder)
    results = json.loads((folder / "out.json").read_text())
    assert results["metrics"][benchmark]["pass@1"]["value"] == 1, [
        task
        for task in results["per_task"]
        if any(status[benchmark] != "pass" for status in task["statuses"])
    ]
    return seconds


def compare(name: str, rounds: list[dict], bound: float) -> None:
    """Run (ours, theirs) of each round in turns; the sums may have no larger ratio than `bound`."""
    total = dict.fromkeys(rounds[0], 0.0)
    for number, sides in enumerate(rounds, 1):
        for side, run in sides.items():
            total[side] += run()
        shown = ", ".join(f"{side} {seconds:.1f} s" for side, seconds in total.items())
        mine, theirs = total.values()
        print(f"{name}, {number} of {len(rounds)}: {shown}: {mine / theirs:.2f}", flush=True)
    assert mine / theirs <= bound, f"more than {bound}"


def humaneval(data: Path, folder: Path) -> None:
    text = gzip.decompress((data / "HumanEvalPlus-v0.1.10.jsonl.gz").read_bytes())
    (dataset := folder / "humaneval.jsonl").write_bytes(text)
    problems = [json.loads(line) for line in text.splitlines() if line.strip()]
    samples = write(
        folder / "canonical.jsonl",
        [
            {"task_id": p["task_id"], "solution": p["prompt"] + p["canonical_solution"]}
            for p in problems
        ],
    )

    def evalplus() -> float:
        (folder / "canonical_eval_results.json").unlink(missing_ok=True)
        command = [sys.executable, "-m", "evalplus.evaluate", "--dataset", "humaneval"]
        return timed(
            [*command, "--samples", samples, "--parallel", "2"],
            folder,
            HUMANEVAL_OVERRIDE_PATH=str(dataset),
            XDG_CACHE_HOME=str(folder),
        )

    def mine() -> float:
        return ours("humaneval+", dataset, samples, folder)

    mine(), evalplus()  # ground truth
    compare("HumanEval+", [{"ours": mine, "evalplus": evalplus}] * ROUNDS, 0.45)


def cruxeval(data: Path, folder: Path) -> None:
    dataset = data / "cruxeval.jsonl"
    problems = [json.loads(line) for line in dataset.read_text().splitlines()]
    rounds = []
    for part in range(ROUNDS):
        answers = [
            (p, f"f({p['input']})  # {i}") for p in problems[part::ROUNDS] for i in range(1, 11)
        ]
        rows = [{"task_id": problem["id"], "solution": answer} for problem, answer in answers]
        samples = write(folder / f"answers-{part}.jsonl", rows)
        programs = [f"{p['code']}\nassert {p['output']} == (\n{answer}\n)" for p, answer in answers]
        rounds.append(
            {
                "ours": partial(ours, "cruxeval-input", dataset, samples, folder),
                "processes": partial(processes, programs),
            }
        )
    compare("CRUXEval-I 800 x 10", rounds, 0.25)


def processes(programs: list[str]) -> float:
    begun = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda each: subprocess.run([sys.executable, "-c", each]), programs)
        assert all(each.returncode == 0 for each in done)
    return time.monotonic() - begun


def main(data: str, *names: str) -> None:
    benches = {"humaneval": humaneval, "cruxeval": cruxeval}
    with tempfile.TemporaryDirectory() as folder:
        for name in names or benches:
            benches[name](Path(data).resolve(), Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
