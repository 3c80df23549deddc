"""The user turn of a difficulty judge, which gets no system prompt.

The paper prints no difficulty prompt. Ours states the paper's four levels (section 3.2). It asks
for a short reason and `[[n]]`.
"""

# Section 3.2's four levels: the lowest and the highest score of each.
GRADES = {
    "paper": {"excellent": (9, 10), "good": (6, 8), "average": (3, 5), "poor": (1, 2)},
    "official-code": {"excellent": (9, 10), "good": (5, 8), "average": (3, 4), "poor": (1, 2)},
}
# The user turn of a difficulty judge. No system prompt.
RULES = (
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


def render(instruction: str, levels: str = "paper") -> str:
    """The user turn of a difficulty judge; `levels` is a key of `GRADES`."""
    rules = RULES
    for name, bounds in GRADES["paper"].items():
        rules = rules.replace("({}-{})".format(*bounds), "({}-{})".format(*GRADES[levels][name]))
    return f"{rules}\n\n{INSTRUCTION}\n{instruction}"
