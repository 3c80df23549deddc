"""pass@k and its interval."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.evaluation.benchmarks.metrics import mean_with_interval, pass_at_k


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_pass_at_k_is_the_share_of_subsets_with_a_right_sample(pair):
    n, correct = pair
    for k in range(1, n + 1):
        subsets = list(combinations([True] * correct + [False] * (n - correct), k))
        assert pass_at_k(n, correct, k) == pytest.approx(sum(map(any, subsets)) / len(subsets))


def test_pass_at_k_needs_k_samples():
    with pytest.raises(ValueError, match="pass@5"):
        pass_at_k(4, 4, 5)


def test_interval_is_seeded_and_close_to_the_normal_one():
    scores = [1.0] * 40 + [0.0] * 60
    interval = mean_with_interval(scores, 1, "humaneval", 1)
    assert interval == mean_with_interval(scores, 1, "humaneval", 1)
    assert interval["value"] == 0.4
    low, high = interval["ci95"]
    assert low == pytest.approx(0.4 - 1.96 * 0.049, abs=0.02)
    assert high == pytest.approx(0.4 + 1.96 * 0.049, abs=0.02)
    assert mean_with_interval([1.0] * 5)["ci95"] == [1.0, 1.0]
