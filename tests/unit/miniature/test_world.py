"""The world's own truth: right is right, wrong is wrong, and every text maps back to its task."""

from random import Random

import pytest

from warriorcoder.miniature import oracle, theory, world
from warriorcoder.miniature.families import AREAS, FAMILIES
from warriorcoder.miniature.world import Task


def tasks_of(family, n=60):
    rng = Random(family.key)
    for _ in range(n):
        yield rng, world.coding_task(rng, family, family.wordings)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)
def test_right_answers_pass_and_wrong_ones_fail_by_execution(family):
    for rng, task in tasks_of(family):
        right, wrong = (world.answer(rng, task, r) for r in (True, False))
        assert oracle.check(task, right, oracle.run_trusted), right
        assert not oracle.check(task, wrong, oracle.run_trusted), wrong


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)
def test_every_single_variant_is_what_its_list_says(family):
    for constant in family.constants or (None,):
        task = Task("code", "", family.area, 1, family, name="solve", constant=constant)
        task = Task(**{**vars(task), "parameters": ("p", "q")[: len(family.inputs)]})
        for variants, right in ((family.good, True), (family.buggy, False)):
            for variant in variants:
                body = "\n".join("    " + line for line in task.fill(variant).split("\n"))
                code = f"```python\ndef {task.signature}:\n{body}\n```"
                assert oracle.check(task, code, oracle.run_trusted) is right, code


def test_texts_map_back_to_the_very_task_that_they_state():
    rng = Random(3)
    for _ in range(600):
        task = world.sample(rng)
        if task.kind == "vague":
            assert oracle.parse(task.text).kind == "vague"
        else:
            assert oracle.parse(task.text) == task


def test_stubs_map_back_to_their_family_wording_and_guard():
    for family in FAMILIES:
        for _, task in tasks_of(family, 5):
            found = oracle.parse(task.stub)
            same = ("family", "wording", "name", "parameters", "constant", "guard")
            assert [getattr(found, k) for k in same] == [getattr(task, k) for k in same]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Write a haiku.",
        "Write a Python function named f(x) that returns the number of vowels in y.",
        "What does f([1, 2]) return?\n```python\ndef f(xs):\n    return exit()\n```",
        "Implement fib(n) in Python. The function returns the Fibonacci number at position n",
    ],
)
def test_texts_that_are_not_exactly_of_this_world_are_not_recognised(text):
    assert oracle.parse(text) is None


def test_verdicts_follow_execution():
    rng = Random(5)
    task = world.sample(rng, kind="code")
    right, wrong = (world.answer(rng, task, r) for r in (True, False))
    judge = {
        pair: oracle.verdict(task.text, *pair, oracle.run_trusted)
        for pair in ((right, wrong), (wrong, right), (right, right), (wrong, wrong))
    }
    assert list(judge.values()) == ["A", "B", "Tie", "Tie"]
    assert oracle.verdict("Write a haiku.", right, wrong, oracle.run_trusted) is None


def test_outputs_of_another_type_are_wrong():
    family = next(f for f in FAMILIES if f.key == "palin")
    task = world.coding_task(Random(1), family, family.wordings, guard=None, name="mirror")
    p = task.parameters[0]
    code = f"```python\ndef {task.signature}:\n    return int({p} == {p}[::-1])\n```"
    assert not oracle.check(task, code, oracle.run_trusted)


def test_code_that_does_not_load_is_wrong():
    task = world.sample(Random(2), kind="code")
    assert not oracle.check(task, "```python\ndef (:\n```", oracle.run_trusted)


def test_areas_and_kinds_come_as_often_as_declared():
    rng, n = Random(7), 4000
    tasks = [world.sample(rng) for _ in range(n)]
    for kind, share in world.KINDS.items():
        assert abs(sum(task.kind == kind for task in tasks) / n - share) < 0.03
    code = [task for task in tasks if task.kind == "code"]
    for area in AREAS:
        assert abs(sum(task.area == area for task in code) / len(code) - 0.2) < 0.04
    assert 0.4 < sum(task.difficulty >= 6 for task in tasks) / n < 0.6


def test_theory_answers_differ_between_right_and_wrong():
    for question in theory.QUESTIONS:
        task = oracle.parse(question.text)
        assert oracle.check(task, question.right, oracle.run_trusted)
        assert not oracle.check(task, question.wrong, oracle.run_trusted)
