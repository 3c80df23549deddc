"""Random texts for everything that reads what a model or a user wrote (`make fuzz`).

A reader may raise no error but its own, and may take no quadratic time. Texts are drawn from the
pieces that make the readers work: marks, quotes, fences, tags, code and prose.
"""

import itertools
from datetime import date
from random import Random
from typing import get_args

import pytest
from fuzz import CASES, cases, seconds, texts
from shapes import SHAPES, tokenizer

from warriorcoder.arena.verdicts import parse_verdict
from warriorcoder.cli import samples
from warriorcoder.cli.errors import InputError
from warriorcoder.config.experts import Family
from warriorcoder.core.inputs import FileError
from warriorcoder.curation.difficulty import parse_score
from warriorcoder.curation.junk import foreign
from warriorcoder.evaluation.benchmarks.longest_block import FREE, READINGS, Blocks
from warriorcoder.evaluation.benchmarks.sanitize import sanitize
from warriorcoder.models import reasoning
from warriorcoder.models.chat import Chat, ChatError

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")

JUDGED = [
    *("[[A]]", "[[B]]", "[[Tie]]", "[[7]]", "[[10]]", "[[", "]]", " out of ", "/", '"', "“", "”"),
    *("'", "`", "```", "```python", "~~~", ">", "\n", "\n\n", " ", ".", ":", ",", "!", "\0", "*"),
    *("<think>", "</think>", "<answer>", "</answer>", "<|channel|>final<|message|>", "</s>"),
    *("A says ", "I choose ", "Final verdict: ", "Rating", "so ", "not ", "because ", "A's ", "i "),
    *("**Final Answer**", "é", "\u2028", "\r\n", "\t", "<s>", "<p>", "is my ", "final ", "x"),
]
CODE = [
    *("def f(x):", "    return x", "\treturn", "if x:", "else:", "elif y:", "try:", "finally:"),
    *(
        "(",
        ")",
        "[",
        "x = 1",
        "'''",
        '"""',
        "'",
        "\\",
        "#",
        "@d",
        "\n",
        "\n\n",
        "    ",
        ";",
        "Sure!",
    ),
    *("class A:", "```python", "```", "import a", "\r", "\x0c", "lambda: ", "f'{", "}", "é", "1."),
]
TEMPLATE = [
    *("{{ messages[0].content }}", "{{ messages[0]['content'] }}", "{% for m in messages %}"),
    *("{% endfor %}", "{{ m.content }}", "{{ m.role }}", "{% if add_generation_prompt %}"),
    *("{% endif %}", "{% if m.role == 'user' %}", "{% else %}", "<|im_start|>", "<|im_end|>", "\n"),
    *("{{ bos_token }}", "{{ eos_token }}", "{{ 1 / 0 }}", "{{ raise_exception('no') }}", " "),
    *("{%", "}}", "{{ strftime_now('%d') }}", "User:", "{{ m.content | trim }}", "{{ m.x.y }}"),
]
SAMPLES = [
    *('{"task_id": ', '"HumanEval/0"', "0", ', "solution": ', ', "completion": ', '"x"', "}", "\n"),
    *("null", "[", "]", "{", '"', ":", ",", "\ufeff", "1e999", "NaN", "\\ud800", " ", "\x1f\x8b"),
    *("-", "9" * 400, "true", "\r", "\x85"),
]


@cases(texts(JUDGED))
def test_a_verdict_is_read_from_any_text(text):
    verdict = parse_verdict(text)
    assert verdict == "invalid" or f"[[{verdict}]]" in text


@cases(texts(JUDGED))
def test_a_score_is_read_from_any_text(text):
    score = parse_score(text)
    assert score is None or f"[[{score}]]" in text


def family(rng: Random) -> str:
    return rng.choice(get_args(Family))


@cases(texts(JUDGED), family, lambda rng: rng.random() < 0.5)
def test_an_answer_is_found_in_any_text(text, family, opened):
    said = reasoning.final(text, family, opened)
    assert said is None or len(said) <= len(text)
    assert isinstance(foreign(text), bool)


@cases(texts(CODE))
def test_a_program_is_found_in_any_text(text):
    assert isinstance(sanitize(text, "f"), str)


@cases(texts(SAMPLES))
def test_a_file_of_samples_is_read_or_refused(text, tmp_path):
    path = tmp_path / "samples.jsonl"
    path.write_text(text, newline="")
    try:
        read = samples.read(path, ["HumanEval/0"])
    except (FileError, InputError) as error:
        assert str(path) in str(error)
    else:
        assert {sample.task_id for sample in read} == {"HumanEval/0"}


@pytest.fixture(scope="module")
def made():
    return tokenizer(SHAPES["qwen"])


@cases(texts(TEMPLATE, 12))
def test_a_template_is_used_or_refused(text, made):
    made.chat_template = text or " "
    chat = Chat(made, date(2024, 7, 26), "fuzz")
    try:
        ids = {*chat.prefix("System."), *chat.prompt("Hello.", "System.")}
        ids |= {*chat.user_stops("System.").ids, *chat.reply_stops().ids}
        assert ids <= set(range(len(made)))
    except ChatError as error:
        assert str(error).startswith("fuzz: ")


# --- growth --------------------------------------------------------------------------------------

READERS = {
    "verdict": (parse_verdict, JUDGED),
    "score": (parse_score, JUDGED),
    "thought": (lambda text: reasoning.final(text, "think"), JUDGED),
    "heading": (lambda text: reasoning.final(text, "final-answer"), JUDGED),
    "foreign": (foreign, JUDGED),
}
SMALL, LARGE = 500, 4000  # repetitions


@pytest.mark.parametrize("name", READERS)
def test_time_grows_with_the_text(name):
    """A text that is 8 times as long takes about 8 times as long, 64 times if it is quadratic."""
    read, pieces = READERS[name]
    single = [(piece, "") for piece in pieces]
    pairs = itertools.product(pieces, repeat=2) if CASES > 2000 else single
    slow = {}
    for pair in pairs:
        small, large = "".join(pair) * SMALL, "".join(pair) * LARGE
        if seconds(read, large, times=1) > 0.1:
            growth = seconds(read, large) / seconds(read, small)
            slow |= {pair: growth} if growth > 24 else {}
    assert slow == {}


@cases(texts(CODE), lambda rng: rng.randint(1, 50))
def test_the_search_for_code_reads_a_text_a_bounded_number_of_times(text, times):
    lines = (text * times).split("\n")
    blocks = Blocks(lines)
    try:
        blocks.longest()
    except (ValueError, RecursionError):
        return
    size = sum(map(len, lines)) + len(lines)
    assert blocks.spent <= (READINGS + 12) * size + FREE
