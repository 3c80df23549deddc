"""Reference solutions first: do they pass on this machine, and how much slower is it?"""

import logging
import time
from statistics import median

from warriorcoder.benchmarks.files import reference
from warriorcoder.benchmarks.plus import Plus
from warriorcoder.benchmarks.suites import Suite
from warriorcoder.benchmarks.truth import PARTS
from warriorcoder.sandbox import Program, Sandbox

TASKS = 20
TIMED = 0.005, 1.0  # seconds that a reference takes: shorter is noise, longer costs too much
TIMER = """


def _timed(*arguments, _clock=__import__("time").perf_counter):
    begun = _clock()
    {name}(*arguments)
    return _clock() - begun
"""
CAUSES = {
    "timeout": "the machine is busy or slow: fewer workers, or more seconds",
    "memory": "raise memory_mb",
    "output": "the data set is not the published one",
    "error": "a package is missing or of another version, or memory_mb is too small",
    "fail": "a package or Python is of another version, or the data set is not the published one",
}
log = logging.getLogger("warriorcoder")


def calibrate(kind: str, problems: list[dict], suite: Suite, sandbox: Sandbox) -> dict:
    """Run the references of up to 20 evenly chosen tasks, all workers busy.

    Returns {"run", "passed", "failed": task ids, "slowdown"}. Limits should be stretched by
    `slowdown`, which is 1 at the least: the median of time now over time when ground truth was
    made; where none was, the references' mean time over a quarter of the limit.
    """
    chosen = _evenly(problems)
    slowdown = 1.0
    if isinstance(suite, Plus):
        slowdown = max(1.0, _slowdown(kind, chosen, suite, sandbox))
    pairs = [(problem, reference(kind, problem)) for problem in chosen]
    begun = time.monotonic()
    verdicts = suite.judge(pairs, sandbox, slowdown)
    if not isinstance(suite, Plus):
        mean = (time.monotonic() - begun) * min(sandbox.workers, len(chosen)) / len(chosen)
        slowdown = max(1.0, mean / (sandbox.seconds / 4))
    failed = []
    for problem, verdict in zip(chosen, verdicts, strict=True):
        status = next((each for each in verdict.values() if each != "pass"), "pass")
        if status != "pass":
            failed.append(problem["task_id"])
            log.warning("reference solution of %s: %s (%s)", failed[-1], status, CAUSES[status])
    if slowdown > 1:
        log.info("this machine is %.2f times slower than allowed for: limits too", slowdown)
    return {
        "run": len(chosen),
        "passed": len(chosen) - len(failed),
        "failed": failed,
        "slowdown": round(slowdown, 3),
    }


def _evenly(problems: list[dict]) -> list[dict]:
    count = min(TASKS, len(problems))
    return [problems[(2 * i + 1) * len(problems) // (2 * count)] for i in range(count)]


def _slowdown(kind: str, problems: list[dict], suite: Plus, sandbox: Sandbox) -> float:
    programs, before = [], []
    for problem in problems:
        for part in PARTS if suite.plus else PARTS[:1]:
            seconds = suite.truth.seconds(problem["task_id"], part)
            if TIMED[0] <= seconds <= TIMED[1]:
                timer = TIMER.format(name=problem["entry_point"])
                source = reference(kind, problem) + timer
                inputs = suite.truth.answers(kind, problem, part).inputs
                programs.append(Program(source, "_timed", inputs, 60.0))
                before.append(seconds)
    ratios = [
        sum(outcome.values) / seconds
        for outcome, seconds in zip(sandbox.stream(programs), before, strict=True)
        if outcome.status == "ok" and all(isinstance(value, float) for value in outcome.values)
    ]
    return median(ratios) if ratios else 1.0
