"""The statuses of published samples and of reference solutions, by `warriorcoder score`.

`replays/` of the reference data holds other people's samples with the statuses that they published.
The reference solutions are the data sets' own. DS-1000's run in `make test-ds1000`, which installs
their packages.
"""

import gzip
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data import ROOT, shared

from manifest.rows import digest

HUMANEVAL_PLUS, MBPP_PLUS = "HumanEvalPlus-v0.1.10.jsonl.gz", "MbppPlus-v0.2.0.jsonl.gz"
LLAMA = "humaneval-plus_llama-3-8b_eval_results.json.gz"
MISTRAL = "mbpp-plus_mistral-7b-instruct-v0.2_eval_results.json.gz"
CODELLAMA = "cruxeval-o_codellama-7b_{}.json.gz"


@dataclass(frozen=True)
class Scored:
    """One run of the scorer: published samples, or reference solutions where `replay` is None."""

    benchmark: str
    dataset: str
    replay: str | None = None

    @property
    def name(self) -> str:
        return f"{self.benchmark} {self.dataset} {self.replay or 'references'}"


SETS = (
    Scored("humaneval+", HUMANEVAL_PLUS, LLAMA),
    Scored("humaneval", HUMANEVAL_PLUS, LLAMA),
    Scored("mbpp+", MBPP_PLUS, MISTRAL),
    Scored("mbpp", MBPP_PLUS, MISTRAL),
    Scored("cruxeval-output", "cruxeval.jsonl", CODELLAMA),
    Scored("humaneval", "HumanEval.jsonl.gz"),
    Scored("humaneval+", "HumanEvalPlus-Mini-v0.1.10.jsonl.gz"),
    Scored("humaneval+", HUMANEVAL_PLUS),
    Scored("mbpp", "mbpp.jsonl.gz"),
    Scored("mbpp", "sanitized-mbpp.json.gz"),
    Scored("mbpp+", "MbppPlus-v0.1.0.jsonl.gz"),
    Scored("mbpp+", MBPP_PLUS),
    Scored("cruxeval-input", "cruxeval.jsonl"),
    Scored("cruxeval-output", "cruxeval.jsonl"),
)


def score(each: Scored, workers: int) -> dict[str, list[str]]:
    """Return the statuses of every task of a set, in the order of the data set and the samples.

    Raises:
        subprocess.CalledProcessError: the scorer failed; its message is on stderr.
    """
    dataset = shared(f"benchmarks/{each.dataset}")
    with tempfile.TemporaryDirectory() as folder:
        samples, out = Path(folder) / "samples.jsonl", Path(folder) / "results.json"
        rows = published_samples(each) if each.replay else references(each.benchmark, dataset)
        samples.write_text("".join(json.dumps(row) + "\n" for row in rows))
        command = [sys.executable, "-m", "warriorcoder.cli", "score", "--workers", str(workers)]
        command += ["--benchmark", each.benchmark, "--dataset", str(dataset)]
        command += ["--samples", str(samples), "--out", str(out)]
        if not each.replay:  # the reference of Mbpp/123 takes up to 5 seconds of processor time
            command += ["--seconds", "60"]
        # The repository keeps ground truth under .cache/ for the next run.
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(out.read_text())["per_task"]
    return {task["task_id"]: [s[each.benchmark] for s in task["statuses"]] for task in found}


def references(benchmark: str, dataset: Path) -> Iterator[dict]:
    """Yield the data set's own solution of every task."""
    text = (gzip.open if dataset.suffix == ".gz" else open)(dataset, "rt").read()
    problems = json.loads(text) if text.startswith("[") else map(json.loads, text.splitlines())
    for problem in problems:
        if benchmark == "cruxeval-input":
            solution = f"f({problem['input']})"
        elif benchmark == "cruxeval-output":
            solution = problem["output"]
        elif "canonical_solution" in problem:
            solution = problem["prompt"] + problem["canonical_solution"]
        else:
            solution = problem["code"]
        yield {"task_id": problem.get("task_id", problem.get("id")), "solution": solution}


def published_samples(each: Scored) -> Iterator[dict]:
    """Yield the samples of a replay as `warriorcoder score` reads them."""
    replay = _replay(each, "generations")
    if each.benchmark.startswith("cruxeval"):
        for task, answers in replay.items():
            yield from ({"task_id": task, "solution": answer} for answer in answers)
    else:
        for task, entries in replay["eval"].items():
            yield from ({"task_id": task, "solution": entry["solution"]} for entry in entries)


def published_passes(each: Scored) -> dict[str, list[bool]]:
    """Return for every sample of a replay if its publisher's scorer passed it."""
    replay = _replay(each, "scored")
    if each.benchmark.startswith("cruxeval"):
        return replay["raw_scored_generations"]
    parts = ("base_status", "plus_status")[: 2 if each.benchmark.endswith("+") else 1]
    return {
        task: [all(entry[part] == "pass" for part in parts) for entry in entries]
        for task, entries in replay["eval"].items()
    }


def _replay(each: Scored, part: str) -> dict:
    with gzip.open(shared(f"replays/{each.replay.format(part)}"), "rt") as text:
        return json.load(text)


def summarise(statuses: dict[str, list[str]]) -> dict:
    """Return a count per status, a hash, and the statuses of tasks with a sample that failed.

    A status is cut to its first letter: pass, fail, error, timeout, memory, output.
    """
    letters = {task: "".join(status[0] for status in each) for task, each in statuses.items()}
    return {
        "tasks": len(statuses),
        "counts": dict(sorted(Counter(s for each in statuses.values() for s in each).items())),
        "sha256": digest(statuses),
        "not_all_pass": {task: each for task, each in letters.items() if set(each) != {"p"}},
    }


def differing_tasks(golden: dict | None, now: dict) -> list[str]:
    """Return one line for each difference of two summaries of a set."""
    if golden is None:
        return ["not in the manifest"]
    if golden["sha256"] == now["sha256"]:
        return []
    old, new = golden["not_all_pass"], now["not_all_pass"]
    lines = [
        f"{task}: {old.get(task, 'all pass')} -> {new.get(task, 'all pass')}"
        for task in sorted(old.keys() | new.keys())
        if old.get(task) != new.get(task)
    ]
    totals = [f"{each['tasks']} tasks {each['counts']}" for each in (golden, now)]
    return lines or [" -> ".join(totals)]


def disagreements(each: Scored, statuses: dict[str, list[str]]) -> list[str]:
    """Return the tasks of a replay that its publisher's scorer judged otherwise."""
    ours = {task: [status == "pass" for status in found] for task, found in statuses.items()}
    theirs = published_passes(each)
    tasks = sorted(ours.keys() | theirs.keys())
    return [task for task in tasks if ours.get(task) != theirs.get(task)]
