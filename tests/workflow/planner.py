"""Runs of Snakemake in forks of one process that imported it: a second each instead of three.

    python planner.py    # reads {"folder", "arguments", "output"} a line; answers {"output", "rc"}

Output and errors of a run go to the file `output`, its jobs to `output`.json. Two run at a time.
Runs in one folder share the import of its library and the reading of its code.
"""

import json
import os
import sys
from collections import defaultdict
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import explain_plan
import polars  # noqa: F401  the Snakefile imports it


def forget() -> None:
    """Forget the library: the Snakefile imports that of its own project."""
    for name in [name for name in sys.modules if name.split(".")[0] == "warriorcoder"]:
        del sys.modules[name]


def learn(scripts: Path) -> None:
    """Import the library of a project, and read its code as digests do."""
    sys.path.insert(0, str(scripts))
    import_module("warriorcoder.config.reading")
    digests = import_module("warriorcoder.provenance.digests")
    for script in scripts.glob("*.py"):
        digests.code_digest(script)
    sys.path.remove(str(scripts))


def run(folder: str, arguments: list[str], output: str) -> None:
    """Become `snakemake ARGUMENTS` in `folder`."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.chdir(folder)
    sys.argv = ["snakemake", *arguments]
    code, jobs = explain_plan.plan(arguments)
    Path(f"{output}.json").write_text(json.dumps([asdict(job) for job in jobs]))
    sys.exit(code)


def wait(running: dict[int, str]) -> None:
    """Tell of one run that ended."""
    process, status = os.wait()
    answer = {"output": running.pop(process), "rc": os.waitstatus_to_exitcode(status)}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    requests: dict[str, list[dict]] = defaultdict(list)
    for line in sys.stdin:
        request = json.loads(line)
        requests[request["folder"]].append(request)
    running: dict[int, str] = {}
    for folder, together in requests.items():
        forget()
        if len(together) > 2 and (scripts := Path(folder) / "scripts").is_dir():
            learn(scripts)
        for request in together:
            if len(running) == 2:
                wait(running)
            process = os.fork()
            if not process:
                run(**request)
            running[process] = request["output"]
    while running:
        wait(running)
