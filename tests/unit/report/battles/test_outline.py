"""If these tests fail, a reader of the battles is sent to the wrong instructions."""

from itertools import combinations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from warriorcoder.arena import tally
from warriorcoder.arena.tables import OUTCOMES, VOTES
from warriorcoder.config.rating import Rating
from warriorcoder.curation.tables import SELECTED
from warriorcoder.gold import final_score
from warriorcoder.report.battles.outline import outline

EXPERTS = ["c", "a", "b"]
RATING = Rating(snapshot="final", alpha=0.7)
IDS = ("a:s:0", "a:s:1", "c:s:0")


def selected() -> pl.DataFrame:
    rows = [(id, id[0], "s", "Write a loop.", id, 6.0, int(id[-1]), 0.5) for id in IDS]
    return pl.DataFrame(rows, schema=SELECTED.schema, orient="row")


@st.composite
def arenas(draw):
    """Votes as (id, attacker, defender, judge, vote), and X of each battle."""
    battles = [(id, id[0], other) for id in IDS for other in EXPERTS if other != id[0]]
    votes = [
        (*battle, f"j{n}", draw(st.sampled_from(["attacker", "defender", "tie", "invalid"])))
        for battle in battles
        for n in range(draw(st.integers(1, 3)))
    ]
    return votes, [draw(st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])) for _ in battles]


def frames(arena) -> dict[str, pl.DataFrame]:
    cast, expected = arena
    blank = {"shown_first": "a", "seed": 0, "cut_attacker": 0, "cut_defender": 0, "raw": ""}
    blank |= {"again": None, "verdict": "A", "finish_reason": "stop", "n_tokens": 1}
    names = ["id", "attacker", "defender", "judge", "vote"]
    rows = [dict(zip(names, each, strict=True)) | blank for each in cast]
    votes = pl.DataFrame(rows, schema=VOTES.schema)
    x = pl.Series(expected)
    outcomes = tally.tally(votes).with_columns(
        expected_final=x, expected_online=x, expected_permuted=x
    )
    answers = pl.DataFrame(
        [(id, who, "text", 5) for id in IDS for who in EXPERTS],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    scored = final_score.crown(
        final_score.score(outcomes, RATING), selected(), answers, EXPERTS, "winner", 1
    )
    return {"outcomes": outcomes.select(OUTCOMES.schema.keys()), "scored": scored, "votes": votes}


@settings(deadline=None)
@given(arenas())
def test_marks_of_an_instruction_are_those_of_a_naive_count(arena):
    made = frames(arena)
    stability = pl.DataFrame({"id": [IDS[0], IDS[2]], "stability": [0.8, 1.0]})
    lines = outline(selected(), **made, stability=stability, experts=EXPERTS, rating=RATING)
    assert lines["id"].to_list() == ["c:s:0", "a:s:0", "a:s:1"]
    assert lines["exported"].to_list() == [True, True, False]
    assert lines["unstable"].to_list() == [False, True, False]
    for line in lines.iter_rows(named=True):
        scores = made["scored"].filter(id=line["id"]).to_dicts()
        best = next(each for each in scores if each["gold"])
        others = [each for each in scores if not each["gold"]]
        assert line["winner"] == best["candidate"]
        assert abs(line["margin"] - (best["score"] - max(o["score"] for o in others))) < 1e-9
        outvoted = any(other["local"] > best["local"] for other in others)
        differ = pairs = 0
        split = reversed_ = False
        for battle in made["outcomes"].filter(id=line["id"]).iter_rows(named=True):
            cast = [v for *key, _, v in arena[0] if tuple(key) == tuple(battle.values())[:3]]
            read = [vote for vote in cast if vote != "invalid"]
            both = list(combinations(read, 2))
            differ, pairs = differ + sum(one != two for one, two in both), pairs + len(both)
            split |= {"attacker", "defender"} <= set(read)
            e = 0.7 * battle["expected_final"] + 0.3 * battle["local"]
            for_a, for_d = read.count("attacker"), read.count("defender")
            reversed_ |= bool(for_a and not for_d and e < 0.5 - 1e-9)
            reversed_ |= bool(for_d and not for_a and e > 0.5 + 1e-9)
        assert line["split"] == split
        assert line["overruled"] == (outvoted or reversed_)
        if not pairs:
            assert line["disagreement"] is None
        else:
            assert abs(line["disagreement"] - differ / pairs) < 1e-9


def test_a_roster_of_one_has_winners_and_nothing_else():
    alone = selected().filter(expert="c")
    answers = pl.DataFrame({"id": ["c:s:0"], "answerer": ["c"], "text": ["x"], "n_tokens": [5]})
    outcomes = pl.DataFrame(schema=OUTCOMES.schema)
    scored = final_score.crown(outcomes, alone, answers, ["c"], "winner", 1)
    stability = pl.DataFrame(schema={"id": pl.String, "stability": pl.Float64})
    votes = pl.DataFrame(schema=VOTES.schema)
    [line] = outline(alone, scored, outcomes, votes, stability, ["c"], RATING).to_dicts()
    assert line["winner"] == "c" and not (line["overruled"] or line["split"] or line["unstable"])
    assert line["second"] is line["margin"] is line["disagreement"] is None
