"""Tables of the arena: answers, battles, votes, ratings."""

import polars as pl

from warriorcoder.core.tables import INT, REAL, TEXT, Table

# Who meets whom on which instruction, for every roster that uses the battle.
BATTLES = Table(
    "battles",
    {
        "id": TEXT,
        "author": TEXT,
        "attacker": TEXT,
        "defender": TEXT,
        "round": INT,
        "rosters": pl.List(TEXT),
        "chance": REAL,  # of being in its round, given the rounds before (arena.budgeted.pairing)
    },
)
ANSWERS = Table(
    "answers",
    {
        "id": TEXT,
        "answerer": TEXT,
        "seed": INT,
        "text": TEXT,  # the final answer
        "raw": TEXT,
        "finish_reason": TEXT,  # stop | length | thought: no final answer was reached
        "n_tokens": INT,
    },
)
VOTES = Table(
    "votes",
    {
        "id": TEXT,
        "attacker": TEXT,
        "defender": TEXT,
        "judge": TEXT,
        "shown_first": TEXT,  # the expert whose answer was shown as assistant A's
        "seed": INT,
        "cut_attacker": INT,  # tokens that the judge did not read of an answer too long for it
        "cut_defender": INT,
        "raw": TEXT,
        "again": TEXT,  # the text after a second question, null if the judge was asked once
        "verdict": TEXT,  # A | B | Tie | invalid, as the judge wrote it
        "vote": TEXT,  # attacker | defender | tie | invalid
        "finish_reason": TEXT,  # as in `answers`
        "n_tokens": INT,
    },
)
# The votes that a round of judging asks for.
ASKED = Table(
    "asked",
    {"id": TEXT, "attacker": TEXT, "defender": TEXT, "judge": TEXT},
)
# Every battle of a roster, judged or not (warriorcoder.arena.budgeted.matchmaking).
TALLIED = Table(
    "tallied",
    {
        "id": TEXT,
        "attacker": TEXT,
        "defender": TEXT,
        "t_attacker": INT,
        "t_defender": INT,
        "votes": INT,  # all that were asked for; 0: x and s are what is expected
        "local": REAL,  # x_{A>D} (Eq. 2)
        "result": REAL,  # s
    },
)
# One battle a row, in the order in which Elo plays them. `expected` is X_{A>D} (Eq. 3) from
# each snapshot of the ratings.
OUTCOMES = Table(
    "outcomes",
    TALLIED.schema
    | {
        "expected_final": REAL,
        "expected_online": REAL,
        "expected_permuted": REAL,
    },
)
RATINGS = Table(
    "ratings",
    {
        "roster": TEXT,
        "expert": TEXT,
        "method": TEXT,  # elo_final | elo_permuted | bradley_terry | judge_aware
        "rating": REAL,
        "low": REAL,
        "high": REAL,
    },
)
# Where Elo ends in each of the random orders behind `elo_permuted`.
ORDERS = Table(
    "orders",
    {"roster": TEXT, "order": INT, "expert": TEXT, "rating": REAL},
)
# What judge-aware Bradley-Terry found about the judges, in log-odds (arena.judge_aware).
EFFECTS = Table(
    "effects",
    {
        "roster": TEXT,
        "judge": TEXT,
        "effect": TEXT,  # reliability | position | length
        "value": REAL,
        "low": REAL,
        "high": REAL,
    },
)
