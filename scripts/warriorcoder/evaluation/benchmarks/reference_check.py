"""Reference solutions check the set-up and measure the slowdown of this machine."""

import logging
import time

from warriorcoder.evaluation.benchmarks.files import reference
from warriorcoder.evaluation.benchmarks.suites import Suite
from warriorcoder.evaluation.sandbox import Sandbox

TASKS = 20
CAUSES = {
    "timeout": "the machine is busy or slow: lower --cores or --workers, or raise the seconds",
    "memory": "raise memory_mb",
    "output": "the data set is not the published one",
    "error": "a package is missing or of another version, or memory_mb is too small",
    "unjudged": "the data set is not the published one",
    "fail": "a package or Python is of another version, or the data set is not the published one",
}
log = logging.getLogger("warriorcoder")


def check_references(kind: str, problems: list[dict], suite: Suite, sandbox: Sandbox) -> dict:
    """Run the references of up to 20 evenly chosen tasks, with all workers busy.

    Returns {"run", "passed", "failed": task ids, "slowdown"}. Multiply the limits by `slowdown`,
    which is 1 or more. It is the slowdown of the suite. A suite without recorded times has the
    references' mean time over a quarter of the limit.
    """
    chosen = _evenly(problems)
    sandbox.start()
    own = suite.slowdown(chosen, sandbox)
    slowdown = max(1.0, own or 1.0)
    pairs = [(problem, reference(kind, problem)) for problem in chosen]
    begun = time.monotonic()
    verdicts = suite.judge(pairs, sandbox, slowdown)
    if own is None:
        mean = (time.monotonic() - begun) * min(sandbox.workers, len(chosen)) / len(chosen)
        slowdown = max(1.0, mean / (sandbox.seconds / 4))
    failed = []
    for problem, verdict in zip(chosen, verdicts, strict=True):
        status = next((each for each in verdict.values() if each != "pass"), "pass")
        if status != "pass":
            failed.append(problem["task_id"])
            log.warning("reference solution of %s: %s (%s)", failed[-1], status, CAUSES[status])
    if slowdown > 1:
        log.info("this machine is %.2f times slower than expected, so limits grow alike", slowdown)
    return {
        "run": len(chosen),
        "passed": len(chosen) - len(failed),
        "failed": failed,
        "slowdown": round(slowdown, 3),
    }


def _evenly(problems: list[dict]) -> list[dict]:
    count = min(TASKS, len(problems))
    return [problems[(2 * i + 1) * len(problems) // (2 * count)] for i in range(count)]
