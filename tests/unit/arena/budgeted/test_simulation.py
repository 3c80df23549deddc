import numpy as np
import pytest
import simulation
from simulation import Judges, World


def world(instructions=400, n=5, seed=2):
    return World.of(np.linspace(1, -1, n), instructions, np.random.default_rng(seed))


@pytest.mark.parametrize("noise", ["gap", "constant"])
@pytest.mark.parametrize("position", [(0, 0), (-0.2, 0.6)])
def test_judges_are_as_accurate_and_as_undecided_as_they_should_be(noise, position):
    arena = world()
    votes = arena.votes(Judges(0.8, noise, position, 0.1), np.random.default_rng(1))
    assert (votes == -votes.swapaxes(1, 2)).all() and votes.shape == (400, 5, 5, 3)
    above = np.triu_indices(5, 1)
    cast = votes[:, *above]
    assert (cast == 0).mean() == pytest.approx(0.1, abs=0.02)
    gap = (arena.quality[:, :, None] - arena.quality[:, None])[:, *above][..., None]
    right = (cast == np.sign(gap))[cast != 0]
    assert right.mean() == pytest.approx(0.8, abs=0.02)
    wide = np.broadcast_to(np.abs(gap) > np.median(np.abs(gap)), cast.shape)[cast != 0]
    assert (right[wide].mean() - right[~wide].mean() > 0.1) == (noise == "gap")


def test_ties_go_to_fewer_tokens_then_to_the_first_in_the_roster():
    arena = World(np.zeros((2, 3)), np.array([[5, 3, 3], [2, 2, 9]]))
    assert simulation.gold(np.zeros((2, 3)), arena.precedence).tolist() == [1, 0]
    assert simulation.gold(np.array([[0, 0, 1e-9]] * 2), arena.precedence).tolist() == [2, 2]


def test_points_are_the_mean_chance_that_gold_is_right():
    arena = World(np.array([[0.0, np.log(3)]] * 2), np.ones((2, 2), dtype=int))
    assert arena.points(np.array([0, 1])) == pytest.approx(62.5)
