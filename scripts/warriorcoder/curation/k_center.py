"""Compression (paper 3.2, step 3): KCenterGreedy (Sener & Savarese 2018)."""

import numpy as np

GRID = 2.0**25  # coordinates become whole multiples of 1 / GRID
CHUNK = 4096  # rows per matrix product
CELLS = 1 << 24  # distances in memory at once, between all pairs of points
NEIGHBOURS = 5
SPARSE = 0.05  # the share of the loneliest points, which the log counts in a choice


def k_center(
    x: np.ndarray, k: int, start: int | None = None, block: int = 512
) -> tuple[np.ndarray, np.ndarray]:
    """Return the greedy k-center order of unit vectors, and its covering radii.

    The next centre is the point farthest from all centres so far. The lowest index wins among equal
    distances. The distance is the cosine distance 1 − cos = |a − b|² / 2. The first `m` points are
    the answer for budget `m`.

    The order is the same on any machine. Coordinates are rounded to multiples of 2⁻²⁵. The squared
    distances of such unit vectors are whole numbers below 2⁵³, so that float64 makes no rounding
    error in any order of additions. The greedy algorithm runs among the `block` farthest points
    while their best beats every point outside. Then one matrix product updates all points.

    Args:
        x: [n, d], rows of Euclidean length 1.
        k: number of centres, 1 ≤ k ≤ n.
        start: the first centre; by default the point nearest to the mean of all.
        block: points per round. It changes the speed, never the order.

    Returns:
        order int64 [k] of row indices; radius float64 [k], the largest distance of any point to
        its nearest centre after each pick.
    """
    n = len(x)
    if not 1 <= k <= n:
        raise ValueError(f"k-center: k = {k} centres of {n} points. k must be in 1..{n}")
    points, norms = _on_grid(x)
    off = ~(np.abs(norms / GRID**2 - 1) <= 1e-3)  # NaN passes no comparison
    if off.any():
        raise ValueError(f"k-center: row {off.argmax()} of x must have Euclidean length 1")
    if start is None:
        mean = np.rint(points.mean(axis=0))
        start = int(np.argmin(norms - 2 * (points @ mean)))

    order, reach = [start], []  # reach: distance of each pick from the centres before it
    distance = _squared(points, norms, points[[start]], norms[[start]]).min(axis=1)
    distance[start] = -1  # a centre is never picked again, not even among duplicates
    while len(order) < k:
        front = np.argsort(-distance, kind="stable")[: block + 1]
        inside, outside = np.sort(front[:block]), front[block:]
        bound = (distance[outside[0]], -outside[0]) if len(outside) else (-np.inf, 0)
        near, own, own_norms = distance[inside], points[inside], norms[inside]
        picked: list[int] = []
        while len(order) + len(picked) < k:
            best = int(np.argmax(near))
            if (near[best], -inside[best]) < bound:
                break
            picked.append(int(inside[best]))
            reach.append(near[best])
            np.minimum(near, own_norms + own_norms[best] - 2 * (own @ own[best]), out=near)
            near[best] = -1
        for rows in range(0, n, CHUNK):
            part = slice(rows, rows + CHUNK)
            new = _squared(points[part], norms[part], points[picked], norms[picked]).min(axis=1)
            np.minimum(distance[part], new, out=distance[part])
        distance[picked] = -1
        order += picked
    reach.append(max(distance.max(), 0.0))
    return np.array(order), np.array(reach) / (2 * GRID**2)


def _on_grid(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors [n, d] as multiples of 1 / GRID, and their squared lengths [n]."""
    points = np.rint(np.asarray(x, np.float64) * GRID)
    return points, np.einsum("nd,nd->n", points, points)


def _squared(a: np.ndarray, a_norms: np.ndarray, b: np.ndarray, b_norms: np.ndarray) -> np.ndarray:
    """Return the exact squared distances [len(a), len(b)] of grid points."""
    return a_norms[:, None] + b_norms[None, :] - 2 * (a @ b.T)


def isolation(x: np.ndarray) -> np.ndarray:
    """Return the mean cosine distance of each unit vector to its five nearest others, float64 [n].

    It is large where the density of the points is small. Among fewer points it is the mean to all
    others, and 0 for a lone point. As in `k_center`, it is the same on any machine.
    """
    n = len(x)
    near = min(NEIGHBOURS, n - 1)
    points, norms = _on_grid(x)
    mean = np.zeros(n)
    chunk = max(1, CELLS // max(n, 1))
    for begin in range(0, n if near else 0, chunk):
        rows = np.arange(begin, min(begin + chunk, n))
        distance = _squared(points[rows], norms[rows], points, norms)
        distance[np.arange(len(rows)), rows] = np.inf
        mean[rows] = np.sort(np.partition(distance, near - 1)[:, :near], axis=1).mean(axis=1)
    return mean / (2 * GRID**2)
