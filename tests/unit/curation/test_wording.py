"""If these tests fail, one request is paid for twice, or two requests are taken for one."""

import polars as pl
import pytest

from warriorcoder.config.curation import Curation
from warriorcoder.curation.dedup import deduplicate
from warriorcoder.curation.wording import tokens

REQUESTS = Curation.recorded(
    {"near_duplicates": "requests", "shingle_words": 5, "permutations": 128, "jaccard": 0.7}
)
LONG = (
    "You are given a table of orders with customers, dates and prices. Write a Python function "
    "that groups the orders by customer, keeps the maximum price of every group, drops the groups "
    "with fewer than 3 orders, and returns the rows in ascending order of the customer's name."
)


def one_request(*texts):
    ids = [f"{i}" for i in range(len(texts))]
    rows = pl.DataFrame({"id": ids, "text": texts})
    return len(deduplicate(rows, rows.clear(), REQUESTS, 7)[0]) == 1


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Write a function to reverse the string.", "Write the function to reverse a string"),
        ("Write a function that sorts a list", "Write a Python function that sorts a list."),
        ("Create a function to sort a list of words", "Write a method to sort an array of words"),
        ("How can I merge two dicts?", "How do I merge two dictionaries?"),
        ("Find the largest number in a list", "Please determine the maximum integer of an array!"),
        (LONG, LONG.replace("table", "sheet")),
        (LONG, LONG.replace("Write a Python", "Implement a")),
    ],
)
def test_neutral_words_make_no_other_request(text, other):
    assert one_request(text, other)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("Find the min of every row of a matrix", "min", "max"),
        ("Find the min of every row of a matrix", "row", "column"),
        ("Sort the words of a text in ascending order", "ascending", "descending"),
        ("Write a function to find the area of a circle", "circle", "triangle"),
        ("Write a function that returns the first 10 primes", "10", "20"),
        ("Turn a row into a column", "row into a column", "column into a row"),
        ("Write a C++ function to add two numbers", "C++", "C#"),
        ("Write a C function to add two numbers", "C ", "C++ "),
        ("Write a Java function to add two numbers", "Java", "Python"),
        ("Return the elements where x > y in the list", ">", "<"),
        ("Return x*y for all pairs of the list", "*", "+"),
        ("Return the elements that are 1 or more", "1", "-1"),
        (LONG, "maximum", "minimum"),
        (LONG, "ascending", "descending"),
        (LONG, "rows", "columns"),
        (LONG, "3", "4"),
        (LONG, "fewer", "more"),
        (LONG, "Python", "Java"),
        (LONG, "orders with customers, dates", "flights with pilots, planes"),
    ],
)  # fmt: skip
def test_a_word_with_meaning_makes_another_request_at_any_length(text, old, new):
    assert old in text and not one_request(text, text.replace(old, new))


def test_texts_without_words_of_meaning_match_only_themselves():
    assert tokens("Do it for me!") == ["do", "it", "for", "me!"]
    assert not one_request("Do it for me!", "Can you do that for us?")
    assert not one_request("\U0001f600", "\U0001f389")
