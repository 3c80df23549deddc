"""The jobs that Snakemake plans, grouped by cause.

`scripts/explain_plan.py` takes them from Snakemake's log events. Snakemake says what changed only
of a plan's first jobs; rules/records.smk logs it of all jobs where the logger is `LOGGER`.
"""

import ast
import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from warriorcoder.provenance.records import differences

LOGGER = "warriorcoder-plan"
FOLLOWS = "Input files updated by another job"
PARAMS = "Params have changed since last execution"
SHOWN = 4  # wildcards or files of one line; more are counted


@dataclass(frozen=True)
class Job:
    """One job of a plan, with Snakemake's reason for it and the changes of its params."""

    rule: str
    wildcards: tuple[str, ...]
    reason: str
    changes: tuple[str, ...] = ()

    @property
    def follows(self) -> bool:
        """Return True if the job runs only because of jobs before it."""
        return FOLLOWS in self.reason

    @property
    def name(self) -> str:
        """Return the rule and the wildcards."""
        return " ".join([self.rule, *self.wildcards])


def explain(jobs: list[Job]) -> str:
    """Return a text with the jobs that start a re-run, by cause, and the number that follow.

    A job that follows is listed if it also has its own cause.
    """
    if not jobs:
        return "Nothing runs: all results fit the config and the code."
    causes: dict[str, dict[str, list[str]]] = {}
    for job in jobs:
        if not job.follows:
            _note(causes, job, _causes(job))
    first = set(causes)
    followers: Counter[str] = Counter()
    for job in jobs:
        if job.follows:
            own = [cause for cause in _changed(job) if cause not in first]
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


def changes(before: Iterable[str], now: Iterable[str]) -> list[str]:
    """Return the differences between a job's params before and now, as Snakemake's `repr` texts."""
    was, planned = _values(before), _values(now)
    old, new = _record(was), _record(planned)
    changed = differences(old, new) if old and new else []
    others = [item for item in was + planned if item not in (old, new)]
    if len(others) == 2 and all(map(_is_grid, others)):
        return changed + differences(others[0], others[1], "samplings")
    return changed + (["the files that the job makes"] if others else [])


def _note(causes: dict[str, dict[str, list[str]]], job: Job, found: list[str]) -> None:
    for cause in found:
        causes.setdefault(cause, {}).setdefault(job.rule, []).append(" ".join(job.wildcards))


def _causes(job: Job) -> list[str]:
    """Return the causes of a job that follows from no other job."""
    listed, params, _ = job.reason.partition(PARAMS)
    causes = []
    for reason in filter(None, listed.split("; ")):
        name, _, files = reason.partition(": ")
        several = name.startswith("Missing") or len(files.split(", ")) > SHOWN
        causes.append(name if several or not files else reason)
    return causes + (_changed(job) or ["Changed: the order of keys"] if params else [])


def _changed(job: Job) -> list[str]:
    return [f"Changed: {change}" for change in job.changes]


def _values(params: Iterable[str]) -> list:
    return [ast.literal_eval(each) for each in sorted(params)]


def _record(values: list) -> dict | None:
    return next((v for v in values if isinstance(v, dict) and "code" in v), None)


def _is_grid(value) -> bool:
    """Return True for the sampling configs of `mine_instructions`, by name."""
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


def _wrap(text: str) -> str:
    return textwrap.fill(text, 90, break_long_words=False, break_on_hyphens=False)


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
