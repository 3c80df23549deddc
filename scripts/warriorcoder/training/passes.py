"""Forward passes: the rows of a global batch for each rank and pass, so that no rank waits.

The rows of a pass are padded to its longest one. Under ZeRO-2 and 3 the ranks meet after each
pass, so passes that run at the same time cost what the largest of them costs. Under ZeRO-1 they
meet once a step. Passes of `rows` hold equally many rows, the longest first. Passes of `tokens`
hold about as many padded tokens: a dynamic program cuts the sorted batch, passes that run at the
same time are neighbours in size, and the rank with the least work so far takes the largest of them.
"""

import numpy as np

from warriorcoder.config.training import Training

POWER = 8  # of a pass's share in the cost of a cut; less would pad less and wait more


def cut(lengths: np.ndarray, passes: int, most: int, ranks: int) -> np.ndarray:
    """Return the rows of each pass over rows of descending `lengths`, int [passes].

    Args:
        lengths: of one global batch.
        passes: the number of passes over all ranks.
        most: padded tokens that fit in a pass, at least those of equal numbers of rows.
        ranks: one rank waits for nobody, so its passes only save padding.
    """
    n, target = len(lengths), lengths.sum() / passes
    widest = min(n - passes + 1, max(-(-n // passes), int(4 * target / lengths[-1])))
    sizes = np.arange(1, widest + 1)
    starts = np.arange(n + 1)[:, None] - sizes  # of a pass that ends before a row: [end, size]
    area = np.where(starts >= 0, sizes * lengths[np.maximum(starts, 0)], np.inf)
    cost = np.where(area <= most, (area / target) ** (POWER if ranks > 1 else 1), np.inf)
    best, choices = np.where(np.arange(n + 1) == 0, 0.0, np.inf), []
    for _ in range(passes):
        whole = best[np.maximum(starts, 0)] + cost
        choices.append(whole.argmin(axis=1))
        best = whole[np.arange(n + 1), choices[-1]]
    chosen, end = [], n
    for choice in reversed(choices):
        chosen.append(sizes[choice[end]])
        end -= chosen[-1]
    return np.array(chosen[::-1])


class Plan:
    """The passes of a training: the rows of each step, pass and rank.

    Args:
        lengths: tokens of each row.
        order: numbers of the rows, int [steps, global batch], the longest of a batch first.
        ranks: their number.
        spec: the section `training`.
    """

    def __init__(self, lengths: np.ndarray, order: np.ndarray, ranks: int, spec: Training):
        passes = order.shape[1] // (spec.micro_batch * ranks)
        most = spec.micro_batch * spec.max_length
        self.steps, self.spent = [], 0
        for rows in order:
            planned = of_batch(lengths[rows], ranks, passes, most, spec.balance)
            self.spent += spent(lengths[rows], planned, spec.zero_stage)
            self.steps.append([[rows[places] for places in at_once] for at_once in planned])

    def of_rank(self, rank: int) -> list[list[int]]:
        """Return the numbers of the rows in each pass of a rank, over all steps."""
        return [at_once[rank].tolist() for step in self.steps for at_once in step]


def of_batch(
    lengths: np.ndarray, ranks: int, passes: int, most: int, balance: str
) -> list[list[np.ndarray]]:
    """Return for each pass and rank the places of its rows in one global batch.

    Args:
        lengths: of the batch's rows, descending.
        ranks: their number.
        passes: of each rank.
        most: padded tokens that fit in a pass.
        balance: "tokens" or "rows".
    """
    count = ranks * passes
    even = np.full(count, len(lengths) // count)
    sizes = cut(lengths, count, most, ranks) if balance == "tokens" else even
    ends = np.cumsum(sizes)
    groups = [np.arange(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    area = sizes * lengths[ends - sizes]
    at_once = np.argsort(-area, kind="stable").reshape(passes, ranks)
    if balance == "tokens":
        work = np.zeros(ranks, int)
        for number, largest_first in enumerate(at_once.copy()):
            at_once[number, np.argsort(work, kind="stable")] = largest_first
            work += area[at_once[number]]
    return [[groups[number] for number in each] for each in at_once]


def spent(lengths: np.ndarray, planned: list[list[np.ndarray]], zero_stage: int) -> int:
    """Return the tokens that all ranks compute or wait for in one global batch."""
    areas = np.array([[len(rows) * lengths[rows[0]] for rows in at_once] for at_once in planned])
    slowest = areas.max(axis=1).sum() if zero_stage > 1 else areas.sum(axis=0).max()
    return areas.shape[1] * int(slowest)
