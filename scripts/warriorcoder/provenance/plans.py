"""What a dry run of Snakemake plans, and why: its output, read and grouped by cause.

The format is that of `snakemake --dry-run` 9.27. It says what changed only of the jobs that come
first; of those that follow rules/records.smk says it, where `ASKED` is in the environment.
"""

import ast
import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from warriorcoder.provenance.records import differences

FOLLOWS = "Input files updated by another job"
PARAMS = "Params have changed since last execution"
ASKED = "WARRIORCODER_EXPLAIN"
TOLD = "what made it differs: "
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

    @property
    def key(self) -> tuple[str, ...]:
        return (self.rule, *sorted(self.wildcards))


def read(text: str) -> list[Job]:
    """The jobs of a dry run's output, without the target `all`."""
    jobs = []
    for block in re.split(r"\n(?=(?:local)?rule \w+:\n)", text)[1:]:
        rule = re.match(r"(?:local)?rule (\w+):", block)[1]
        values = re.findall(r"\w+=([^,\s]+)", _field(block, "wildcards"))
        jobs.append(Job(rule, tuple(values), _field(block, "reason")))
    return [job for job in jobs if job.rule != "all"]


def told(rule: str, wildcards: Iterable[str], changes: list[str]) -> str:
    """A line on what a job's files were made with and would be made with now."""
    return TOLD + json.dumps([[rule, *sorted(wildcards)], changes])


def changes(text: str) -> dict[tuple[str, ...], list[str]]:
    """The changes that were `told` among a dry run's output, by `Job.key`."""
    lines = [line.removeprefix(TOLD) for line in text.splitlines() if line.startswith(TOLD)]
    return {tuple(key): changed for key, changed in map(json.loads, lines)}


def explain(jobs: list[Job], changed: dict[tuple[str, ...], list[str]]) -> str:
    """The jobs that start a re-run, by cause; then how many follow from them.

    A job that follows is named where it has a cause of its own, which starts none before it.
    """
    if not jobs:
        return "Nothing runs: all results fit the config and the code."
    causes: dict[str, dict[str, list[str]]] = {}
    for job in jobs:
        if not job.follows:
            _note(causes, job, _causes(job))
    first, followers = set(causes), Counter()
    for job in jobs:
        if job.follows:
            own = [f"Changed: {change}" for change in changed.get(job.key, [])]
            own = [cause for cause in own if cause not in first]
            _note(causes, job, own)
            followers.update([] if own else [job.rule])
    lines = [f"{len(jobs)} jobs run."]
    for cause, rules in causes.items():
        lines += ["", cause]
        lines += [f"  {rule} {_some(names)}".rstrip() for rule, names in rules.items()]
    if followers:
        counted = ", ".join(f"{rule}×{number}" for rule, number in followers.items())
        lines += ["", "What reads their outputs follows:", textwrap.indent(_wrap(counted), "  ")]
    return "\n".join(lines)


def _field(block: str, name: str) -> str:
    found = re.search(rf"^    {name}: (.+)$", block, re.M)
    return found[1].strip() if found else ""


def _note(causes: dict[str, dict[str, list[str]]], job: Job, found: list[str]) -> None:
    for cause in found:
        causes.setdefault(cause, {}).setdefault(job.rule, []).append(" ".join(job.wildcards))


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
    old, new = _record(before), _record(now)
    changed = differences(old, new) if old and new else []
    others = [item for item in before + now if item not in (old, new)]
    if len(others) == 2 and all(map(_is_grid, others)):
        changed += differences(*others, "samplings")
    elif others:
        changed.append("the files that the job makes")
    return [f"Changed: {each}" for each in changed or ["the order of keys"]]


def _literals(text: str) -> list:
    return [] if text.startswith("<nothing") else list(ast.literal_eval(f"[{text}]"))


def _record(values: list) -> dict | None:
    return next((v for v in values if isinstance(v, dict) and "code" in v), None)


def _is_grid(value) -> bool:
    """Whether it is the sampling configs of `mine_instructions`, by name."""
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


def _wrap(text: str) -> str:
    return textwrap.fill(text, 90, break_long_words=False, break_on_hyphens=False)


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
