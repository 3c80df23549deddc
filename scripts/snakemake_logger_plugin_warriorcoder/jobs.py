"""The jobs of a run, as lines for a terminal."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")  # `core.job` opens its lines with it
MODULE = re.compile(r"^(\w+\.)+(?=\w+\b)")  # of an exception's class
TAIL = 64_000  # bytes at the end of a log
WIDTH = 120
LONG = 60  # seconds
SILENT = "It ended without an error message: it was killed, perhaps for its memory or its time."


@dataclass
class Job:
    """A job that was started: its name with wildcards, its log and the time of its start."""

    name: str
    log: str | None
    begun: float
    shown: str = ""

    def took(self) -> str:
        """Return the time of its script as `0:03:20`, or else the time since its start."""
        seconds = self._counts("cost").get("seconds", time.time() - self.begun)
        return str(timedelta(seconds=round(seconds)))

    def gist(self) -> str:
        """Return the rows of its model or else the last line that it logged."""
        rows = self._counts("rows")
        if rows:
            reused = f", {rows['reused']:,} of them from the row cache" if rows["reused"] else ""
            return f"{rows['generated'] + rows['reused']:,} rows{reused}"
        return self.said()

    def told(self) -> str:
        """Return the text that this run of the job wrote for the terminal."""
        return self._beside("told.txt")

    def said(self) -> str:
        """Return the last line of its log, if it is a message of the job."""
        last = tail(self.log).rstrip("\n").rpartition("\n")[2]
        return STAMP.sub("", last)[:WIDTH] if STAMP.match(last) else ""

    def _counts(self, name: str) -> dict:
        """Return what this run of the job counted: `rows` of its model, or its `cost`."""
        return json.loads(self._beside(f"{name}.json") or "{}")

    def _beside(self, name: str) -> str:
        """Return the content of a file that this run of the job wrote beside its log."""
        path = Path(f"{self.log}.{name}")
        try:
            return path.read_text() if path.stat().st_mtime >= self.begun - 1 else ""
        except OSError:
            return ""


class Jobs:
    """Jobs that run and jobs that failed, by Snakemake's number of the job."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0
        self.running: dict[int, Job] = {}
        self.failed: dict[int, str] = {}

    def start(self, id: int, rule: str, wildcards: Mapping[str, str], logs: Iterable[str]) -> None:
        """Note that a job was started."""
        name = " ".join([rule, *map(str, wildcards.values())])
        self.running[id] = Job(name, next(iter(logs), None), time.time())
        self.failed.pop(id, None)

    def finish(self, id: int) -> str:
        """Return the line of a finished job: number, name, rows or last message, time.

        What it told the terminal stands below.
        """
        self.done += 1
        job = self.running.pop(id, None)
        if job is None:
            return ""
        number = f"{self.done:>{len(str(self.total))}}/{self.total}"
        line = " · ".join(filter(None, [f"{number} {job.name}", job.gist(), job.took()]))
        return "\n".join(filter(None, [line, job.told()]))

    def fail(self, id: int, logs: Iterable[str], reason: str | None) -> str:
        """Return the lines of a failed job: name, time, its error message, its logs."""
        job = self.running.pop(id, None)
        if job is None:  # Snakemake repeats all errors at the end
            return ""
        logs = list(logs)
        error = next(filter(None, map(last_error, logs)), None) or reason or SILENT
        lines = [*error.splitlines(), *(f"log: {path}" for path in logs)]
        shown = "\n".join(f"  {line}" for line in lines)
        self.failed[id] = f"{job.name}\n{shown}"
        return f"failed: {job.name} · {job.took()}\n{shown}"

    def news(self) -> Iterator[str]:
        """Yield the newest message of each job that runs for a minute and has a new one."""
        for job in self.running.values():
            said = job.said() if time.time() - job.begun > LONG else ""
            if said and said != job.shown:
                job.shown = said
                yield f"{job.name}: {said}"

    def summary(self) -> str:
        """Return the failed jobs with their errors, once."""
        failed, self.failed = self.failed, {}
        if not failed:
            return ""
        counts = f"{len(failed)} failed, {self.done} of {self.total} jobs are done."
        return "\n\n".join(["", *failed.values(), f"{counts} The same command goes on from here."])


def tail(path: str | None) -> str:
    """Return the end of a text file, empty if there is none."""
    try:
        with open(path or "", "rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def last_error(path: str) -> str:
    """Return the message of the last traceback of a log, without its frames, or an empty text."""
    _, found, traceback = tail(path).rpartition("Traceback (most recent call last):\n")
    if not found:
        return ""
    lines = traceback.splitlines()
    first = next((i for i, line in enumerate(lines) if line and not line.startswith(" ")), None)
    if first is None:
        return ""
    message = []
    for line in lines[first:]:
        if STAMP.match(line):
            break
        message.append(line)
    return MODULE.sub("", "\n".join(message).strip())
