"""What a dry run of Snakemake plans, and why: its output, read and grouped by cause.

The format is that of `snakemake --dry-run` 9.27.
"""

import ast
import re
import textwrap
from collections import Counter
from dataclasses import dataclass

from warriorcoder.recipes import differences

FOLLOWS = "Input files updated by another job"
PARAMS = "Params have changed since last execution"
SHOWN = 4  # wildcards or files of one line; more are counted


@dataclass(frozen=True)
class Job:
    """One job of a plan; `reason` is Snakemake's."""

    rule: str
    wildcards: tuple[str, ...]
    reason: str

    @property
    def follows(self) -> bool:
        """Whether it would run for the jobs before it alone."""
        return FOLLOWS in self.reason


def read(text: str) -> list[Job]:
    """The jobs of a dry run's output, without the target `all`."""
    jobs = []
    for block in re.split(r"\n(?=(?:local)?rule \w+:\n)", text)[1:]:
        rule = re.match(r"(?:local)?rule (\w+):", block)[1]
        values = re.findall(r"\w+=([^,\s]+)", _field(block, "wildcards"))
        jobs.append(Job(rule, tuple(values), _field(block, "reason")))
    return [job for job in jobs if job.rule != "all"]


def explain(jobs: list[Job]) -> str:
    """The jobs that start a re-run, by cause; then how many follow from them."""
    if not jobs:
        return "Nothing runs: all results fit the config and the code."
    causes: dict[str, dict[str, list[str]]] = {}
    for job in jobs:
        if not job.follows:
            for cause in _causes(job):
                rules = causes.setdefault(cause, {})
                rules.setdefault(job.rule, []).append(" ".join(job.wildcards))
    lines = [f"{len(jobs)} jobs run."]
    for cause, rules in causes.items():
        lines += ["", cause]
        lines += [f"  {rule} {_some(names)}".rstrip() for rule, names in rules.items()]
    followers = Counter(job.rule for job in jobs if job.follows)
    if followers:
        counted = ", ".join(f"{rule}×{number}" for rule, number in followers.items())
        lines += ["", "What reads their outputs follows:", textwrap.indent(_wrap(counted), "  ")]
    return "\n".join(lines)


def _field(block: str, name: str) -> str:
    found = re.search(rf"^    {name}: (.+)$", block, re.M)
    return found[1].strip() if found else ""


def _causes(job: Job) -> list[str]:
    causes = []
    for reason in job.reason.split("; "):
        name, _, rest = reason.partition(": ")
        if name == PARAMS:
            causes += _changes(rest)
        else:
            files = rest.split(", ")
            several = name.startswith("Missing") or len(files) > SHOWN
            causes.append(name if several or not rest else f"{name}: {rest}")
    return causes


def _changes(text: str) -> list[str]:
    """What differs between the params before and now, as Snakemake prints them."""
    before, now = re.search(r"before: (.*) now: (.*)$", text).groups()
    before, now = _literals(before), _literals(now)
    old, new = _recipe(before), _recipe(now)
    changed = differences(old, new) if old and new else []
    if [item for item in before + now if item not in (old, new)]:
        changed.append("the files that the job makes")
    return [f"Changed: {each}" for each in changed or ["the order of keys"]]


def _literals(text: str) -> list:
    return [] if text.startswith("<nothing") else list(ast.literal_eval(f"[{text}]"))


def _recipe(values: list) -> dict | None:
    return next((v for v in values if isinstance(v, dict) and "code" in v), None)


def _wrap(text: str) -> str:
    return textwrap.fill(text, 90, break_long_words=False, break_on_hyphens=False)


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
