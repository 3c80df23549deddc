"""CRUXEval: predict an input that gives an output, or the output of an input.

Official rules (facebookresearch/cruxeval), with one difference: upstream pastes the answer behind
`assert output ==`, so that `1 or True` passes, and so does an input answer that only mentions `f(`.
Here an output answer is an expression whose *value* the parent compares, and an input answer counts
by the arguments with which it calls `f`.
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
    """The answer: what stands left (input) or right (output) of the first `==`.

    A chain of thought's answer follows the tag [ANSWER], and is looked for in the whole text where
    there is none. Direct prompts end with the tag; a chat model's reply may repeat it.
    """
    text = raw.split("[ANSWER]")[1] if "[ANSWER]" in raw else raw
    if kind == INPUT:
        text = text.split("==")[0].strip()
        return "f" + text.split("assert f")[1].strip() if "assert f" in text else text
    if "==" in text:
        text = text.split("==")[1]
    return text.strip()


def judge(kind: str, pairs: list[tuple[dict, str]], sandbox: Sandbox) -> list[dict[str, str]]:
    """`pass` where the answer gives the output. A cheat (`is_cheat`) fails without a run."""
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
    """Official: an input answer without a call of f; an output answer that repeats the call."""
    return "f(" not in answer if kind == INPUT else f"f({problem['input']})" in answer


def _evaluated(runs: list[tuple[dict, str]], sandbox: Sandbox) -> list[Outcome]:
    """The value of each output answer, where there is no `f`: only what its problem imports."""
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
    """What `f` returns on the arguments with which each input answer calls it (last, if it calls
    it often). They are found in a run of their own, so that no answer is beside the call that
    counts; those of a plain call of literals are read from it.

    Where the problem's own arguments are no plain data (a lambda: 3 of 800), the answer runs beside
    `f` instead, and could forge what it returns.
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
    """[arguments, keywords] of an answer that is a call of `f` on literals, and nothing else."""
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
    """Whether a first run gave [arguments, keywords]."""
    match outcome.values:
        case (list([tuple(), dict() as keywords]),) if outcome.status == "ok":
            return all(isinstance(name, str) for name in keywords)
    return False


def _function(answer: str) -> str:
    return f"def answer():\n    return (\n{answer}\n)\n"
