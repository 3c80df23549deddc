"""evalplus' comparison, applied to values that a sandbox recorded.

evalplus 0.3.1 runs a candidate and compares in one function, `unsafe_execute`. Here its candidate
is `play`, which returns the recorded values of the sandboxed program, input by input. No untrusted
code runs. So a private copy of evalplus' module works without the process guard, the scratch folder
and the timer, which would forbid a second call in this process.

Differences from a run of evalplus:
- HumanEval/32 (`find_zero`): evalplus never counts that task's passed inputs, so nothing passes
  (even its canonical solution). Here it passes when each input's own check did.
- A candidate that mutates its arguments does so on a copy. Oracles that read the input
  (HumanEval/32, Mbpp/558, Mbpp/581) see the original.
- Objects of the program's own classes (`sandbox.Opaque`) equal nothing, as there. If their class
  overrides `==` or the like, evalplus lets the program judge itself; here it is `unjudged`.
- A call beyond its time limit is a `timeout` of its own, not a failure like any other.
"""

import importlib.util
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from warriorcoder.evaluation.sandbox import Raised

_tape: Iterator = iter(())


def play(*_):
    """Return the next recorded value, or raise if the candidate raised or recorded nothing."""
    value = next(_tape)
    if isinstance(value, Raised):
        raise RuntimeError(value.error)
    return value


def passes(dataset: str, problem: dict, inputs: list, expected: list, values: tuple) -> bool:
    """Return True if evalplus accepts `values` on `inputs` of the problem of `dataset`."""
    global _tape
    _tape = iter(values)
    verdict = SimpleNamespace(value=None)
    entry_point = problem["entry_point"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _checker.unsafe_execute(
            dataset,
            entry_point,
            f"from {__name__} import play as {entry_point}",
            inputs,
            expected,
            [0.0] * len(inputs),
            problem["atol"],
            True,
            verdict,
            [False] * len(inputs),
            SimpleNamespace(value=0),
        )
    return verdict.value == _checker._SUCCESS


def _private_copy():
    spec = importlib.util.find_spec("evalplus.eval")
    assert spec and spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.create_tempdir = nullcontext
    module.time_limit = nullcontext
    module.reliability_guard = lambda **_: None
    return module


_checker = _private_copy()
