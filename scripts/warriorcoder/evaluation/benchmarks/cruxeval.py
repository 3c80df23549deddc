"""CRUXEval: predict an input that gives an output, or the output of an input.

The rules are the official ones (facebookresearch/cruxeval) with one difference. Upstream pastes the
answer behind `assert output ==`, so that `1 or True` passes, and so does an input answer that only
mentions `f(`. Here the parent compares the *value* of an output answer. An input answer counts by
the arguments with which it calls `f`.
"""

import ast
from dataclasses import replace

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
    find = _returned if kind == INPUT else _evaluated
    outcomes = iter(find(runs, sandbox))
    verdicts = []
    for (problem, _), run in zip(pairs, honest, strict=True):
        status = "fail"
        if run and (status := (outcome := next(outcomes)).status) == "ok":
            right = outcome.values[0] == ast.literal_eval(problem["output"])
            status = "pass" if right else "fail"
        verdicts.append({kind: status})
    return verdicts


def is_cheat(kind: str, problem: dict, answer: str) -> bool:
    """Return True for the official cheats.

    They are an input answer without a call of f, and an output answer that repeats the call.
    """
    return "f(" not in answer if kind == INPUT else f"f({problem['input']})" in answer


def _evaluated(runs: list[tuple[dict, str]], sandbox: Sandbox) -> list[Outcome]:
    """Return the value of each output answer, in a program with the problem's imports only."""
    programs = []
    for problem, answer in runs:
        imports = [
            ast.unparse(node)
            for node in ast.parse(problem["code"]).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        programs.append(Program("\n".join([*imports, _function(answer)]), "answer", [[]]))
    return sandbox.run(programs)


def _returned(runs: list[tuple[dict, str]], sandbox: Sandbox) -> list[Outcome]:
    """Return the value of `f` on the arguments of each input answer's last call.

    A first run finds the arguments, so that no answer runs beside the call that counts. A plain
    call of literals needs no first run.

    If the problem's arguments are no plain data (a lambda: 3 of 800), the answer runs beside `f`
    and could forge the returned value.
    """
    literal = [_literal_call(answer) if _is_plain(p["input"]) else None for p, answer in runs]
    first = []
    for (problem, answer), call in zip(runs, literal, strict=True):
        if call is not None:
            continue
        record, entry = (RECORD, "_arguments") if _is_plain(problem["input"]) else ("", "answer")
        source = f"{problem['code']}\n\n{record}\n{_function(answer)}"
        first.append(Program(source, entry, [[]]))
    ran = iter(sandbox.run(first))
    found = [next(ran) if call is None else Outcome("ok", (call,)) for call in literal]
    calls = [
        Program(f"{problem['code']}\n\n{CALL}", "_call", [outcome.values[0]])
        for (problem, _), outcome in zip(runs, found, strict=True)
        if _is_plain(problem["input"]) and _is_call(outcome)
    ]
    returned = iter(sandbox.run(calls))
    outcomes = []
    for (problem, _), outcome in zip(runs, found, strict=True):
        if _is_plain(problem["input"]) and outcome.status == "ok":
            no_call = replace(outcome, values=(Raised("no call of f"),))
            outcome = next(returned) if _is_call(outcome) else no_call
        outcomes.append(outcome)
    return outcomes


def _is_plain(arguments: str) -> bool:
    try:
        ast.literal_eval(f"[{arguments}]")
    except ValueError:
        return False
    return True


def _literal_call(answer: str) -> list | None:
    """Return [arguments, keywords] of an answer that is just a call of `f` on literals."""
    try:
        match ast.parse(answer.strip(), mode="eval").body:
            case ast.Call(ast.Name("f"), arguments, keywords):
                values = {each.arg: ast.literal_eval(each.value) for each in keywords if each.arg}
                if len(values) == len(keywords):
                    return [tuple(map(ast.literal_eval, arguments)), values]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        pass
    return None


def _is_call(outcome: Outcome) -> bool:
    """Return True if a first run gave [arguments, keywords]."""
    match outcome.values:
        case (list([tuple(), dict() as keywords]),) if outcome.status == "ok":
            return all(isinstance(name, str) for name in keywords)
    return False


def _function(answer: str) -> str:
    return f"def answer():\n    return (\n{answer}\n)\n"
