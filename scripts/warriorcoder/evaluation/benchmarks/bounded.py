"""Decisions about values that a program returned, in bounded time and memory.

Comparing two values can take minutes (integers whose hashes collide in a set) or gigabytes (numpy
broadcasts a column against a row). So the decision is made in a fork of this process, with limits
of its own. Small values are compared here, since a fork costs more than the worst of them.
"""

import json
import os
import resource
import select
import signal
from collections.abc import Callable, Sequence

from warriorcoder.evaluation.sandbox import KNOWN, UNKNOWN, Outcome
from warriorcoder.evaluation.sandbox.inside.values import decode, encode

UNJUDGED = "unjudged"  # the status of a program whose values cannot be compared
SMALL = 1000  # bytes of a value's text
SECONDS, RATE = 2.0, 5e6  # processor time of a decision: so many seconds, and bytes per second
MEMORY = 2 << 30
LATE = 10.0  # times as much wall time, on a busy machine


def status(
    outcome: Outcome,
    right: Sequence[str],
    accept: Callable[[Sequence], bool],
    compares: bool = True,
) -> str:
    """Return the status of a program.

    It is `pass` if `accept` accepts its values, `unjudged` if only values that nobody can compare
    keep it from passing or if the limits end the comparison, and `output` if a value is unreadable.

    Args:
        outcome: the end of the program, and its values.
        right: the text of the right value of each input, which stands for `KNOWN`.
        accept: the decision.
        compares: True if `accept` only compares values with right ones. False if it may compute
            anything with them.
    """
    if outcome.status != "ok":
        return outcome.status
    if all(record is KNOWN for record in outcome.records):
        return "pass"
    pairs = zip(outcome.records, right, strict=True)
    sizes = [max(len(record), len(text)) for record, text in pairs if isinstance(record, bytes)]
    if compares and max(sizes, default=0) <= SMALL:
        return _status(outcome, right, accept)
    size = sum(sizes) + sum(map(len, right))
    return _in_a_fork(lambda: _status(outcome, right, accept), SECONDS + size / RATE)


def text(value) -> str:
    """Return the text of a value, which is the same for equal plain values."""
    return json.dumps(encode(value))


def read(text: str):
    """Return the value of a text, as a new object: json's one NaN is identical to itself."""
    return decode(json.loads(text, parse_constant=float))


def _status(outcome: Outcome, right: Sequence[str], accept: Callable[[Sequence], bool]) -> str:
    try:
        found = outcome.values
    except ValueError:
        return "output"
    pairs = zip(found, right, strict=True)
    values = [read(known) if each is KNOWN else each for each, known in pairs]
    if accept(values):
        return "pass"
    unknown = [isinstance(each, bytes) and UNKNOWN in each for each in outcome.records]
    trios = zip(unknown, right, values, strict=True)
    rest = [read(known) if odd else each for odd, known, each in trios]
    return UNJUDGED if any(unknown) and accept(rest) else "fail"


def _in_a_fork(decision: Callable[[], str], seconds: float) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.closerange(3, writer)  # else programs outlive a scorer that is killed meanwhile
            os.closerange(writer + 1, 1 << 16)
            _limit(seconds)
            os.write(writer, decision().encode())
        finally:
            os._exit(0)
    os.close(writer)
    try:
        ready = select.select([reader], [], [], LATE * seconds)[0]
        return (os.read(reader, 100).decode() if ready else "") or UNJUDGED
    finally:
        os.close(reader)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _limit(seconds: float) -> None:
    with open("/proc/self/statm") as file:
        size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    whole = int(seconds) + 1
    for what, amount in {
        resource.RLIMIT_AS: size + MEMORY,
        resource.RLIMIT_CPU: whole,
        resource.RLIMIT_CORE: 0,
    }.items():
        _, most = resource.getrlimit(what)
        amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
        resource.setrlimit(what, (amount, most))
