"""Every prompt of the method, in one place.

Tables 6 and 7 are the paper's, to the letter. The paper prints no difficulty prompt: `DIFFICULTY`
states its four levels (section 3.2) and asks for a short reason and `[[n]]`.
"""

import hashlib

from warriorcoder.models import delimiters

# Table 6: system prompt of the conversations that are mined and answered.
SYSTEM = (
    "You are an AI assistant designed to provide helpful, step-by-step guidance on coding "
    "problems. The user will ask you a wide range of Python coding questions. Your purpose "
    "is to assist users in understanding coding concepts, working through code, and arriving "
    "at the correct solutions."
)

# Table 7: the user turn of a judge. No system prompt.
BATTLE_VERSION = "Table 7"
BATTLE_RULES = (
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
BATTLE_MARKS = (QUESTION, START_A, END_A, START_B, END_B)

# Section 3.2's four levels: the lowest and the highest score of each.
GRADES = {
    "paper": {"excellent": (9, 10), "good": (6, 8), "average": (3, 5), "poor": (1, 2)},
    "official-code": {"excellent": (9, 10), "good": (5, 8), "average": (3, 4), "poor": (1, 2)},
}
# The user turn of a difficulty judge. No system prompt.
DIFFICULTY_RULES = (
    "Please rate the quality and difficulty of the following instruction on a scale from 1 to 10.\n"
    "- Excellent (9-10): very clear, specific and well-articulated instructions that are "
    "particularly challenging and excellently designed to assess the AI's proficiency.\n"
    "- Good (6-8): clear and specific instructions that are not overly difficult to answer and "
    "moderately assess the AI's capabilities.\n"
    "- Average (3-5): fairly clear and specific instructions that are easy to answer.\n"
    "- Poor (1-2): ambiguous or unclear instructions.\n"
    'Give a short reason, then the rating in this format: "[[n]]", for example "[[5]]".'
)
INSTRUCTION = "[[Instruction]]"


def battle(instruction: str, shown_first: str, shown_second: str, tie_mark: str = "Tie") -> str:
    """The user turn of a judge: Table 7, with the answer shown first as assistant A's.

    Answers cannot close their own block: Table 7's marks inside a text lose their brackets.
    `tie_mark` stands in the rules instead of Table 7's `[[Tie]]`.
    """
    instruction, first, second = map(delimiters.without, (instruction, shown_first, shown_second))
    rules = BATTLE_RULES.replace("[[Tie]]", f"[[{tie_mark}]]")
    return (
        f"{rules}\n\n{QUESTION}\n{instruction}\n{START_A}\n{first}\n{END_A}\n"
        f"{START_B}\n{second}\n{END_B}"
    )


def battle_identity(tie_mark: str) -> dict[str, str]:
    """What a vote's record says of its prompt: where it is from, and the sha256 of its text."""
    text = battle("{instruction}", "{shown_first}", "{shown_second}", tie_mark)
    version = BATTLE_VERSION if tie_mark == "Tie" else f"{BATTLE_VERSION}, ties are [[{tie_mark}]]"
    return {"version": version, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def difficulty(instruction: str, levels: str = "paper") -> str:
    """The user turn of a difficulty judge; `levels` is a key of `GRADES`."""
    rules = DIFFICULTY_RULES
    for name, bounds in GRADES["paper"].items():
        rules = rules.replace("({}-{})".format(*bounds), "({}-{})".format(*GRADES[levels][name]))
    return f"{rules}\n\n{INSTRUCTION}\n{instruction}"
