"""If these tests fail, Table 4 counts instructions under tasks that they are not."""

import pytest

from warriorcoder.report import categories, paper


@pytest.mark.parametrize(
    ("instruction", "category"),
    [
        ("Write a Python function that reverses a list.", "Code Generation"),
        ("I need a function that never raises an error. Please help.", "Code Generation"),
        ("How do I sort a dictionary by value?", "Code Generation"),
        ("Convert the string to a list of words.", "Code Generation"),
        ("Write a Python function to speed test a sort.", "Code Generation"),
        ("Fix the bug.\n```python\ndef f(x): return y\n```", "Code Debugging"),
        ("My code does not work. I get a TypeError: what now?", "Code Debugging"),
        ("Optimize this function:\n```python\npass\n```", "Code Optimization"),
        ("Can you make this loop faster?", "Code Optimization"),
        ("What does f([1, 2]) return?\n```python\ndef f(x):\n    return x\n```", "Code Reasoning"),
        ("Predict the output of the following program.", "Code Reasoning"),
        ("Explain how this code works.\n```python\nfix_bug()\n```", "Code Analysis"),
        ("What does this function do?", "Code Analysis"),
        ("What is the difference between a list and a tuple?", "Theoretical Explanation"),
        ("Explain the concept of closures in Python.", "Theoretical Explanation"),
        ("Translate this Java program to Python.", "Code Transpile"),
        ("Rewrite the following function in Rust.", "Code Transpile"),
    ],
)
def test_category(instruction, category):
    assert categories.categorise(instruction) == category


def test_shares_of_all_seven_categories_add_up():
    shared = categories.shares(["Fix the bug.", "Write a function.", "Write a class.", "Hm."])
    assert shared["category"].to_list() == list(paper.CATEGORIES)
    assert shared["rows"].to_list() == [3, 1, 0, 0, 0, 0, 0]
    assert shared["share"].sum() == 100
    assert shared["paper"].sum() == pytest.approx(100)
    assert "selected instructions" in categories.page(shared).title
