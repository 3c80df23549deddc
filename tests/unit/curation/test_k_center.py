"""If these tests fail, the selection depends on the machine, or covers less."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warriorcoder.core.seeds import rng
from warriorcoder.curation import k_center as module
from warriorcoder.curation.k_center import GRID, isolation, k_center


def unit(x):
    x = np.asarray(x, np.float64)
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def naive(x, k, start=None):
    """Second implementation: Python's whole numbers on the same grid, one pick at a time."""
    points = [[round(float(v) * GRID) for v in row] for row in x]

    def squared(a, b):
        return sum((p - q) ** 2 for p, q in zip(a, b, strict=True))

    if start is None:
        mean = [round(sum(column) / len(points)) for column in zip(*points, strict=True)]
        start = min(range(len(points)), key=lambda i: squared(points[i], mean))
    order, radius = [start], []
    near = [squared(point, points[start]) for point in points]
    while True:
        radius.append(max(near) / (2 * GRID**2))
        if len(order) == k:
            return order, radius
        rest = [i for i in range(len(points)) if i not in order]
        order.append(max(rest, key=lambda i: (near[i], -i)))
        near = [min(d, squared(p, points[order[-1]])) for d, p in zip(near, points, strict=True)]


@st.composite
def clouds(draw):
    """Random directions, few distinct ones (duplicates), or axes (all distances equal)."""
    n, d = draw(st.integers(1, 30)), draw(st.integers(1, 6))
    made = rng("test", "cloud", draw(st.integers(0, 10**6)))
    match draw(st.sampled_from(["random", "duplicates", "axes"])):
        case "random":
            return unit(made.standard_normal((n, d)))
        case "duplicates":
            return unit(made.standard_normal((4, d)))[made.integers(0, 4, n)]
        case _:
            return unit(np.eye(d)[made.integers(0, d, n)] * made.choice([-1, 1], (n, 1)))


@settings(max_examples=300, deadline=None)
@given(clouds(), st.data())
def test_batches_give_the_order_of_one_pick_at_a_time(x, data):
    k = data.draw(st.integers(1, len(x)))
    start = data.draw(st.none() | st.integers(0, len(x) - 1))
    block = data.draw(st.integers(1, 35))
    order, radius = k_center(x, k, start, block)
    expected, reach = naive(x, k, start)
    assert order.tolist() == expected
    assert radius.tolist() == reach


def test_on_a_real_size_the_order_is_that_of_plain_cosine_distances():
    x = unit(rng("test", "k-center").standard_normal((3000, 32)))
    order, radius = k_center(x, 300)
    wide = x.astype(np.float64)
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    near, plain = 1 - wide @ wide[order[0]], [order[0]]
    for _ in range(299):
        plain.append(int(np.argmax(near)))
        near = np.minimum(near, 1 - wide @ wide[plain[-1]])
    assert order.tolist() == plain
    assert radius[-1] == pytest.approx(near.max(), abs=1e-6)


def test_a_smaller_budget_is_a_prefix_and_the_radius_never_grows():
    x = unit(rng("test", "prefix").standard_normal((500, 16)))
    order, radius = k_center(x, 400)
    assert (np.diff(radius) <= 0).all()
    for k in (1, 7, 100):
        smaller, its_radius = k_center(x, k)
        assert smaller.tolist() == order[:k].tolist()
        assert its_radius.tolist() == radius[:k].tolist()


def test_the_radius_is_within_twice_the_best_possible():
    x = unit(rng("test", "bound").standard_normal((9, 2)))
    k = 3
    angle = np.arccos(np.clip(x.astype(np.float64) @ x.T, -1, 1))  # a metric, same order
    best = min(angle[:, list(c)].min(axis=1).max() for c in combinations(range(9), k))
    order, _ = k_center(x, k)
    assert angle[:, order].min(axis=1).max() <= 2 * best + 1e-9


@pytest.mark.parametrize("k", [0, 4])
def test_a_budget_that_cannot_be_met_is_refused(k):
    with pytest.raises(ValueError, match="1..3"):
        k_center(unit(np.eye(3)), k)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_vector_without_a_direction_is_refused_with_its_row(value):
    x = np.eye(4)
    x[2, 2] = value
    with pytest.raises(ValueError, match="row 2 of x must have Euclidean length 1"):
        k_center(x, 4)


def test_vectors_that_are_not_unit_are_refused():
    with pytest.raises(ValueError, match="length 1"):
        k_center(2 * np.eye(3), 2)


def test_isolation_is_the_mean_distance_to_the_five_nearest_whatever_the_blocks(monkeypatch):
    x = unit(rng("test", "isolation").normal(size=(40, 8)))
    exact = x.astype(np.float64)
    distances = np.sort(1 - exact @ exact.T, axis=1)[:, 1:6]
    whole = isolation(x)
    assert whole == pytest.approx(distances.mean(axis=1), abs=1e-6)
    monkeypatch.setattr(module, "CELLS", 120)
    assert (isolation(x) == whole).all()
    assert isolation(x[:3]) == pytest.approx(np.sort(1 - exact[:3] @ exact[:3].T)[:, 1:].mean(1))
    assert isolation(x[:1]).tolist() == [0.0]


def test_a_point_far_from_a_dense_crowd_is_the_most_isolated():
    crowd = np.eye(8)[0] + 0.01 * rng("test", "crowd").normal(size=(30, 8))
    assert isolation(unit(np.vstack([crowd, np.eye(8)[3]]))).argmax() == 30
