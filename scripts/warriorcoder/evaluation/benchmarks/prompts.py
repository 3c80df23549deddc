"""Prompts of benchmarks, and the texts at which an answer is cut.

The style `completion` is raw text for base models. The style `chat` is one user turn.
"""

from warriorcoder.evaluation.benchmarks.boilerplate import (
    COT_INPUT_RULES,
    COT_INPUT_SHOT,
    COT_OUTPUT_RULES,
    COT_OUTPUT_SHOT,
    DS1000_RULES,
    INPUT_RULES,
    INPUT_SHOTS,
    OUTPUT_RULES,
    OUTPUT_SHOTS,
    SOLVE,
)

KINDS = ("humaneval", "mbpp", "cruxeval-input", "cruxeval-output", "ds1000")
STYLES = ("completion", "chat")

# evalplus 0.3.1, `provider.utility`.
EOS = ("<|endoftext|>", "<|endofmask|>", "</s>", "\nif __name__", "\ndef main(", "\nprint(")
EOS_COMPLETION = {
    "humaneval": ("\ndef ", "\nclass ", "\nimport ", "\nfrom ", "\nassert "),
    "mbpp": ('\n"""', "\nassert"),
}


def prompt(kind: str, problem: dict, style: str, chain_of_thought: bool = False) -> str:
    """Return the text to continue (`completion`), or the text of the user's turn (`chat`).

    `chain_of_thought` takes CRUXEval's prompts that end inside a thought, not inside an answer.
    """
    check(kind, style)
    chat = style == "chat"
    match kind:
        case "humaneval" | "mbpp":
            text = problem["prompt"].strip()
            return f"{SOLVE}\n```python\n{text}\n```" if chat else f"{text}\n"
        case "cruxeval-input":
            question = f"{problem['code']}\nassert f(??) == {problem['output']}"
            if chain_of_thought:
                return _crux(COT_INPUT_RULES, COT_INPUT_SHOT, question, "[THOUGHT]")
            return _crux(INPUT_RULES, INPUT_SHOTS, question, "[ANSWER]")
        case "cruxeval-output":
            question = f"{problem['code']}\nassert f({problem['input']}) == ??"
            if chain_of_thought:
                return _crux(COT_OUTPUT_RULES, COT_OUTPUT_SHOT, question, "[THOUGHT]")
            return _crux(OUTPUT_RULES, OUTPUT_SHOTS, question, "[ANSWER]")
    return f"{DS1000_RULES}\n{problem['prompt']}" if chat else problem["prompt"]


def stops(kind: str, style: str) -> tuple[str, ...]:
    """Return the texts at which generation may stop. Scoring cuts an answer before them."""
    check(kind, style)
    if kind.startswith("cruxeval"):
        return ("[/ANSWER]",)
    if kind == "ds1000":
        return ("</code>", "# SOLUTION END")
    return () if style == "chat" else (*EOS, *EOS_COMPLETION[kind])


def check(kind: str, style: str) -> None:
    """Raise ValueError for an unknown kind or style."""
    if kind not in KINDS or style not in STYLES:
        raise ValueError(f"benchmark kind {kind!r}, style {style!r}: choose from {KINDS}, {STYLES}")


def _crux(rules: str, shots: str, question: str, opening: str) -> str:
    return f"{rules}\n\n{shots}\n\n[PYTHON]\n{question}\n[/PYTHON]\n{opening}\n"
