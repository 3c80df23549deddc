"""If these tests fail, the report misstates what was mined and what was left."""

import gzip
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.curation.tables import CURATED, DIFFICULTY, DROPPED, FUNNEL
from warriorcoder.report import difficulties, overlap, yields

WORDS = st.lists(st.sampled_from("abcdefg"), max_size=9).map(" ".join)


def naive_rouge_l(one: str, other: str) -> float:
    """rouge-score's rougeL F1, by the textbook table."""
    a, b = one.split(), other.split()
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            longer = max(lengths[i][j + 1], lengths[i + 1][j])
            lengths[i + 1][j + 1] = lengths[i][j] + 1 if x == y else longer
    if not lengths[-1][-1]:
        return 0.0
    precision, recall = lengths[-1][-1] / len(b), lengths[-1][-1] / len(a)
    return 2 * precision * recall / (precision + recall)


@given(st.lists(WORDS, min_size=1, max_size=5), st.lists(WORDS, min_size=1, max_size=5))
def test_rouge_l_is_the_naive_one(instructions, corpus):
    found = overlap.rouge_l(instructions, corpus)
    for text, score, nearest in zip(instructions, *found.get_columns(), strict=True):
        scores = [naive_rouge_l(text, other) for other in corpus]
        assert score == pytest.approx(max(scores), abs=1e-12)
        assert scores[nearest] == pytest.approx(score, abs=1e-12)


def test_rouge_l_over_more_instructions_than_one_chunk():
    texts = [f"word{n} of many" for n in range(overlap.CHUNK + 5)]
    found = overlap.rouge_l(texts, ["word3 of many", "nothing"])
    assert found["rouge_l"][3] == 1
    assert found["rouge_l"].to_list().count(2 / 3) == len(texts) - 1


def test_tokens_are_lower_case_words_and_numbers():
    assert overlap.tokenize("Sort_a List, of 3 naïve Items!") == [
        *("sort", "a", "list", "of", "3", "na", "ve", "items")
    ]


def test_corpus_formats_read_alike(tmp_path):
    records = [{"instruction": "Add.", "input": "1 2", "output": "3"}, {"instruction": "Sort."}]
    lines = "\n".join(map(json.dumps, records))
    (tmp_path / "a.json").write_text(json.dumps(records))
    (tmp_path / "b.jsonl").write_text(lines)
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    for name in ("a.json", "b.jsonl", "c.jsonl.gz"):
        assert overlap.read_corpus(tmp_path / name) == ["Add.\n1 2", "Sort."]


