"""pass@k and its interval."""

from itertools import combinations

import numpy as np
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
    with pytest.raises(ValueError, match="^pass@5 needs at least 5 samples, there are 4$"):
        pass_at_k(4, 4, 5)


def test_the_interval_holds_95_percent_of_the_resamples():
    """Of 16 problems with 8 solved, 95 % of all resamples hold 4 to 12 and 90 % hold 5 to 11."""
    interval = mean_with_interval([1.0, 0.0] * 8, 1, "humaneval", 1)
    assert interval == {"value": 0.5, "ci95": [4 / 16, 12 / 16]}
    assert mean_with_interval([1.0] * 5) == {"value": 1.0, "ci95": [1.0, 1.0]}


def test_the_parts_seed_the_resampling():
    scores = np.linspace(0, 1, 20) ** 2
    one, again, other = (mean_with_interval(scores, 1, name) for name in ("a", "a", "b"))
    assert one == again and one["value"] == other["value"] and one["ci95"] != other["ci95"]
