"""Untrusted execution: every program that a model wrote runs here and nowhere else.

The parent sends source and inputs, and receives typed plain values. Expected values never enter the
sandbox, since the parent compares. Covered: files, network, processes, time, memory, disk, output,
and traces that one program leaves for the next. Not covered: kernel bugs, side channels, and
programs that carry their own tests (DS-1000), which are isolated but can forge their verdict.
"""

from warriorcoder.evaluation.sandbox.host import Program, Sandbox
from warriorcoder.evaluation.sandbox.inside.values import UNKNOWN, Opaque
from warriorcoder.evaluation.sandbox.isolation import SandboxError
from warriorcoder.evaluation.sandbox.load import Timeouts
from warriorcoder.evaluation.sandbox.outcome import KNOWN, Outcome, Raised

__all__ = [
    "KNOWN",
    "UNKNOWN",
    "Opaque",
    "Outcome",
    "Program",
    "Raised",
    "Sandbox",
    "SandboxError",
    "Timeouts",
]
