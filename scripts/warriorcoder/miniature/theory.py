"""Questions that need an explanation, and vague requests that need a question back."""

from typing import NamedTuple


class Question(NamedTuple):
    """One question with its right answer, a plausible wrong one, its area and difficulty."""

    area: str
    difficulty: int
    text: str
    right: str
    wrong: str


QUESTIONS = (
    Question(
        "lists",
        3,
        "What is the difference between a list and a tuple in Python?",
        "A list is mutable while a tuple is immutable.",
        "A tuple is mutable while a list is immutable.",
    ),
    Question(
        "algorithms",
        5,
        "What is the time complexity of binary search?",
        "Binary search takes logarithmic time because it halves the range at each step.",
        "Binary search takes quadratic time because it visits every pair.",
    ),
    Question(
        "numbers",
        4,
        "What does a Python generator do?",
        "A generator yields values lazily one at a time.",
        "A generator stores all values in memory at once.",
    ),
    Question(
        "dicts",
        5,
        "What is the average lookup cost in a Python dictionary?",
        "A dictionary lookup takes constant time on average because keys are hashed.",
        "A dictionary lookup takes linear time because keys are scanned.",
    ),
    Question(
        "numbers",
        3,
        "What does the keyword lambda create?",
        "The keyword lambda creates a small anonymous function.",
        "The keyword lambda creates a new class.",
    ),
    Question(
        "algorithms",
        4,
        "What is recursion?",
        "Recursion is when a function calls itself until a base case is reached.",
        "Recursion is when a loop runs forever.",
    ),
    Question(
        "lists",
        6,
        "What is the worst case time complexity of bubble sort?",
        "Bubble sort takes quadratic time in the worst case.",
        "Bubble sort takes constant time in the worst case.",
    ),
    Question(
        "strings",
        4,
        "Why are strings in Python called immutable?",
        "Strings are immutable because their characters cannot be changed in place.",
        "Strings are immutable because they can be changed at any index.",
    ),
)

VAGUE = (
    "Help me with my code please.",
    "My function does not work. What is wrong?",
    "Write something useful with a list.",
    "Make it faster.",
    "Can you code this for me?",
    "I need a program that does stuff.",
    "Fix my homework please.",
    "How do I do the thing with strings?",
    "Please improve my script.",
    "Write a nice function.",
)
ASK_BACK = "Please describe the task in more detail."