def test_a_corpus_of_one_line_is_one_text(tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text('{"instruction": "Add."}\n')
    assert overlap.read_corpus(path) == ["Add."]


def test_a_corpus_record_without_instruction_is_named(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"instruction": "Add."}\n{"prompt": "Sort."}\n')
    with pytest.raises(ValueError, match=r"bad.jsonl, line 2: no text under 'instruction'"):
        overlap.read_corpus(path)


def test_an_empty_corpus_says_what_to_do():
    with pytest.raises(ValueError, match="analysis.overlap_corpus to null"):
        overlap.rouge_l(["a"], [])


COUNTS = [
    ("a", "s1", "mined", "all", 10),
    ("a", "s1", "filter", "truncated", 2),
    ("a", "s1", "filter", "too_short", 1),
    ("a", "s1", "dedup", "exact_duplicate", 2),
    ("a", "s1", "curated", "kept", 5),
    ("a", "s1", "difficulty", "too_easy", 1),
    ("a", "s1", "decontaminate", "humaneval", 1),
    ("a", "s1", "compress", "not_a_centre", 1),
    ("a", "s1", "selected", "kept", 2),
    ("a", "s2", "mined", "all", 4),
    ("a", "s2", "filter", "truncated", 4),
]


def funnel(rows):
    return pl.DataFrame(rows, schema=FUNNEL.schema, orient="row")


def test_the_funnel_subtracts_each_stages_drops():
    left = yields.left(funnel(COUNTS))
    assert left.filter(sampling="s1")["rows"].to_list() == [10, 7, 5, 4, 3, 2]
    assert left.filter(sampling="s2")["rows"].to_list() == [4, 0, 0, 0, 0, 0]
    assert left["stage"].unique(maintain_order=True).to_list() == list(yields.STAGES)


@pytest.mark.parametrize("changed", [0, 2, 4, 5, 8])
def test_a_funnel_that_loses_or_invents_rows_is_refused(changed):
    rows = [(*row[:4], row[4] + 1) if n == changed else row for n, row in enumerate(COUNTS)]
    with pytest.raises(ValueError, match="funnel of a/s1"):
        yields.left(funnel(rows))


def test_drops_go_by_stage_then_frequency_and_the_page_shows_totals():
    dropped = yields.drops(funnel(COUNTS))
    assert dropped.rows()[:3] == [
        ("filter", "truncated", 6, 6),
        ("filter", "too_short", 1, 1),
        ("dedup", "exact_duplicate", 2, 2),
    ]
    texts = [
        ("dedup", "exact_duplicate", "a", "a:s1:3", "twice"),
        ("filter", "too_long", "b", "b:s1:2", "x" * 400),
    ]
    examples = pl.DataFrame(texts, schema=DROPPED.schema, orient="row")
    page = yields.page(yields.left(funnel(COUNTS)), dropped, examples)
    assert page.tables[2].frame.rows() == [
        ("filter", "too_long", "b", "x" * 300 + " …"),
        ("dedup", "exact_duplicate", "a", "twice"),
    ]
    assert page.tables[0].frame.row(-1) == ("all", "", 14, 7, 5, 4, 3, 2, pytest.approx(100 / 7))


def rated(scores):
    rows = [(id, judge, 0, "", None, score, "stop", 1) for id, judge, score in scores]
    return pl.DataFrame(rows, schema=DIFFICULTY.schema, orient="row")


def spec(**keys):
    return Difficulty(max_tokens=9, **keys)


def test_histogram_counts_medians_by_author():
    scored = difficulties.scores(
        rated([("a:s:0", "b", 5), ("a:s:0", "c", 6), ("b:s:0", "a", 9), ("b:s:1", "a", None)]),
        spec(),
    )
    assert difficulties.histogram(scored).rows() == [
        ("a", 5.5, "average", 1),
        ("b", None, None, 1),
        ("b", 9.0, "excellent", 1),
    ]


def test_levels_of_the_figure_and_the_examples_are_the_prompts():
    official = spec(levels="official-code", threshold=5)
    scored = difficulties.scores(rated([("a:s:0", "b", 5), ("a:s:1", "b", 4)]), official)
    figure = difficulties.draw(difficulties.histogram(scored), official)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        *("poor (1-2): 0.0 %", "average (3-4): 50.0 %", "good (5-8): 50.0 %"),
        "excellent (9-10): 0.0 %\npaper: a small portion",
    ]
    drawn = difficulties.examples(scored, curated(2), 1, seed=0)
    assert drawn["level"].to_list() == ["good", "average"]
    assert "From difficulty 5 up" in difficulties.examples_page(drawn, official).html()


def curated(n):
    rows = [(f"a:s:{i}", "a", "s", f"text {i}", f"a:s:{i}", 1) for i in range(n)]
    return pl.DataFrame(rows, schema=CURATED.schema, orient="row")


def test_examples_are_drawn_by_the_seed_whatever_the_order_of_the_tables():
    scores = [(f"a:s:{n}", "b", n % 10 + 1) for n in range(60)]
    drawn, again, other = (
        difficulties.examples(difficulties.scores(rated(rows), spec()), texts, 2, seed)
        for rows, texts, seed in (
            (scores, curated(60), 0),
            (scores[::-1], curated(60).reverse(), 0),
            (scores, curated(60), 1),
        )
    )
    assert drawn.equals(again) and not drawn.equals(other)
    assert drawn["level"].to_list() == [
        name for name in ("excellent", "good", "average", "poor") for _ in range(2)
    ]
