"""CRUXEval: predict an input that gives an output, or the output of an input.

Official rules (facebookresearch/cruxeval), with one difference: an answer is an expression whose
*value* is compared, by the parent, with the right output. Upstream pastes the answer behind
`assert output ==`, so that `1 or True` passes.
"""

import ast

from warriorcoder.sandbox import Program, Sandbox

INPUT = "cruxeval-input"


def extract(kind: str, problem: dict, raw: str, style: str) -> str:
    """The answer: what stands left (input) or right (output) of the first `==`."""
    text = raw.split("[ANSWER]")[1] if "[ANSWER]" in raw else raw
    if kind == INPUT:
        text = text.split("==")[0].strip()
        return "f" + text.split("assert f")[1].strip() if "assert f" in text else text
    if "==" in text:
        text = text.split("==")[1]
    return text.strip()


def judge(kind: str, pairs: list[tuple[dict, str]], sandbox: Sandbox) -> list[dict[str, str]]:
    """`pass` where the answer's value is the output. A cheat (`is_cheat`) fails without a run.

    Output answers cannot call `f`: it is gone from the namespace in which they are evaluated.
    """
    runs = [(problem, answer) for problem, answer in pairs if not is_cheat(kind, problem, answer)]
    outcomes = sandbox.stream(_program(kind, problem, answer) for problem, answer in runs)
    verdicts = []
    for problem, answer in pairs:
        if is_cheat(kind, problem, answer):
            verdicts.append({kind: "fail"})
            continue
        outcome = next(outcomes)
        status = outcome.status
        if status == "ok":
            right = outcome.values[0] == ast.literal_eval(problem["output"])
            status = "pass" if right else "fail"
        verdicts.append({kind: status})
    return verdicts


def is_cheat(kind: str, problem: dict, answer: str) -> bool:
    """Official: an input answer without a call of f; an output answer that repeats the call."""
    return "f(" not in answer if kind == INPUT else f"f({problem['input']})" in answer


def _program(kind: str, problem: dict, answer: str) -> Program:
    hide = "" if kind == INPUT else "\ndel f"
    source = f"{problem['code']}{hide}\n\ndef answer():\n    return (\n{answer}\n)\n"
    return Program(source, "answer", [[]])
