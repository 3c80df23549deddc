"""If these tests fail, a comparison calls chance a difference, or hides one."""

from itertools import product
from math import comb, log

import numpy as np
import pytest

from warriorcoder.report.paired import significance


def naive_mcnemar(gained, lost):
    m = gained + lost
    tail = sum(comb(m, n) for n in range(min(gained, lost) + 1)) / 2**m
    return min(1.0, 2 * tail)


def naive_score(n, gained, lost, delta):
    """z where the nuisance parameter is the likeliest of a grid, without Tango's closed form."""
    best = max(
        np.linspace(max(0.0, -delta), (1 - delta) / 2, 20_001)[1:-1],
        key=lambda q: (
            gained * log(q + delta) + lost * log(q) + (n - gained - lost) * log(1 - 2 * q - delta)
        ),
    )
    return (gained - lost - n * delta) / np.sqrt(n * (2 * best + delta * (1 - delta)))


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (6, 0), (0, 5), (9, 4), (41, 18)])
def test_mcnemar_is_the_two_sided_binomial_tail(gained, lost):
    assert significance.mcnemar(gained, lost) == pytest.approx(naive_mcnemar(gained, lost))


@pytest.mark.parametrize(("n", "gained", "lost"), [(20, 5, 1), (164, 12, 30), (40, 8, 8)])
def test_the_interval_ends_where_the_score_is_at_its_critical_values(n, gained, lost):
    low, high = significance.tango(n, gained, lost)
    assert naive_score(n, gained, lost, low) == pytest.approx(1.96, abs=2e-3)
    assert naive_score(n, gained, lost, high) == pytest.approx(-1.96, abs=2e-3)


def test_the_interval_is_mirrored_and_wide_without_a_flip_and_ends_at_one():
    low, high = significance.tango(20, 5, 1)
    assert significance.tango(20, 1, 5) == pytest.approx((-high, -low))
    assert significance.tango(20, 0, 0) == pytest.approx((-0.161, 0.161), abs=1e-3)
    assert significance.tango(20, 20, 0)[1] == 1.0
    assert significance.tango(20, 0, 20)[0] == -1.0


@pytest.mark.parametrize(("n", "flips"), [(20, 0.0), (164, 0.1), (100, 0.4)])
def test_the_smallest_difference_is_found_in_four_of_five_comparisons(n, flips):
    delta = significance.smallest_exact(n, flips)
    share, rng = max(flips, delta), np.random.default_rng(7)
    draws = rng.multinomial(n, [(share + delta) / 2, (share - delta) / 2, 1 - share], size=4000)
    found = np.mean([naive_mcnemar(gained, lost) < 0.05 for gained, lost, _ in draws.tolist()])
    assert found == pytest.approx(0.8, abs=0.02)


def test_fewer_than_six_problems_can_show_nothing():
    assert significance.smallest_exact(5, 0.0) is None
    assert significance.smallest_exact(6, 0.0) is not None


def test_signs_are_flipped_in_every_way():
    change = np.array([0.2, -0.1, 0.4, 0.3, 0.0, 0.6])
    moved = change[change != 0]
    sums = [abs((moved * signs).sum()) for signs in product((1, -1), repeat=len(moved))]
    expected = np.mean(np.array(sums) >= abs(moved.sum()) - 1e-12)
    assert significance.sign_flip(change, 1) == pytest.approx(expected)
    assert significance.sign_flip(np.zeros(4), 1) == 1.0
    assert significance.sign_flip(np.array([0.0, 0.4]), 1) == 1.0


def test_one_sample_a_problem_gets_mcnemar_and_shares_get_permutations():
    a, b = np.array([0.0, 1, 1, 0]), np.array([1.0, 1, 0, 1])
    found = significance.compare(a, b, 1)
    assert (found.test, found.gained, found.lost) == (significance.EXACT, 2, 1)
    assert found.difference == pytest.approx(0.25)
    shares = significance.compare(a, b * 0.4, 1)
    assert shares.test == significance.PERMUTED
    assert shares.low < shares.difference < shares.high
    assert significance.compare(a, b * 0.4, 1) == shares
    same = significance.compare(a / 2, a / 2, 1)
    assert (same.low, same.high, same.p, same.smallest) == (None, None, 1.0, None)
