"""If these tests fail, duplicates are paid for, or new experts change old data."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warriorcoder.config.curation import Curation
from warriorcoder.curation.dedup import deduplicate
from warriorcoder.curation.lsh import bands, candidates
from warriorcoder.curation.wording import jaccard, shingles, words

CURATION = Curation.recorded(
    {"near_duplicates": "shingles", "shingle_words": 2, "permutations": 128, "jaccard": 0.6}
)
TEXTS = st.lists(
    st.lists(st.sampled_from(["sort", "Sort", "the", "list", "of", "n", "ints"]), max_size=9).map(
        " ".join
    ),
    max_size=14,
)


def table(texts, expert="a"):
    ids = [f"{expert}:t1.0-p1.0:{i:06d}" for i in range(len(texts))]
    return pl.DataFrame({"id": ids, "text": texts}, schema={"id": pl.String, "text": pl.String})


def run(rows, earlier=None, **changed):
    curation = CURATION.model_copy(update=changed)
    return deduplicate(rows, table([]) if earlier is None else earlier, curation, 7)


def brute_force(rows, earlier):
    """Second implementation: all pairs, flood fill, no sketches. Returns id → survivor's id."""
    nodes = [*earlier.iter_rows(), *rows.iter_rows()]
    sets = [shingles(words(text), CURATION.shingle_words) for _, text in nodes]
    survivor = {}
    for start in range(len(nodes)):
        if start in survivor:
            continue
        todo = [start]
        while todo:
            i = todo.pop()
            survivor[i] = start
            for j in range(len(nodes)):
                new = i >= len(earlier) or j >= len(earlier)
                if j not in survivor and new and jaccard(sets[i], sets[j]) >= CURATION.jaccard:
                    todo.append(j)
    return {nodes[i][0]: nodes[survivor[i]][0] for i in range(len(earlier), len(nodes))}


def curated(rows, kept):
    return rows.join(kept, on="id", maintain_order="left").select("id", "text")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TEXTS, TEXTS)
def test_clusters_are_those_of_comparing_all_pairs(first, second):
    a, b = table(first), table(second, "b")
    earlier = curated(a, run(a)[0])
    kept, dropped = run(b, earlier)
    found = dict(kept.select("id", "cluster").rows()) | dict(dropped.select("id", "cluster").rows())
    assert found == brute_force(b, earlier)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(TEXTS, max_size=4))
def test_appending_an_expert_changes_nothing_of_the_earlier_ones(experts):
    def curate(lists):
        made, earlier = [], table([])
        for n, texts in enumerate(lists):
            rows = table(texts, f"e{n}")
            kept, dropped = run(rows, earlier)
            made.append((kept.rows(), dropped.rows()))
            earlier = pl.concat([earlier, curated(rows, kept)])
        return made

    whole = curate(experts)
    for n in range(len(experts)):
        assert curate(experts[:n]) == whole[:n]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS)
def test_no_row_is_lost_and_what_is_kept_holds_no_duplicates(texts):
    rows = table(texts)
    kept, dropped = run(rows)
    assert kept["copies"].sum() == len(kept) + len(dropped) == len(rows)
    assert sorted([*kept["id"], *dropped["id"]]) == rows["id"].to_list()
    again, none = run(curated(rows, kept))
    assert again["id"].to_list() == kept["id"].to_list() and none.is_empty()


def test_the_first_row_survives_and_reasons_are_told_apart():
    base = "write a function that returns the sum of all even numbers in a list"
    rows = table([base, base + " please", "What is a tuple?", "  WHAT is a\ttuple?", base])
    kept, dropped = run(rows)
    a, b = rows["id"][0], rows["id"][2]
    assert kept.rows() == [(a, a, 3), (b, b, 2)]
    assert dropped.select("reason", "cluster").rows() == [
        ("near_duplicate", a),
        ("exact_duplicate", b),
        ("exact_duplicate", a),
    ]


def test_a_row_that_matches_an_earlier_expert_is_dropped_with_its_whole_component():
    base = "write a function that returns the sum of all even numbers in a list"
    rows = table([base + " of ints or floats", base + " of ints", base], "b")
    kept, dropped = run(rows, table([base]), jaccard=0.8)
    assert kept.is_empty()
    assert dropped["cluster"].unique().to_list() == ["a:t1.0-p1.0:000000"]
    assert dropped["reason"].to_list() == ["near_duplicate", "near_duplicate", "exact_duplicate"]


def test_texts_shorter_than_a_shingle_only_match_themselves():
    kept, dropped = run(table(["sort it", "sort this", "sort it", "", "?"]), shingle_words=5)
    assert len(kept) == 4 and dropped["reason"].to_list() == ["exact_duplicate"]


def test_rows_of_a_large_bucket_meet_the_first_and_the_last_ones_only():
    digests = np.ones((500, 128), np.uint32)
    met = next(candidates(digests, 0.7, reach=8))
    assert (met[:, 0] < met[:, 1]).all() and len(np.unique(met, axis=0)) == len(met)
    assert len(met) == 16 * 17 // 2 + 16 * (500 - 17)
    assert met[met[:, 1] == 400, 0].tolist() == [*range(8), *range(392, 400)]


def test_a_small_bucket_yields_all_its_pairs():
    digests = np.repeat(np.arange(3, dtype=np.uint32), 5)[:, None] * np.ones(128, np.uint32)
    met = next(candidates(digests, 0.7, reach=3))
    assert met.tolist() == [[i, j] for j in range(15) for i in range(j) if i // 5 == j // 5]


def test_a_cluster_that_fills_its_buckets_is_one_cluster():
    base = [f"w{i}" for i in range(60)]
    texts = [" ".join([*base[:i], f"x{n}", *base[i + 1 :]]) for n in range(8) for i in range(60)]
    kept, dropped = run(table([" ".join(base), *texts]), shingle_words=5)
    assert kept["copies"].to_list() == [481] and dropped["reason"].n_unique() == 1


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.85, 0.95, 1.0])
def test_bands_divide_the_permutations_and_rarely_miss(threshold):
    b = bands(128, threshold)
    assert 128 % b == 0
    assert (1 - threshold ** (128 // b)) ** b < 1e-3
