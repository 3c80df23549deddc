"""If these tests fail, the report misjudges experts or their judges."""

from collections import Counter
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warriorcoder.arena.tables import EFFECTS, RATINGS, VOTES
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.miniature import oracle, world
from warriorcoder.report import accuracy, agreement, judges, judging, lengths, standings, win_rates


def votes_of(rows) -> pl.DataFrame:
    """rows: (id, attacker, defender, judge, shown_first, verdict)."""
    full = []
    for id, attacker, defender, judge, first, verdict in rows:
        second = defender if first == attacker else attacker
        winner = {"A": first, "B": second}.get(verdict)
        vote = {attacker: "attacker", defender: "defender"}.get(winner, verdict.lower())
        full.append(
            (id, attacker, defender, judge, first, 0, 0, 0, "", None, verdict, vote, "stop", 1)
        )
    return pl.DataFrame(full, schema=VOTES.schema, orient="row")


SIZE = {"a": 20, "b": 20, "c": 30}  # all instructions
LENGTHS = pl.DataFrame(
    [(f"a:s:{n}", who, size) for n in range(3) for who, size in SIZE.items()],
    schema=["id", "answerer", "length"],
    orient="row",
)
NO_RATINGS = pl.DataFrame(schema=DIFFICULTY.schema)
NO_EFFECTS = pl.DataFrame(schema=EFFECTS.schema)


@st.composite
def arena_rows(draw):
    rows = []
    for id in ("a:s:0", "a:s:1", "a:s:2"):
        for defender in ("b", "c"):
            for judge in ("d", "e", "f", "g"):
                for _ in range(draw(st.integers(0, 2))):
                    first = draw(st.sampled_from(["a", defender]))
                    verdict = draw(st.sampled_from(["A", "B", "Tie", "invalid"]))
                    rows.append((id, "a", defender, judge, first, verdict))
    return rows


def test_a_win_needs_more_votes_and_a_tie_counts_half():
    votes = votes_of(
        [
            ("a:s:0", "a", "b", "c", "a", "A"),
            ("a:s:0", "a", "b", "d", "b", "B"),
            ("a:s:0", "a", "b", "e", "a", "B"),
            ("a:s:1", "a", "b", "c", "a", "invalid"),
            ("b:s:0", "b", "a", "c", "a", "A"),
        ]
    )
    assert win_rates.win_rates(votes).rows() == [("a", "b", 2, 0.75), ("b", "a", 1, 0.0)]


def test_votes_on_answers_that_were_cut_are_counted():
    votes = votes_of([(f"a:s:{n}", "a", "b", "c", "a", "A") for n in range(4)])
    cut = votes.with_columns(
        cut_attacker=pl.Series([0, 9, 0, 3]), cut_defender=pl.Series([0, 0, 1, 3])
    )
    assert judges.verdicts(cut, LENGTHS)["cut"].to_list() == [3]
    assert judges.verdicts(votes, LENGTHS)["cut"].to_list() == [0]


def test_a_share_of_nothing_may_be_any():
    assert judges.wilson(0, 0) == (0, 1)
    assert judges.wilson(3, 4) == pytest.approx((0.300642, 0.954413), abs=1e-6)


@settings(deadline=None)
@given(arena_rows())
def test_judge_figures_are_those_of_a_naive_count(rows):
    votes = votes_of(rows)
    judged = judges.table(votes, LENGTHS, NO_RATINGS, NO_EFFECTS)
    table = {row["judge"]: row for row in judged.iter_rows(named=True)}
    frame = votes.rows(named=True)
    for judge in {row["judge"] for row in frame}:
        own = [row for row in frame if row["judge"] == judge]
        said = Counter(row["verdict"] for row in own)
        agreed = []
        for row in own:
            others = Counter(
                other["vote"]
                for other in frame
                if other["judge"] != judge
                and (other["id"], other["defender"]) == (row["id"], row["defender"])
                and other["vote"] != "invalid"
            ).most_common(2)
            clear = others and (len(others) == 1 or others[0][1] > others[1][1])
            if row["vote"] != "invalid" and clear:
                agreed.append(row["vote"] == others[0][0])
        parsed, decided = len(own) - said["invalid"], said["A"] + said["B"]
        found = table[judge]
        assert (found["votes"], found["parsed"]) == (len(own), parsed)
        assert found["parse_rate"] == parsed / len(own)
        assert found["tie_rate"] == (said["Tie"] / parsed if parsed else None)
        assert found["first_rate"] == (said["A"] / decided if decided else None)
        assert found["compared"] == len(agreed)
        if agreed:
            assert found["agreement"] == pytest.approx(sum(agreed) / len(agreed))
        longer = [
            {"attacker": row["attacker"], "defender": row["defender"]}[row["vote"]]
            == max(row["attacker"], row["defender"], key=SIZE.get)
            for row in own
            if row["vote"] in ("attacker", "defender")
            and SIZE[row["attacker"]] != SIZE[row["defender"]]
        ]
        assert found["longer_rate"] == (sum(longer) / len(longer) if longer else None)
        twice = {}
        for row in own:
            if row["vote"] != "invalid":
                said = twice.setdefault((row["id"], row["defender"]), {})
                said.setdefault(row["shown_first"], set()).add(row["vote"])
        twice = [said for said in twice.values() if len(said) > 1]
        assert found["asked_twice"] == len(twice)
        flips = [len(set().union(*said.values())) > 1 for said in twice]
        assert found["flip_rate"] == (sum(flips) / len(flips) if flips else None)


