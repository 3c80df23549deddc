from itertools import combinations, product

import dense
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warriorcoder.arena import elo, rate, tally
from warriorcoder.arena.sequential import plan
from warriorcoder.config.rating import Rating
from warriorcoder.gold import final_score

VOTES = {1: "attacker", -1: "defender", 0: "tie"}
SNAPSHOTS = st.sampled_from(["final", "online", "permuted"])
ROUNDS = st.sampled_from([1, 2, None])
ALPHAS = st.sampled_from([0.0, 0.3, 0.7, 1.0])


class Small:
    """An arena of `n` experts: battles (instruction, attacker, defender), and votes [m, judges]."""

    def __init__(self, battles, votes, n: int, tokens, name: str = ""):
        self.instruction, self.a, self.d = np.array(battles).T
        self.votes, self.n, self.tokens = np.array(votes), n, tokens
        self.experts = [f"e{number}" for number in range(n)]
        self.ids = [f"{name}i{number}" for number in range(self.instruction.max() + 1)]

    @property
    def precedence(self):
        return np.stack([np.lexsort((range(self.n), row)).argsort() for row in self.tokens])

    def outcomes(self, asked, snapshot) -> pl.DataFrame:
        """The product's own path from the votes of the first `asked` judges of each battle."""
        rows = [
            (self.ids[i], self.experts[a], self.experts[d], VOTES[vote])
            for i, a, d, votes, many in zip(
                self.instruction, self.a, self.d, self.votes.tolist(), asked, strict=True
            )
            for vote in votes[:many]
        ]
        cast = pl.DataFrame(rows, schema=[*tally.BATTLE, "vote"], orient="row")
        arena = rate.Arena.of(self.experts, tally.tally(cast), 1)
        a, d, s = arena.a, arena.d, arena.s
        final, before_a, before_d = elo.elo(a, d, s, self.n, 40, 1000)
        permuted = elo.elo_orders(a, d, s, arena.orders(3), self.n, 40, 1000).mean(0)
        x = {
            "final": elo.expected(final[a], final[d]),
            "online": elo.expected(before_a, before_d),
            "permuted": elo.expected(permuted[a], permuted[d]),
        }[snapshot]
        return arena.battles.with_columns(pl.Series(f"expected_{snapshot}", x))

    def expected(self, asked, snapshot) -> np.ndarray:
        """X_{A>D} in the order of the battles."""
        found = self.outcomes(asked, snapshot)
        x = {row[:3]: row[3] for row in found[*tally.BATTLE, f"expected_{snapshot}"].rows()}
        battles = zip(self.instruction, self.a, self.d, strict=True)
        return np.array([x[self.ids[i], self.experts[a], self.experts[d]] for i, a, d in battles])

    def sequential(self, snapshot, alpha, rounds) -> np.ndarray:
        asked = dense.fix_results(self.votes)
        x = self.expected(asked, snapshot)
        places = self.a, self.d, self.instruction
        return dense.fix_gold(self.votes, asked, *places, x, self.precedence, alpha, rounds)


def golds(arenas, asked, snapshot, alpha) -> dict[str, str]:
    """Instruction → gold candidate of many arenas of the same experts, by `gold.crown`."""
    pairs, rating = list(zip(arenas, asked, strict=True)), Rating(snapshot=snapshot, alpha=alpha)
    scores = pl.concat(
        final_score.score(arena.outcomes(each, snapshot), rating) for arena, each in pairs
    )
    ids = [id for arena in arenas for id in arena.ids]
    experts = arenas[0].experts
    answers = pl.DataFrame(
        [
            (id, expert, "text", tokens)
            for arena in arenas
            for id, row in zip(arena.ids, arena.tokens, strict=True)
            for expert, tokens in zip(experts, row, strict=True)
        ],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    instructions = pl.DataFrame({"id": ids, "expert": "e0", "text": "t"})
    table = final_score.crown(scores, instructions, answers, experts, "winner", 1)
    return dict(table.filter("gold").select("id", "candidate").rows())


def same_gold(arenas, snapshot, alpha, rounds=None) -> float:
    """Assert that both phases leave every gold answer as it is; the share of calls saved."""
    all_votes = [np.full(len(arena.votes), arena.votes.shape[1]) for arena in arenas]
    asked = [arena.sequential(snapshot, alpha, rounds) for arena in arenas]
    full = golds(arenas, all_votes, snapshot, alpha)
    assert golds(arenas, asked, snapshot, alpha) == full
    return 1 - np.concatenate(asked).sum() / np.concatenate(all_votes).sum()


def drawn(draw_seed: int, name: str) -> Small:
    """A random arena: schedule, judges' number, their accuracy and how often they abstain."""
    draw = np.random.default_rng(draw_seed)
    n, judges = 4, int(draw.integers(1, 6))
    instructions = int(draw.integers(1, 8))
    quality = draw.standard_normal((instructions, n))
    battles = []
    for i in range(instructions):
        pairs = [pair for pair in combinations(range(n), 2)]
        kept = draw.permutation(len(pairs))[: draw.integers(1, len(pairs) + 1)]
        battles += [(i, *pairs[k][:: 1 if draw.random() < 0.5 else -1]) for k in kept]
    i, a, d = np.array(battles).T
    right = draw.random((len(i), judges)) < draw.uniform(0.4, 1)
    votes = np.where(quality[i, a] > quality[i, d], 1, -1)[:, None] * np.where(right, 1, -1)
    votes[draw.random(votes.shape) < draw.choice([0, 0.1, 0.5])] = 0
    return Small(battles, votes, n, draw.integers(1, 4, (instructions, n)), name)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), SNAPSHOTS, ALPHAS, ROUNDS)
