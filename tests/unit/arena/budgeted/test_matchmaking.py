"""If these tests fail, votes are bought twice, or never; a roster judged by battles
that another one needed; results that nobody voted for taken for results."""

import numpy as np
import polars as pl
import pytest
from unit.arena.sequential.test_rounds import ASKED, EXPERTS, ROSTERS

from warriorcoder.arena import rate, schedule, tables, tally
from warriorcoder.arena.budgeted import affordable, matchmaking
from warriorcoder.config.arena import Arena
from warriorcoder.config.rating import Rating

ALPHA = 0.7
COLUMNS = [*tally.BATTLE, "judge"]


def arena(instructions=12, judges=EXPERTS, orders=1, seed=1):
    """(all pairs, every judge's votes on them): `a` is best, then `b`, and so on, with noise."""
    draw = np.random.default_rng(seed)
    pairs = pl.concat(
        schedule.battles([f"{e}{n}" for n in range(instructions)], e, ROSTERS, "round_robin", seed)
        for e in EXPERTS
    )
    rows = []
    for id, a, d in pairs.select(tally.BATTLE).rows():
        for judge in judges:
            if judge not in (a, d):
                for _ in range(orders):
                    right = draw.random() < 0.8
                    rows.append((id, a, d, judge, "attacker" if (a < d) == right else "defender"))
    return pairs, pl.DataFrame(rows, schema=[*ASKED, "vote"], orient="row")


def played(pairs, every, how, budget, rosters=ROSTERS, judges=EXPERTS, orders="shuffled"):
    """(battles of all rounds, votes heard), as the rules play them."""
    fought, votes = pl.DataFrame(schema=tables.BATTLES.schema), every.clear()
    arena = Arena.recorded({"judging": how, "budget": budget, "orders": orders})
    most = affordable.most_rounds(arena, rosters.values())
    for number in range(1, most + 1):
        planned = matchmaking.plan(
            pairs,
            fought,
            votes,
            rosters,
            judges,
            arena=arena,
            rating=Rating(alpha=ALPHA),
            number=number,
            run_seed=1,
        )
        asked = matchmaking.asked(planned, votes, judges)
        assert asked.columns == list(tables.ASKED.schema) and asked.is_unique().all()
        assert asked.join(votes, on=COLUMNS, how="semi").is_empty()
        assert set(planned["round"]) <= {number}
        votes = pl.concat([votes, every.join(asked, on=COLUMNS, how="semi")])
        fought = pl.concat([fought, planned])
    return fought, votes


@pytest.mark.parametrize("how, budget", [("swiss", 0.5), ("information", 0.5), ("skipping", None)])
@pytest.mark.parametrize("orders, each", [("shuffled", 1), ("both", 2)])
def test_every_judge_votes_once_on_every_battle_of_any_roster(how, budget, orders, each):
    pairs, every = arena(orders=each)
    fought, votes = played(pairs, every, how, budget, orders=orders)
    wanted = every.join(fought, on=tally.BATTLE, how="semi")
    assert votes.sort(votes.columns).equals(wanted.sort(wanted.columns))
    assert fought.join(pairs, on=tally.BATTLE, how="anti").is_empty()  # attackers as scheduled
    assert fought["chance"].is_between(0, 1, closed="right").all()
    for roster, experts in ROSTERS.items():
        own = fought.filter(pl.col("rosters").list.contains(roster))
        assert own.select(tally.BATTLE).is_unique().all()
        assert {*own["attacker"], *own["defender"], *own["author"]} <= set(experts)


def test_a_rosters_battles_do_not_depend_on_another_roster():
    pairs, every = arena()
    alone, _ = played(pairs, every, "information", 0.5, {"five": EXPERTS})
    both, _ = played(pairs, every, "information", 0.5)
    own = both.filter(pl.col("rosters").list.contains("five"))
    assert own.equals(alone)


def test_rosters_of_the_same_experts_share_their_battles():
    pairs, every = arena()
    named = pairs.with_columns(rosters=pl.lit(["five", "control"]))
    fought, _ = played(
        named, every, "information", 0.5, {"five": EXPERTS, "control": list(EXPERTS)}
    )
    assert set(map(tuple, fought["rosters"])) == {("five", "control")}
    assert fought.select(tally.BATTLE).is_unique().all()


def test_what_was_judged_counts_as_voted_and_the_rest_as_expected():
    pairs, every = arena(instructions=60)
    fought, votes = played(pairs, every, "information", 0.5)
    own = rate.votes_of_roster(votes, fought, "five")
    table = matchmaking.completed(pairs, own, "five", EXPERTS, EXPERTS, 1)
    heard, expected = (table.filter(each) for each in (pl.col("votes") > 0, pl.col("votes") == 0))
    assert heard.equals(tally.tally(own)) and len(table) == len(pairs)
    assert table.select(tally.BATTLE).is_unique().all()
    truth = expected.select(tally.BATTLE).join(
        tally.tally(every), on=tally.BATTLE, maintain_order="left"
    )
    assert (truth["result"] - expected["result"]).mean() == pytest.approx(0, abs=0.06)
    known = (expected["local"] - truth["local"]).pow(2).mean()
    assert known < 0.8 * (truth["local"] - 0.5).pow(2).mean()  # better than knowing nothing
    assert expected["result"].is_between(0, 1).all()


def test_a_pairs_votes_are_those_of_the_judges_outside_of_it():
    voters = matchmaking._voters(["a", "b", "c"], ["b", "c", "d", "e"], 2)
    assert voters[0, 1] == voters[1, 0] == 6 and voters[1, 2] == 4
