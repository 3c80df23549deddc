"""CRUXEval: predict an input that gives an output, or the output of an input.

The rules are the official ones (facebookresearch/cruxeval) with one difference. Upstream pastes the
answer behind `assert output ==`, so that `1 or True` passes, and so does an input answer that only
mentions `f(`. Here the parent compares the *value* of an output answer. An input answer counts by
the arguments with which it calls `f`.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace

from warriorcoder.evaluation.benchmarks.bounded import status, text
from warriorcoder.evaluation.sandbox import Outcome, Program, Raised, Sandbox

INPUT = "cruxeval-input"
RECORD = """from copy import deepcopy as _copy

_calls, _f, _depth = [], f, 0


def f(*arguments, **keywords):
    global _depth
    if not _depth:
        _calls.append(_copy([arguments, keywords]))
    _depth += 1
    try:
        return _f(*arguments, **keywords)
    finally:
        _depth -= 1


def _arguments():
    answer()
    return _calls[-1]

"""
SHORT = 4000  # characters of an answer that this process may parse
ARGUMENTS = 1_000_000  # bytes of arguments that this process may read
TOGETHER = 1000  # answers whose arguments are in memory at a time
CALL = """def _call(arguments, keywords):
    return f(*arguments, **keywords)
"""


def extract(kind: str, problem: dict, raw: str, style: str) -> str:
    """Return the text to the left (input) or right (output) of the first `==`.

    The answer of a chain of thought follows the tag [ANSWER]. A text without the tag is searched as
    a whole. Direct prompts end with the tag, and a chat model's reply may repeat it.
    """
    text = raw.split("[ANSWER]")[1] if "[ANSWER]" in raw else raw
    if kind == INPUT:
        text = text.split("==")[0].strip()
        return "f" + text.split("assert f")[1].strip() if "assert f" in text else text
    if "==" in text:
        text = text.split("==")[1]
    return text.strip()


def judge(kind: str, pairs: list[tuple[dict, str]], sandbox: Sandbox) -> list[dict[str, str]]:
    """Return `pass` for each answer that gives the output. A cheat (`is_cheat`) never runs."""
    honest = [not is_cheat(kind, *pair) for pair in pairs]
    runs = [pair for pair, run in zip(pairs, honest, strict=True) if run]
    outcomes = iter((_returned if kind == INPUT else _evaluated)(runs, sandbox))
    return [
        {kind: _status(problem, next(outcomes)) if run else "fail"}
        for (problem, _), run in zip(pairs, honest, strict=True)
    ]


def _status(problem: dict, outcome: Outcome) -> str:
    right = ast.literal_eval(problem["output"])
    return status(outcome, [text(right)], lambda values: _equal(right, values[0]))


def _equal(right, value) -> bool:
    try:
        return bool(right == value)
    except Exception:  # numpy compares item by item, and has no truth of several
        return False


def is_cheat(kind: str, problem: dict, answer: str) -> bool:
    """Return True for the official cheats.

    They are an input answer without a call of f, and an output answer that repeats the call.
    """
    return "f(" not in answer if kind == INPUT else f"f({problem['input']})" in answer


def _evaluated(runs: list[tuple[dict, str]], sandbox: Sandbox) -> Iterator[Outcome]:
    """Return the value of each output answer, in a program with the problem's imports only."""

    def program(problem: dict, answer: str) -> Program:
        imports = [
            ast.unparse(node)
            for node in ast.parse(problem["code"]).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        return Program("\n".join([*imports, _function(answer)]), "answer", [[]])

    return sandbox.stream(program(*run) for run in runs)


def _returned(runs: list[tuple[dict, str]], sandbox: Sandbox) -> Iterator[Outcome]:
    """Yield the value of `f` on the arguments of each input answer's last call.

    A first run finds the arguments, so that no answer runs beside the call that counts. A plain
    call of literals needs no first run.

    If the problem's arguments are no plain data (a lambda: 3 of 800), the answer runs beside `f`
    and could forge the returned value.
    """
    for first in range(0, len(runs), TOGETHER):
        yield from _returned_together(runs[first : first + TOGETHER], sandbox)


def _returned_together(runs: list[tuple[dict, str]], sandbox: Sandbox) -> Iterator[Outcome]:
    plain = [_is_plain(problem["input"]) for problem, _ in runs]
    literal = [
        _literal_call(answer) if is_plain else None
        for (_, answer), is_plain in zip(runs, plain, strict=True)
    ]

    def first() -> Iterator[Program]:
        for (problem, answer), is_plain, call in zip(runs, plain, literal, strict=True):
            if call is None:
                record, entry = (RECORD, "_arguments") if is_plain else ("", "answer")
                source = f"{problem['code']}\n\n{record}\n{_function(answer)}"
                yield Program(source, entry, [[]])

    ran = iter([*sandbox.stream(first())])
    found: list[list | Outcome] = []
    for is_plain, call in zip(plain, literal, strict=True):
        if call is None:
            found.append(_call(next(ran)) if is_plain else next(ran))
        else:
            found.append(call)
    calls = (
        Program(f"{problem['code']}\n\n{CALL}", "_call", [call])
        for (problem, _), call in zip(runs, found, strict=True)
        if isinstance(call, list)
    )
    returned = sandbox.stream(calls)
    for end in found:
        yield next(returned) if isinstance(end, list) else end


def _is_plain(arguments: str) -> bool:
    try:
        ast.literal_eval(f"[{arguments}]")
    except ValueError:
        return False
    return True


def _literal_call(answer: str) -> list | None:
    """Return [arguments, keywords] of a short answer that is just a call of `f` on literals."""
    if len(answer) > SHORT:
        return None
    try:
        match ast.parse(answer.strip(), mode="eval").body:
            case ast.Call(ast.Name("f"), arguments, keywords):
                values = {each.arg: ast.literal_eval(each.value) for each in keywords if each.arg}
                if len(values) == len(keywords):
                    return [tuple(map(ast.literal_eval, arguments)), values]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        pass
    return None


def _call(outcome: Outcome) -> list | Outcome:
    """Return the [arguments, keywords] that a first run gave, or its end as that of the answer."""
    if outcome.status != "ok":
        return outcome
    if isinstance(outcome.records[0], bytes) and len(outcome.records[0]) > ARGUMENTS:
        return Outcome("output", error="arguments of more than a megabyte")
    try:
        match outcome.values:
            case (list([tuple(), dict() as keywords]) as call,):
                if all(isinstance(name, str) for name in keywords):
                    return call
    except ValueError as error:
        return Outcome("output", error=f"unreadable arguments: {error}")
    return replace(outcome, records=(Raised("no call of f"),))


def _function(answer: str) -> str:
    return f"def answer():\n    return (\n{answer}\n)\n"