def test_sequential_judging_changes_no_gold_answer_of_a_random_arena(seed, snapshot, alpha, rounds):
    arenas = [drawn(seed + number, f"{number}:") for number in range(24)]  # 1,200 in all
    assert same_gold(arenas, snapshot, alpha, rounds) >= 0


@pytest.mark.parametrize(
    "snapshot, judges, saves, battles",
    [
        ("final", 3, True, [(0, 0, 1), (0, 0, 2)]),  # the author against two others
        ("online", 3, True, [(0, 0, 1), (1, 1, 0)]),  # a pair's two instructions
        # A round robin of three. The second of two judges can always level.
        ("permuted", 2, False, [(0, 0, 1), (0, 1, 2), (0, 2, 0)]),
    ],
)
def test_no_way_to_vote_in_a_small_arena_gives_sequential_judging_another_gold(
    snapshot, judges, saves, battles
):
    tokens = [[2, 1, 1]] * 2
    every = [
        Small(battles, np.reshape(votes, (-1, judges)), 3, tokens[: 1 + max(battles)[0]], f"{k}:")
        for k, votes in enumerate(product((1, -1, 0), repeat=len(battles) * judges))
    ]
    assert len(every) == 729
    assert (same_gold(every, snapshot, 0.7) > 0.05) == saves


def completions(votes, asked):
    """All that the votes could turn out to be, given the first `asked` of each battle."""
    free = [(row, k) for row in range(len(votes)) for k in range(asked[row], votes.shape[1])]
    for outcome in product((1, -1, 0), repeat=len(free)):
        whole = votes.copy()
        for (row, k), vote in zip(free, outcome, strict=True):
            whole[row, k] = vote
        yield whole


@given(st.lists(st.sampled_from([1, -1, 0]), min_size=1, max_size=6), st.data())
def test_a_result_is_settled_if_and_only_if_no_completion_changes_it(votes, data):
    votes, asked = np.array([votes]), [data.draw(st.integers(0, len(votes)))]
    t_a, t_d, left = dense.tally(votes, np.array(asked))
    low, high = plan.bounds(t_a, t_d, left)
    every = [whole[0] for whole in completions(votes, asked)]
    assert plan.settled(t_a, t_d, left)[0] == (len({np.sign(v.sum()) for v in every}) == 1)
    won = [((v > 0).sum(), (v < 0).sum()) for v in every]
    local = [a / (a + d) if a + d else 0.5 for a, d in won]
    assert (low[0], high[0]) == pytest.approx((min(local), max(local)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.5, 0.7]), st.data())
def test_a_vote_is_bought_if_and_only_if_some_completion_changes_the_gold_answer(seed, alpha, data):
    """Battles on one instruction with any ratings: `pivotal` against all completions."""
    draw = np.random.default_rng(seed)
    n, judges = 3, int(draw.integers(1, 4))
    pairs = np.array(list(combinations(range(n), 2)))[: draw.integers(1, 4)]
    a, d = pairs.T
    votes = draw.integers(-1, 2, (len(pairs), judges))
    asked = np.maximum(draw.integers(0, judges + 1, len(pairs)), judges - 2)
    x = draw.choice([draw.random(), 0.5], len(pairs))
    tokens = draw.integers(1, 3, n)
    precedence = np.lexsort((range(n), tokens)).argsort()[None]

    def winner(whole):
        scores = {}
        for (i, j), ballot, big in zip(pairs.tolist(), whole, x, strict=True):
            for_i, for_j = (ballot > 0).sum(), (ballot < 0).sum()
            local = for_i / (for_i + for_j) if for_i + for_j else 0.5
            scores.setdefault(i, []).append(alpha * big + (1 - alpha) * local)
            scores.setdefault(j, []).append(alpha * (1 - big) + (1 - alpha) * (1 - local))
        e = {who: round(float(np.mean(values)), 12) for who, values in scores.items()}
        return min(e, key=lambda who: (-e[who], precedence[0, who]))

    winners = {winner(whole) for whole in completions(votes, asked)}
    low, high = plan.bounds(*dense.tally(votes, asked))
    nth = np.zeros(len(pairs), dtype=np.int64)
    move = plan.pivotal(a, d, nth, x, low, high, precedence, alpha)
    assert move.any() == (len(winners) > 1)


@pytest.mark.parametrize("accuracy", [0.5, 0.8, 1.0])
def test_the_bound_for_three_judges_is_two_agreeing_first_votes(accuracy):
    agree = accuracy**2 + (1 - accuracy) ** 2
    assert dense.saving_bound(accuracy, 3) == pytest.approx(agree / 3)


@given(st.integers(1, 8), st.floats(0.5, 1))
def test_the_bound_is_what_phase_1_saves_on_average(judges, accuracy):
    ways = np.array(list(product((1, -1), repeat=judges)))
    asked = dense.fix_results(ways)
    chance = np.prod(np.where(ways > 0, accuracy, 1 - accuracy), axis=1)
    assert dense.saving_bound(accuracy, judges) == pytest.approx(
        1 - (chance * asked).sum() / judges
    )
