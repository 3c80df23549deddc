"""The end of a program: its records, and the plain values in them."""

import json
from dataclasses import dataclass
from functools import cached_property

from warriorcoder.evaluation.sandbox.inside.values import Opaque, decode

OUTPUT_MB = 256  # HumanEval/15 returns 150 MB
ITEMS = 8_000_000  # what a program may make the reader build: below 1 GB of it
TAGS = {b'{"v": ': OUTPUT_MB << 20, b'{"e": ': 4000, b'{"f": ': 4000, b'{"d": ': 1}  # → longest
KNOWN = Opaque("known")  # stands in `Outcome.records` for the encoding in `Program.known`


@dataclass(frozen=True)
class Raised:
    """An input on which the call raised. Equal to no return value."""

    error: str


@dataclass(frozen=True)
class Outcome:
    """The end of a program. The program can forge everything in it.

    Attributes:
        status: `ok` (every input has a record, or a program without entry point ran to its end),
            `error` (it does not load, or ended early), `timeout`, `memory`, or `output` (more than
            `OUTPUT_MB`, or unreadable records).
        records: per input, in order, `Raised`, `KNOWN`, or the JSON of the returned value's
            encoding; fewer unless `ok`. Nothing has read this JSON yet.
        error: the reason of every other status.
        seconds: wall time.
        starved: True if a program timed out with less processor time than its limit.
    """

    status: str
    records: tuple = ()
    error: str = ""
    seconds: float = 0.0
    starved: bool = False

    @cached_property
    def values(self) -> tuple:
        """The records as values.

        Raises:
            ValueError: a record is no encoding, or all have more than `ITEMS` items.
        """
        texts = [record for record in self.records if isinstance(record, bytes)]
        if sum(text.count(mark) for text in texts for mark in (b",", b"[", b"{")) > ITEMS:
            raise ValueError(f"more than {ITEMS} items")
        return tuple(read(each) if isinstance(each, bytes) else each for each in self.records)


def read(record: bytes):
    """Return the value of a record.

    Raises:
        ValueError: the record is no encoding.
    """
    try:
        return decode(json.loads(record))
    except RecursionError:
        raise ValueError("nested too deep") from None


def outcome_of(header: dict, written: bytes, inputs: int, known: list[str | None]) -> Outcome:
    """Read a child's records: exactly one per input, then the end. All others are unreadable."""
    seconds = header["seconds"]
    records: list[bytes | Raised | Opaque] = []
    done, fatal, fault = False, "", ""
    *lines, rest = written.split(b"\n")
    for line in lines:
        tag, body = line[:6], line[6:-1]
        if done or fatal or tag not in TAGS or len(body) > TAGS[tag]:
            fault = f"a record {tag!r} that nobody writes here"
            break
        if tag == b'{"v": ':
            text = known[len(records)] if len(records) < len(known) else None
            records.append(KNOWN if text is not None and body == text.encode() else body)
        elif tag == b'{"e": ':
            records.append(Raised(_text(body)))
        elif tag == b'{"f": ':
            fatal = _text(body) or "an error without a name"
        else:
            done = True
    if rest:
        fault = fault or "a record without an end"
    if len(records) > inputs or (done and len(records) != inputs):
        fault = fault or f"{len(records)} values for {inputs} inputs"
    if header["end"] != "exit":
        why, starved = f"limit: {header['end']}", header["starved"]
        return Outcome(header["end"], tuple(records), why, seconds, starved)
    if fault:
        return Outcome("output", error=f"unreadable records: {fault}", seconds=seconds)
    if done:
        return Outcome("ok", tuple(records), seconds=seconds)
    status = "memory" if fatal.startswith("MemoryError") else "error"
    return Outcome(status, tuple(records), fatal or "it ended before it was done", seconds)


def _text(body: bytes) -> str:
    try:
        return str(json.loads(body))
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def readable(outcome: Outcome) -> Outcome:
    """Return `outcome`, whose values can be read, or its end in `output`."""
    try:
        len(outcome.values)
    except ValueError as error:
        return Outcome("output", error=f"unreadable records: {error}", seconds=outcome.seconds)
    return outcome