@settings(deadline=None)
@given(arena_rows())
def test_the_rows_of_judge_and_pair_add_up_to_the_judges(rows):
    votes = votes_of(rows)
    whole, parts = judges.verdicts(votes, LENGTHS), judges.pairs(votes, LENGTHS)
    assert set(parts["pair"]) <= {"a & b", "a & c"}
    for column in ("votes", "parsed", "asked_twice"):
        added = parts.group_by("judge", maintain_order=True).agg(pl.sum(column))
        assert dict(added.rows()) == dict(whole.select("judge", column).rows())


def test_a_judge_of_difficulty_alone_stands_in_the_table():
    ratings = pl.DataFrame(
        [
            ("a:s:0", "z", 0, "", "[[7]]", 7, "stop", 1),
            ("a:s:1", "z", 0, "", None, None, "stop", 1),
        ],
        schema=DIFFICULTY.schema,
        orient="row",
    )
    votes = votes_of([("a:s:0", "a", "b", "c", "a", "A")])
    table = judges.table(votes, LENGTHS, ratings, NO_EFFECTS)
    assert table["judge"].to_list() == ["c", "z"]
    assert table["votes"].to_list() == [1, 0]
    assert table["difficulty_parse_rate"].to_list() == [None, 0.5]
    assert table["difficulty_asked_again"].to_list() == [0, 1]
    pairs, agreed = judges.pairs(votes, LENGTHS), agreement.judges(votes, 1)
    assert "z" in judging.page(table, pairs, agreed).html()


def test_the_page_shows_leanings_as_shares_of_two_equals():
    votes = votes_of([("a:s:0", "a", "b", "c", "a", "A"), ("a:s:0", "a", "b", "d", "b", "A")])
    effects = pl.DataFrame(
        [
            ("r", "c", "reliability", 1.25, 1.0, 1.5),
            ("r", "c", "position", 0.0, -1.0, 1.0),
            ("r", "c", "length", 2.0, 1.0, 3.0),
        ],
        schema=EFFECTS.schema,
        orient="row",
    )
    judged = judges.table(votes, LENGTHS, NO_RATINGS, effects)
    pairs, agreed = judges.pairs(votes, LENGTHS), agreement.judges(votes, 1)
    html = judging.page(judged, pairs, agreed).html()
    for text in ("1.25 [1.00, 1.50]", "50.0 [26.9, 73.1]", "88.1 [73.1, 95.3]", "a &amp; b"):
        assert text in html


def test_replay_gives_the_verdicts_of_running_one_by_one():
    rng = Random(1)
    tasks = [world.sample(rng) for _ in range(40)]
    rights = [rng.random() < 0.5 for _ in tasks]
    ids = [f"a:s:{n}" for n in range(len(tasks) + 1)]
    instructions = pl.DataFrame({"id": ids, "text": [*[task.text for task in tasks], "gibberish"]})
    texts = [
        *[world.answer(rng, task, right) for task, right in zip(tasks, rights, strict=True)],
        "print(1)",
    ]
    answers = pl.DataFrame({"id": ids, "answerer": "a", "text": texts})

    def checked_by(run):
        def check(instruction, answer):
            task = oracle.parse(instruction)
            return None if task is None else oracle.check(task, answer, run)

        return accuracy.right_answers(instructions, answers, check)

    replay = accuracy.Replay()
    checked_by(replay)
    replay.execute(lambda programs: [oracle.run_trusted(*program) for program in programs])
    replayed = checked_by(replay)
    assert replayed == checked_by(oracle.run_trusted)
    assert 0 < sum(replayed.values()) < len(replayed) == len(tasks)


