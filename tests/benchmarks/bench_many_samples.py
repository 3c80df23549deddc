"""Scoring of many samples: time and the scorer's memory at a quarter, a half and all of them.

Each sample is another text, so that each runs. CRUXEval's answers are half calls of literals (one
run each) and half expressions (two runs each). HumanEval+'s are its canonical solutions.
Run: .venv/bin/python THIS FOLDER [cruxeval|humaneval [NUMBER]] (FOLDER holds the published files)
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

NUMBER = {"cruxeval": 100_000, "humaneval": 10_000}
BENCHMARK = {"cruxeval": "cruxeval-input", "humaneval": "humaneval+"}
SCORE = [sys.executable, "-m", "warriorcoder.cli", "score", "--workers", "2", "--allow-missing"]
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def cruxeval(data: Path, folder: Path) -> tuple[Path, Iterator[dict]]:
    dataset = data / "cruxeval.jsonl"
    problems = [json.loads(line) for line in dataset.read_text().splitlines()]

    def samples() -> Iterator[dict]:
        for number in count():
            for index, problem in enumerate(problems):
                answer = f"f({problem['input']})"
                answer = f"[{answer}][0]" if (number + index) % 2 else answer
                yield {"task_id": problem["id"], "solution": f"{answer}  # {number}"}

    return dataset, samples()


def humaneval(data: Path, folder: Path) -> tuple[Path, Iterator[dict]]:
    text = gzip.decompress((data / "HumanEvalPlus-v0.1.10.jsonl.gz").read_bytes())
    (dataset := folder / "humaneval.jsonl").write_bytes(text)
    problems = [json.loads(line) for line in text.splitlines() if line.strip()]

    def samples() -> Iterator[dict]:
        for number in count():
            for problem in problems:
                source = f"{problem['prompt']}{problem['canonical_solution']}\n# {number}\n"
                yield {"task_id": problem["task_id"], "solution": source}

    return dataset, samples()


def measure(name: str, dataset: Path, samples: Path, folder: Path) -> tuple[float, float]:
    """Return the seconds of a call of `score`, and the peak of its own memory in MB."""
    files = ["--dataset", dataset, "--samples", samples, "--out", folder / "out.json"]
    begun, peak = time.monotonic(), 0
    command = [*SCORE, "--benchmark", BENCHMARK[name], *map(str, files)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        found = PEAK.search(Path(f"/proc/{process.pid}/status").read_text())
        peak = int(found[1]) if found else peak  # a process that ends has none
        time.sleep(0.1)
    assert process.returncode == 0
    return time.monotonic() - begun, peak / 1024


def main(data: str, *choice: str) -> None:
    for name in choice[:1] or NUMBER:
        whole = int(choice[1]) if choice[1:] else NUMBER[name]
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            make = {"cruxeval": cruxeval, "humaneval": humaneval}[name]
            for number in (200, whole // 4, whole // 2, whole):  # the first makes ground truth
                dataset, samples = make(Path(data).resolve(), folder)
                path = folder / "samples.jsonl"
                with path.open("w") as file:
                    file.writelines(json.dumps(row) + "\n" for row in islice(samples, number))
                seconds, peak = measure(name, dataset, path, folder)
                passed = json.loads((folder / "out.json").read_text())["metrics"]
                print(
                    f"{BENCHMARK[name]}: {number} samples, {seconds:.1f} s, "
                    f"{1000 * seconds / number:.2f} ms each, {peak:.0f} MB, pass@1 "
                    f"{passed[BENCHMARK[name]]['pass@1']['value']:.4f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
