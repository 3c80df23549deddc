"""Runs of Snakemake in forks of one process that imported it: a second each instead of three.

    python planner.py    # reads {"folder", "arguments", "output"} a line; answers {"output", "rc"}

Output and errors of a run go to the file `output`, its jobs to `output`.json. Two run at a time.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import explain_plan
import polars  # noqa: F401  the Snakefile imports it


def run(folder: str, arguments: list[str], output: str) -> None:
    """Become `snakemake ARGUMENTS` in `folder`."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.chdir(folder)
    sys.argv = ["snakemake", *arguments]
    for name in [name for name in sys.modules if name.split(".")[0] == "warriorcoder"]:
        del sys.modules[name]  # the Snakefile imports the library of its own project
    code, jobs = explain_plan.plan(arguments)
    Path(f"{output}.json").write_text(json.dumps([asdict(job) for job in jobs]))
    sys.exit(code)


def wait(running: dict[int, str]) -> None:
    """Tell of one run that ended."""
    process, status = os.wait()
    answer = {"output": running.pop(process), "rc": os.waitstatus_to_exitcode(status)}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    running: dict[int, str] = {}
    for line in sys.stdin:
        request = json.loads(line)
        if len(running) == 2:
            wait(running)
        process = os.fork()
        if not process:
            run(**request)
        running[process] = request["output"]
    while running:
        wait(running)
