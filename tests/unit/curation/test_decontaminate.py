"""If these tests fail, benchmark problems are trained on, or nothing is left."""

import gzip
import json

import pytest
from data import shared
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.curation.blind_code import code_runs
from warriorcoder.curation.decontaminate import WORD, Reference, overlaps, references
from warriorcoder.evaluation import benchmarks

FILES = {
    "humaneval": "HumanEvalPlus-v0.1.10.jsonl.gz",
    "mbpp": "MbppPlus-v0.2.0.jsonl.gz",
    "cruxeval-input": "cruxeval.jsonl",
    "ds1000": "ds1000.jsonl.gz",
}
WORDS = st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), max_size=12).map(" ".join)


def published(kind):
    return shared(f"benchmarks/{FILES[kind]}")


def naive(text, texts, n):
    """Second implementation: runs as padded strings, without boilerplate."""
    inside = f" {' '.join(WORD.findall(text.lower()))} "
    for reference in texts:
        words = WORD.findall(reference.lower())
        size = min(n, len(words))
        runs = [words[i : i + size] for i in range(len(words) - size + 1)] if size else []
        if any(f" {' '.join(run)} " in inside for run in runs):
            return True
    return False


@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=4), st.integers(1, 6))
def test_overlap_is_a_shared_run_or_a_whole_short_reference(texts, sources, n):
    found = overlaps(texts, [Reference(f"t{i}", text) for i, text in enumerate(sources)], n)
    assert [task is not None for task in found] == [naive(text, sources, n) for text in texts]


def test_one_word_less_than_the_run_is_no_overlap_whatever_the_case_and_punctuation():
    reference = [Reference("task", "one two three four five six seven")]
    texts = ["x Two, THREE\nfour (five) y", "x two three four y", "one two three five six seven"]
    assert overlaps(texts, reference, 4) == ["task", None, None]


def test_a_run_of_numbers_is_data_that_no_problem_owns():
    reference = [Reference("task", "sum the list [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] of whole numbers")]
    texts = [
        "Which of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] are even?",
        "6, 7, 8, 9, 10 of whole numbers",
    ]
    assert overlaps(texts, reference, 5) == [None, "task"]


def test_a_short_reference_counts_only_as_a_whole():
    reference = [Reference("task", "sort the list")]
    assert overlaps(["please sort the list now", "sort the set"], reference, 8) == ["task", None]


def test_boilerplate_of_the_benchmark_flags_nothing_but_its_own_text_does():
    fixed = "put the solution in this variable and say nothing else"
    reference = [Reference(f"t{i}", f"{fixed} unique{i} a{i} b{i} c{i} d{i}") for i in range(50)]
    texts = [f"Please {fixed}.", "unique7 a7 b7 c7 d7"]
    assert overlaps(texts, reference, 5) == [None, "t7"]


def test_a_run_in_a_few_problems_is_no_boilerplate():
    reference = [Reference(f"t{i}", f"count the vowels of a text {i}") for i in range(9)]
    assert overlaps(["count the vowels of a text"], reference, 5) == ["t0"]


@pytest.mark.parametrize("kind", FILES)
def test_every_real_problem_is_found_in_an_instruction_that_holds_it(kind):
    path, field = published(kind), "code" if kind.startswith("crux") else "prompt"
    sources = benchmarks.load(kind, path)
    texts = [f"Please help me.\n{problem[field]}\nThanks!" for problem in sources]
    found = overlaps(texts, references(kind, path), 10)
    assert None not in found


def test_a_verbatim_mbpp_statement_is_found_without_its_assertion():
    path = published("mbpp")
    prompts = [problem["prompt"] for problem in benchmarks.load("mbpp", path)]
    texts = [prompt.partition("\nassert")[0].strip('"\n ') for prompt in prompts]
    assert None not in overlaps(texts, references("mbpp", path), 13)


def test_a_set_with_tests_of_its_own_has_references(tmp_path):
    words = "Write a function to add one."
    tests = ["assert add(2) == 3"]
    problem = {"task_id": 11, "text": words, "code": "def add(x): ...", "test_list": tests}
    (tmp_path / "mbpp.json").write_text(json.dumps([problem]))
    assert overlaps([words], references("mbpp", tmp_path / "mbpp.json"), 13) == ["Mbpp/11"]


@pytest.mark.parametrize("kind", FILES)
def test_independent_real_prompts_are_hardly_flagged(kind):
    sources = references(kind, published(kind))
    path = shared("instructions/arena_hard_v0.1_questions.jsonl.gz")
    with gzip.open(path, "rt") as lines:
        texts = [json.loads(line)["prompt"] for line in lines]
    flagged = [task for task in overlaps(texts, sources, 10) if task]
    assert len(flagged) <= 0.02 * len(texts), flagged


def test_without_a_length_nothing_overlaps_not_even_the_problem_itself():
    reference = [Reference("task", "count the vowels of a text and return their number")]
    assert overlaps([reference[0].text], reference, 5) == ["task"]
    assert overlaps([reference[0].text, "another"], reference, None) == [None, None]


SOLUTION = """
def running(values, limit):
    \"\"\"Sum up to a limit.\"\"\"
    total, sums = 0, []
    for value in values:  # in order
        total += value
        if total > limit:
            break
        sums.append(total)
    return sums
"""
OTHER_NAMES = """
def f(xs, top):
    acc, out = 0, []
    for x in xs:
        acc += x
        if acc > top: break
        out.append(acc)
    return out
"""


def test_code_under_other_names_is_an_overlap():
    reference = [Reference("task", SOLUTION)]
    text = f"What is the time complexity of this?\n```python\n{OTHER_NAMES}```"
    assert overlaps([text], reference, 13) == [None]
    assert overlaps([text], reference, 13, 20) == ["task"]
    assert overlaps([text], reference, None, 20) == ["task"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("acc += x", "top += x"),  # another variable is changed
        ("acc > top", "acc < top"),  # another operator
        ("append", "insert"),  # another method
    ],
)
def test_other_code_of_the_same_shape_is_no_overlap(old, new):
    code = "acc += x\nif acc > top: break\nout.append(acc)"
    assert old in code and len(list(code_runs(code, 14))) == 1
    assert list(code_runs(code.replace(old, new), 14)) != list(code_runs(code, 14))


def test_prose_and_data_are_no_code():
    prose = "If it is not in the list, and the list is not empty, then go on with it, or stop. " * 3
    data = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]"
    assert not list(code_runs(prose, 20)) and not list(code_runs(data, 20))


def test_blind_code_flags_hardly_any_honest_request():
    with gzip.open(shared("instructions/gpteacher_codegen_instruct.json.gz"), "rt") as file:
        texts = [f"{row['instruction']}\n{row['input']}" for row in json.load(file)]
    for kind in ("humaneval", "mbpp", "cruxeval-input"):
        found = overlaps(texts, references(kind, published(kind)), None, 20)
        assert len(texts) - found.count(None) <= 0.002 * len(texts), found
