import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from warriorcoder.arena import rate, schedule, tally
from warriorcoder.arena.sequential import rounds
from warriorcoder.config.rating import Rating
from warriorcoder.gold import final_score

EXPERTS = ["a", "b", "c", "d", "e"]
ROSTERS = {"three": EXPERTS[:3], "five": EXPERTS}
RATING = Rating().model_copy(update={"permutations": 3})
ASKED = [*tally.BATTLE, "judge"]


def drawn(seed: int, schedule_mode: str, orders: int):
    """(battles, all votes of all judges, answers) of a random arena."""
    draw = np.random.default_rng(seed)
    battles = pl.concat(
        schedule.battles([f"{e}{n}" for n in range(3)], e, ROSTERS, schedule_mode, seed)
        for e in EXPERTS
    )
    quality = {
        (id, e): draw.standard_normal() for id in battles["id"].unique().sort() for e in EXPERTS
    }
    rows = []
    for id, a, d in battles.select(tally.BATTLE).rows():
        better, worse = ("attacker", "defender")[:: 1 if quality[id, a] > quality[id, d] else -1]
        for judge in EXPERTS:
            if judge not in (a, d):
                chance = [0.7, 0.2, 0.05, 0.05]
                votes = draw.choice([better, worse, "tie", "invalid"], orders, p=chance)
                rows += [(id, a, d, judge, str(vote)) for vote in votes]
    answers = [(id, e, "text", int(draw.integers(1, 4))) for id, e in quality]
    return (
        battles,
        pl.DataFrame(rows, schema=[*ASKED, "vote"], orient="row"),
        pl.DataFrame(answers, schema=["id", "answerer", "text", "n_tokens"], orient="row"),
    )


def by(snapshot) -> Rating:
    return RATING.model_copy(update={"snapshot": snapshot})


def golds(battles, votes, answers, snapshot) -> dict:
    """(roster, instruction) → gold candidate, by the stages after the votes."""
    found = {}
    for roster, experts in ROSTERS.items():
        arena = rate.Arena.of(experts, tally.tally(rate.votes_of_roster(votes, battles, roster)), 1)
        x = pl.Series(f"expected_{snapshot}", rounds._expected(arena, by(snapshot)))
        scores = final_score.score(arena.battles.with_columns(x), by(snapshot))
        ids = scores["id"].unique().sort()
        instructions = pl.DataFrame({"id": ids, "expert": "a", "text": "t"})
        table = final_score.crown(scores, instructions, answers, experts, "winner", 1)
        found |= {(roster, i): c for i, c in table.filter("gold")["id", "candidate"].rows()}
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from(["single", "attacker", "round_robin"]),
    st.sampled_from([1, 2]),
    st.sampled_from(["final", "online", "permuted"]),
)
def test_judges_in_turn_and_two_rounds_leave_every_rosters_gold_as_it_is(
    seed, mode, orders, snapshot
):
    battles, every, answers = drawn(seed, mode, orders)
    votes = every.clear()
    for judge in EXPERTS:
        open = rounds.unsettled(battles, votes, EXPERTS, judge, orders)
        heard = every.filter(pl.col("judge") == judge)
        assert judge not in {*open["attacker"], *open["defender"]}
        votes = pl.concat([votes, heard.join(open, on=tally.BATTLE, how="semi")])
    fixed = tally.tally(votes).sort(tally.BATTLE)["result"]
    assert fixed.to_list() == tally.tally(every).sort(tally.BATTLE)["result"].to_list()

    def wanted(last):
        rating = by(snapshot)
        return rounds.pivotal(
            battles, votes, answers, ROSTERS, EXPERTS, orders, rating, last, run_seed=1
        )

    for round in (1, 2):
        asked = wanted(last=round == rounds.ROUNDS)
        assert asked.join(votes, on=ASKED, how="semi").is_empty()  # nothing is asked twice
        assert len(asked) == len(asked.join(every, on=ASKED, how="semi"))  # nor of a player
        votes = pl.concat([votes, every.join(asked, on=ASKED, how="semi")])
    assert wanted(last=True).is_empty()
    assert golds(battles, votes, answers, snapshot) == golds(battles, every, answers, snapshot)
    assert len(votes) < len(every)


def test_a_battle_is_asked_of_its_own_judges_in_order_until_its_result_is_fixed():
    battles = pl.DataFrame(
        [("i", "a", "b"), ("j", "a", "c"), ("k", "d", "e")], schema=tally.BATTLE, orient="row"
    )
    cast = [("i", "c", "attacker"), ("i", "d", "attacker"), ("j", "b", "attacker")]
    cast += [("j", "d", "tie"), ("k", "a", "attacker"), ("k", "b", "invalid"), ("k", "c", "tie")]
    votes = pl.DataFrame(cast, schema=["id", "judge", "vote"], orient="row")
    votes = votes.join(battles, on="id")

    def asks(judge):
        before = votes.filter(pl.col("judge") < judge)
        return rounds.unsettled(battles, before, EXPERTS, judge, 1)["id"].to_list()

    assert {judge: asks(judge) for judge in EXPERTS} == {
        "a": ["k"],
        "b": ["j", "k"],
        "c": ["i", "k"],
        "d": ["i", "j"],
        "e": ["j"],  # one vote could still level j; nothing can turn i
    }
