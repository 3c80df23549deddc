"""If these tests fail, ranks wait for each other, or a pass does not fit in memory."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.training import Training
from warriorcoder.core import seeds
from warriorcoder.training import conversations, passes

LIMIT = 2048
KEYS = {
    "base": "base",
    "precision": "fp32",
    "max_length": LIMIT,
    "learning_rate": 0.1,
    "weight_decay": 0.0,
    "warmup_ratio": 0.0,
    "steps": 4,
}


def planned(lengths, ranks: int, micro: int, batch: int, balance: str, steps=4, zero_stage=2):
    """Return the spec, the order of the rows and their passes."""
    own = {"micro_batch": micro, "global_batch": batch, "balance": balance}
    spec = Training(**KEYS, **own, processes=ranks, zero_stage=zero_stage)
    order = conversations.order(lengths, steps, batch, 1).reshape(steps, batch)
    return spec, order, passes.Plan(lengths, order, ranks, spec)


@given(
    lengths=st.lists(st.integers(1, LIMIT), min_size=24, max_size=60),
    ranks=st.sampled_from([1, 2, 3, 4]),
    micro=st.sampled_from([1, 2, 3]),
    balance=st.sampled_from(["tokens", "rows"]),
)
def test_each_row_of_a_batch_is_in_one_pass_that_fits_in_memory(lengths, ranks, micro, balance):
    lengths = np.array(lengths)
    spec, order, plan = planned(lengths, ranks, micro, 24, balance, steps=2)
    count = 24 // (spec.micro_batch * ranks)
    for rows, step in zip(order, plan.steps, strict=True):
        numbers = [row for at_once in step for each in at_once for row in each]
        assert sorted(numbers) == sorted(rows)
        assert [len(at_once) for at_once in step] == [ranks] * count
        for each in (each for at_once in step for each in at_once):
            assert len(each) * lengths[each].max() <= spec.micro_batch * LIMIT
            assert (np.diff(lengths[each]) <= 0).all() and len(each)
    taken = [plan.of_rank(rank) for rank in range(ranks)]
    assert {len(each) for each in taken} == {2 * count}, "ranks meet after each pass"


def test_passes_of_rows_are_the_sorted_batch_in_equal_parts():
    lengths = seeds.rng("lengths").integers(50, 900, 64)
    _, order, plan = planned(lengths, 2, 4, 16, "rows")
    for step, rows in enumerate(order):
        sizes = [4 * lengths[rows[i]] for i in range(0, 16, 4)]
        assert sizes == sorted(sizes, reverse=True)
        for number in range(2):
            for rank in range(2):
                first = 4 * (2 * number + rank)
                assert plan.of_rank(rank)[2 * step + number] == rows[first : first + 4].tolist()


# Ranks → the most of padding and waiting, the most of it if ranks meet once a step, and the least
# that equal numbers of rows waste.
WASTE = {1: (0.01, 0.01, 0.015), 8: (0.03, 0.02, 0.12), 16: (0.045, 0.02, 0.2)}


@pytest.mark.parametrize("ranks", WASTE)
def test_padding_and_waiting_are_a_small_share_of_the_work(ranks):
    """Lengths as of code instructions with their answers: lognormal, one in 50 twice as long."""
    rng = seeds.rng("lengths")
    drawn = rng.lognormal(5.25, 0.3, 4000) * np.where(rng.random(4000) < 0.02, 2, 1)
    lengths = drawn.astype(int).clip(90, LIMIT)
    most, once, least = WASTE[ranks]

    def waste(balance: str, zero_stage: int) -> float:
        _, order, plan = planned(lengths, ranks, 8, 512, balance, zero_stage=zero_stage)
        return 1 - lengths[order].sum() / plan.spent

    assert waste("tokens", 2) <= most
    assert waste("tokens", 1) <= once
    assert waste("rows", 2) >= least


@pytest.mark.parametrize("zero_stage", [1, 2])
def test_ranks_wait_after_each_pass_or_once_a_step(zero_stage):
    """Each rank has a clock, which a meeting sets to the latest one."""
    lengths = seeds.rng("lengths").integers(50, 900, 64)
    _, _, plan = planned(lengths, 2, 4, 16, "tokens", zero_stage=zero_stage)
    spent = 0
    for step in plan.steps:
        clocks = [0, 0]
        for at_once in step:
            for rank, rows in enumerate(at_once):
                clocks[rank] += len(rows) * max(lengths[rows])
            if zero_stage > 1:
                clocks = [max(clocks)] * 2
        spent += 2 * max(clocks)
    assert plan.spent == spent


def test_the_cut_is_the_best_one():
    """All cuts of a small batch are tried."""
    lengths = -np.sort(-seeds.rng("small").integers(5, 60, 9))
    for ranks, power in ((1, 1), (2, passes.POWER)):
        found = passes.cut(lengths, 4, 10**6, ranks)

        def cost(sizes, power=power):
            ends = np.cumsum(sizes)
            return ((np.array(sizes) * lengths[ends - sizes]).astype(float) ** power).sum()

        every = [np.diff([0, *places, 9]) for places in combinations(range(1, 9), 3)]
        assert cost(found) == pytest.approx(min(map(cost, every)))
