"""Original HumanEval (`check`) and plain MBPP (`test_list`): their own tests, run by the parent.

The tests run on the reference solution once, and the parent records the arguments of every call. A
candidate runs these calls in the sandbox. If it returns other values than the reference, the tests
run again in a fork of the parent, on these values, and must make the recorded calls again. So a
candidate never meets its tests. Tests whose arguments or results are no plain data (objects of the
candidate's classes) run beside the candidate in the sandbox. They are isolated, but a program can
forge their verdict.
"""

import ast
import io
import json
import random
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType

from warriorcoder.evaluation.benchmarks.bounded import read, status
from warriorcoder.evaluation.sandbox import Outcome, Program, Raised, Sandbox
from warriorcoder.evaluation.sandbox.inside.values import encode

CALL = "_call_by_name"
CALLER = f"""


def {CALL}(name, arguments, keywords):
    return globals()[name](*arguments, **keywords)
"""


class NotPlain(Exception):
    """An argument or a result that cannot leave the sandbox."""


@dataclass(frozen=True)
class OwnTests:
    """A problem's own tests."""

    problem: dict

    @property
    def source(self) -> str:
        """The tests as the end of a program."""
        problem = self.problem
        if "test" in problem:
            return f"{problem['test']}\n\ncheck({problem['entry_point']})\n"
        parts = [*problem.get("test_imports", []), problem.get("test_setup_code", "")]
        return "\n".join([*parts, *problem["test_list"], ""])

    @property
    def calls(self) -> list[str] | None:
        """The text of [name, arguments, keywords] of each call, None if one is not plain data."""
        return self.recorded[0] if self.recorded else None

    @cached_property
    def recorded(self) -> tuple[list[str], list[str]] | None:
        """The texts of all calls and of the reference's values, None if one is not plain data."""
        calls: list[str] = []
        answers: list[str] = []
        try:
            reference = self._namespace()
            names = self._called(reference)

            def record(name: str, arguments: tuple, keywords: dict):
                calls.append(_text([name, arguments, keywords]))
                _, arguments, keywords = read(calls[-1])
                answers.append(_text(reference[name](*arguments, **keywords)))
                return read(answers[-1])

            self._run(names, record)
            plain = self.passes([*map(read, answers)], calls)
        except Exception:  # tests that are wrong, or catch what the reference raises
            return None
        return (calls, answers) if plain else None

    def passes(self, values: Sequence, calls: list[str]) -> bool:
        """Return True if the tests make `calls` and pass when these return `values`.

        Tests may do anything with the values.
        """
        tape = iter(zip(calls, values, strict=True))

        def play(*call):
            expected, value = next(tape)
            if isinstance(value, Raised) or _text(list(call)) != expected:
                raise AssertionError
            return value

        try:
            self._run(self._called(self._namespace()), play)
        except Exception:
            return False
        return True

    def _namespace(self) -> dict:
        space: dict = {"__name__": "solution"}
        with redirect_stdout(io.StringIO()):
            exec(self.problem["prompt"] + self.problem["canonical_solution"], space)
        return space

    def _called(self, reference: dict) -> list[str]:
        """Return the names that a candidate defines: the entry point, or all that tests use."""
        if "test" in self.problem:
            return [self.problem["entry_point"]]
        used = {node.id for node in ast.walk(ast.parse(self.source)) if isinstance(node, ast.Name)}
        own = [name for name in sorted(used & set(reference)) if _is_own(reference[name])]
        if any(isinstance(reference[name], type) for name in own):
            raise NotPlain
        return own

    def _run(self, names: list[str], handle: Callable) -> None:
        """Run the tests in the reference's namespace with `names` replaced by calls of `handle`."""
        random.seed(0)
        space = self._namespace()
        for name in names:
            space[name] = lambda *arguments, _name=name, **keywords: handle(
                _name, arguments, keywords
            )
        with redirect_stdout(io.StringIO()):
            exec(self.source, space)


class Assertions:
    """Judges programs by their problems' own tests."""

    def __init__(self, kind: str, problems: list[dict]):
        self.kind = kind
        self._tests = {problem["task_id"]: OwnTests(problem) for problem in problems}

    def judge(
        self, pairs: list[tuple[dict, str]], sandbox: Sandbox, scale: float = 1.0
    ) -> list[dict[str, str]]:
        """Return the status of each (problem, program) at `scale` times the sandbox's limit."""
        seconds = sandbox.seconds * scale
        outcomes = sandbox.stream(
            self._program(problem, source, seconds) for problem, source in pairs
        )
        return [
            {self.kind: self._status(problem, outcome)}
            for (problem, _), outcome in zip(pairs, outcomes, strict=True)
        ]

    def slowdown(self, problems: list[dict], sandbox: Sandbox) -> None:
        """Return None, since the data set holds no times."""

    def notes(self) -> list[str]:
        """Return the task ids whose tests run beside the program."""
        inside = [task for task, tests in self._tests.items() if tests.recorded is None]
        if not inside:
            return []
        return [
            "tests that need the program's own objects run beside it (isolated, not unforgeable), "
            f"in_process: {', '.join(inside)}"
        ]

    def _program(self, problem: dict, source: str, seconds: float) -> Program:
        tests = self._tests[problem["task_id"]]
        if tests.recorded is None:
            return Program(f"{source}\n\n{tests.source}", seconds=seconds)
        calls, answers = tests.recorded
        inputs = [read(call) for call in calls]
        return Program(source + CALLER, CALL, inputs, seconds, known=[*answers])

    def _status(self, problem: dict, outcome: Outcome) -> str:
        tests = self._tests[problem["task_id"]]
        if outcome.status != "ok":
            failed = tests.recorded is None and outcome.error.startswith("AssertionError")
            return "fail" if failed else outcome.status
        if tests.recorded is None:
            return "pass"
        calls, answers = tests.recorded
        return status(outcome, answers, lambda values: tests.passes(values, calls), compares=False)


def _text(value) -> str:
    """A plain value as it is now; it may be changed in place later."""
    data = encode(value)
    if _opaque(data):
        raise NotPlain
    return json.dumps(data)


def _opaque(data) -> bool:
    if isinstance(data, dict):
        return not {"object", "unknown"}.isdisjoint(data) or any(map(_opaque, data.values()))
    return isinstance(data, list) and any(map(_opaque, data))


def _is_own(value) -> bool:
    return isinstance(value, FunctionType | type) and value.__module__ == "solution"