def test_accuracy_counts_verdicts_as_shown_and_an_invalid_one_as_wrong():
    right = {("i", "a"): True, ("i", "b"): False, ("i", "c"): True}
    votes = votes_of(
        [
            ("i", "a", "b", "d", "a", "A"),
            ("i", "a", "b", "e", "b", "B"),
            ("i", "a", "b", "c", "b", "A"),
            ("i", "a", "c", "d", "a", "Tie"),
            ("i", "a", "c", "e", "a", "invalid"),
            ("unknown", "a", "b", "d", "a", "A"),
        ]
    )
    scored = pl.DataFrame(
        {"id": ["i", "i", "unknown"], "candidate": ["a", "b", "a"], "gold": [True, False, True]}
    )
    found = accuracy.assess(right, votes, [("r", scored)])
    assert (found["n"], found["accuracy"], found["always_tie"]) == (5, 0.6, 0.4)
    assert found["per_judge"]["e"] == {"accuracy": 0.5, "n": 2}
    assert found["confusion"]["A"] == {"A": 1, "B": 0, "Tie": 0, "invalid": 0}
    assert found["confusion"]["B"] == {"A": 1, "B": 1, "Tie": 0, "invalid": 0}
    assert found["confusion"]["Tie"] == {"A": 0, "B": 0, "Tie": 1, "invalid": 1}
    assert found["answer_accuracy"] == {"a": 1.0, "b": 0.0, "c": 1.0}
    assert found["gold_accuracy"] == {"r": 1.0}


def test_without_a_known_task_the_accuracy_is_null_not_zero():
    found = accuracy.assess({}, votes_of([("i", "a", "b", "c", "a", "A")]), [])
    assert (found["accuracy"], found["n"]) == (None, 0)


def test_ratings_page_names_intervals_and_what_the_formula_did():
    rows = [
        ("r", "a", "elo_final", 1010.0, None, None),
        ("r", "b", "elo_final", 990.0, None, None),
        ("r", "a", "elo_permuted", 1012.4, 1001.0, 1020.0),
        ("r", "b", "elo_permuted", 987.6, 980.0, 999.0),
        ("r", "a", "bradley_terry", 0.6, 0.5, 0.7),
        ("r", "b", "bradley_terry", 0.4, 0.3, 0.5),
        ("r", "a", "judge_aware", 0.55, 0.45, 0.65),
        ("r", "b", "judge_aware", 0.45, 0.35, 0.55),
    ]
    rated = pl.DataFrame(rows, schema=RATINGS.schema, orient="row")
    facts = {"battles": 1234, "gold_flip_share": 0.25, "gold_share": {"a": 0.625, "b": 0.375}}
    facts |= {"alphas": [{"alpha": 0.7, "changed": 0.125, "overruled_unanimous": 17}]}
    html = standings.page(rated, {"r": facts, "alone": {"gold_share": {"a": 1.0}}}).html()
    for text in ("1012\n[1001, 1020]", "0.600\n[0.500, 0.700]", "1,234", "0.250", "Roster r"):
        assert text in html
    for text in ("0.550\n[0.450, 0.650]", ">62.5<", ">100.0<", ">12.5<", ">17<"):
        assert text in html
    assert standings.of_expert(rated, "elo_permuted") == {"a": 1012.4, "b": 987.6}


ENDS = st.sampled_from(["stop", "length", "thought"])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 99), ENDS), max_size=30))
def test_lengths_and_what_was_cut_are_counted_per_role_and_expert(texts):
    types = {"expert": pl.String, "n_tokens": pl.Int64, "finish_reason": pl.String}
    frame = pl.DataFrame(texts, schema=types, orient="row")
    written = {role: frame.rename({"expert": lengths.WRITERS[role]}) for role in lengths.ROLES}
    measured = lengths.measure(written, ["b", "a"])
    who = [name for name in "ba" if any(row[0] == name for row in texts)]
    assert measured["expert"].to_list() == who * 4
    for row in measured.iter_rows(named=True):
        own = [(tokens, end) for name, tokens, end in texts if name == row["expert"]]
        tokens = sorted(tokens for tokens, _ in own)
        assert (row["texts"], row["longest"]) == (len(own), tokens[-1])
        assert row["mean"] == pytest.approx(sum(tokens) / len(own))
        assert sum(each <= row["p95"] for each in tokens) >= 0.95 * len(own)
        assert row["truncated"] == pytest.approx(sum(e != "stop" for _, e in own) / len(own))
        assert row["thought"] == pytest.approx(sum(e == "thought" for _, e in own) / len(own))
    (table,) = lengths.page(measured).tables
    assert table.frame["no final answer (%)"].to_list() == [100 * x for x in measured["thought"]]
