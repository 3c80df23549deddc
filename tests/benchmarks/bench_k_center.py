"""KCenterGreedy: ours (blocks, exact grid) against one matrix-vector product per pick (numpy).

Same points, same order, same process, taking turns. Run: PYTHONPATH=scripts python THIS [n d k]
"""

import sys
import time

import numpy as np

from warriorcoder.core.seeds import rng
from warriorcoder.curation.k_center import GRID, k_center

ROUNDS = 3


def one_by_one(x: np.ndarray, k: int, start: int) -> list[int]:
    """The usual form, in the dtype of `x`; on the grid of `k_center` its order is the same."""
    norms = np.einsum("nd,nd->n", x, x)
    order = [start]
    near = norms + norms[start] - 2 * (x @ x[start])
    near[start] = -1
    while len(order) < k:
        best = int(np.argmax(near))
        order.append(best)
        np.minimum(near, norms + norms[best] - 2 * (x @ x[best]), out=near)
        near[order] = -1
    return order


def clustered(n: int, d: int) -> np.ndarray:
    """Unit vectors around n / 20 centres, as embeddings of instructions lie; float32 [n, d]."""
    made = rng("bench", "k-center")
    centres = made.standard_normal((n // 20, d))
    x = centres[made.integers(0, n // 20, n)] + 0.7 * made.standard_normal((n, d))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def main(n: int = 20_000, d: int = 384, k: int = 2_000) -> None:
    x = clustered(n, d)
    grid = np.rint(x.astype(np.float64) * GRID)
    peers = {
        "one by one, float32": lambda: one_by_one(x, k, 0),
        "one by one, float64 grid": lambda: one_by_one(grid, k, 0),
        "blocks, float64 grid": lambda: k_center(x, k, 0)[0].tolist(),
    }
    seconds = {name: [] for name in peers}
    orders = {}
    for _ in range(ROUNDS):
        for name, run in peers.items():
            begun = time.process_time()
            orders[name] = run()
            seconds[name].append(time.process_time() - begun)
    *_, peer, ours = peers
    assert orders[peer] == orders[ours], "the orders differ"
    print(f"n = {n}, d = {d}, k = {k}; best CPU seconds of {ROUNDS}")
    for name, taken in seconds.items():
        ratio = min(taken) / min(seconds[ours])
        print(f"{name:26} {min(taken):8.2f} s  {ratio:5.1f} x ours")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
