"""The user turn of a judge (Table 7). A judge gets no system prompt."""

import hashlib

from warriorcoder.models import delimiters

# Table 7: the user turn of a judge. No system prompt.
VERSION = "Table 7"
RULES = (
    "This is a chatbot arena. You will be given assistant A’s answer, and assistant B’s "
    "answer. Please act as an impartial judge and evaluate the capability of two AI "
    "assistants. You should choose the assistant that follows instructions and answers "
    "questions better. Your evaluation should consider factors such as helpfulness, "
    "relevance, and accuracy. Begin your evaluation by comparing the responses of the two "
    "assistants and provide a short explanation. Avoid any position biases and ensure that "
    "the order in which the responses were presented does not influence your decision. DO "
    "NOT allow the LENGTH of the responses to influence your evaluation, choose the one that "
    "is straight-to-the-point instead of unnecessarily verbose. When the two candidates "
    "perform equally well, choose the SHORTER answer. Do not favor certain names of the "
    "assistants. Be as objective as possible. After providing your explanation concisely "
    'within 200 words, output your final verdict by strictly following this format: "[[A]]" '
    'if assistant A is better, "[[B]]" if assistant B is better, and "[[Tie]]" for a tie. '
    "Finish your judgement within 300 words."
)
QUESTION = "[[User Question]]"
START_A, END_A = "[[The Start of Assistant A’s Answer]]", "[[The End of Assistant A’s Answer]]"
START_B, END_B = "[[The Start of Assistant B’s Answer]]", "[[The End of Assistant B’s Answer]]"
MARKS = (QUESTION, START_A, END_A, START_B, END_B)


def render(instruction: str, shown_first: str, shown_second: str, tie_mark: str = "Tie") -> str:
    """Return the user turn of a judge (Table 7). Assistant A's answer is the one shown first.

    Answers cannot close their own block: Table 7's marks inside a text lose their brackets.
    `tie_mark` stands in the rules instead of Table 7's `[[Tie]]`.
    """
    instruction, first, second = map(delimiters.without, (instruction, shown_first, shown_second))
    rules = RULES.replace("[[Tie]]", f"[[{tie_mark}]]")
    return (
        f"{rules}\n\n{QUESTION}\n{instruction}\n{START_A}\n{first}\n{END_A}\n"
        f"{START_B}\n{second}\n{END_B}"
    )


def identity(tie_mark: str) -> dict[str, str]:
    """Return the source and the sha256 of the judge's prompt, for the record of votes."""
    text = render("{instruction}", "{shown_first}", "{shown_second}", tie_mark)
    version = VERSION if tie_mark == "Tie" else f"{VERSION}, ties are [[{tie_mark}]]"
    return {"version": version, "sha256": hashlib.sha256(text.encode()).hexdigest()}
