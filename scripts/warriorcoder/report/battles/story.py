"""Everything about an instruction of the arena: its answers, battles, votes and training row."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from warriorcoder.arena.battle_score import battle_score
from warriorcoder.config.rating import Rating
from warriorcoder.gold.diagnostics import overruled
from warriorcoder.gold.final_score import expected_column

VOTE = "judge shown_first verdict vote raw again finish_reason n_tokens".split()
VOTE += ["cut_attacker", "cut_defender"]
SCORES = ("battles", "local", "expected", "score", "gold")
Rows = Mapping[str, list[dict]]


@dataclass(frozen=True)
class Stories:
    """The tables of a roster, or their rows of some instructions.

    Args:
        outline: `outline.outline`'s rows.
        answers: table `answers` of the roster's experts.
        votes: table `votes` on the roster's battles.
        outcomes: table `outcomes`.
        scored: table `scored`, `answer` and `instruction` not needed.
        sft: the training set.
        ratings: expert → rating that entered Eq. 5.
        rating: the section `rating` that scored the battles.
    """

    outline: pl.DataFrame
    answers: pl.DataFrame
    votes: pl.DataFrame
    outcomes: pl.DataFrame
    scored: pl.DataFrame
    sft: pl.DataFrame
    ratings: Mapping[str, float]
    rating: Rating

    def __iter__(self) -> Iterator[dict]:
        """Yield one story per row of `outline`, as JSON holds it.

        Keys: those of the outline; `answers`, best first; `battles`, each with its `votes`; `sft`,
        the row of the training set with its passport, null where the set lacks it.
        """
        for row in self.outline.iter_rows(named=True):
            trained = self._by_id["sft"][row["id"]]
            yield row | {
                "answers": list(self._answers(row["id"])),
                "battles": list(self._battles(row["id"])),
                "sft": trained[0] if trained else None,
            }

    def _answers(self, id: str) -> Iterator[dict]:
        given = {each["answerer"]: each for each in self._by_id["answers"][id]}
        scored = self._by_id["scored"][id]
        for row in sorted(scored, key=lambda row: (not row["gold"], -(row["score"] or 0))):
            answer = given[row["candidate"]]
            thinks = answer["raw"] if answer["raw"].strip() != answer["text"].strip() else None
            yield {
                "answerer": answer["answerer"],
                "rating": self.ratings.get(answer["answerer"]),
                **{name: row[name] for name in SCORES},
                "text": answer["text"],
                "raw": thinks,  # null where the final answer is all that was written
                **{name: answer[name] for name in ("finish_reason", "n_tokens", "seed")},
            }

    def _battles(self, id: str) -> Iterator[dict]:
        for battle in self._by_id["outcomes"][id]:
            expected = battle[expected_column(self.rating)]
            e = battle_score(self.rating.alpha, expected, battle["local"])
            names = ("attacker", "defender", "t_attacker", "t_defender", "local")
            players = battle["attacker"], battle["defender"]
            yield {name: battle[name] for name in names} | {
                "asked": battle["votes"],
                "expected": expected,
                "score": e,
                "overruled": bool(overruled(battle["t_attacker"], battle["t_defender"], e)),
                "votes": [
                    {name: vote[name] for name in VOTE}
                    for vote in self._by_id["votes"][id]
                    if (vote["attacker"], vote["defender"]) == players
                ],
            }

    @cached_property
    def _by_id(self) -> dict[str, Rows]:
        names = ("answers", "votes", "outcomes", "scored", "sft")
        return {name: _grouped(getattr(self, name)) for name in names}


def _grouped(frame: pl.DataFrame) -> Rows:
    grouped = defaultdict(list)
    for row in frame.iter_rows(named=True):
        grouped[row["id"]].append(row)
    return grouped
