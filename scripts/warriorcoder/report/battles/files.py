"""The files that hold a roster's battles, read whole for the outline and by author for stories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warriorcoder.arena.players import players_of
from warriorcoder.arena.tables import ANSWERS, OUTCOMES, RATINGS, VOTES
from warriorcoder.arena.tally import BATTLE
from warriorcoder.config.rating import Rating
from warriorcoder.core import tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.gold.final_score import SNAPSHOT
from warriorcoder.gold.tables import SCORED
from warriorcoder.report.battles.outline import outline
from warriorcoder.report.battles.story import Stories

Paths = Sequence[str | Path]


@dataclass(frozen=True)
class Files:
    """The paths of a roster's tables.

    Args:
        experts: the roster, in its order.
        selected: `selected/{author}.parquet`.
        answers: `answers/{author}/{answerer}.parquet`.
        votes: `votes/{author}/{pair}/{judge}.parquet`.
        outcomes, scored, sft, ratings: one file each.
    """

    experts: Sequence[str]
    selected: Paths
    answers: Paths
    votes: Paths
    outcomes: str | Path
    scored: str | Path
    sft: str | Path
    ratings: str | Path

    @classmethod
    def of_results(cls, results: str | Path, made: Mapping) -> "Files":
        """Return the files in a folder of results, given the record of the roster's `scored`."""
        folder, roster, experts = Path(results), made["roster"], made["experts"]
        votes = [
            path
            for author in made["authors"]
            for path in sorted(folder.glob(f"votes/{author}/*/*.parquet"))
            if {*players_of(path.parent.name)} <= {*experts} and path.stem in made["judges"]
        ]
        return cls(
            experts=experts,
            selected=[folder / f"selected/{author}.parquet" for author in made["authors"]],
            answers=[
                folder / f"answers/{author}/{answerer}.parquet"
                for author in made["authors"]
                for answerer in experts
            ],
            votes=votes,
            outcomes=folder / f"outcomes/{roster}.parquet",
            scored=folder / f"gold/{roster}/scored.parquet",
            sft=folder / f"gold/{roster}/sft.parquet",
            ratings=folder / f"ratings/{roster}.parquet",
        )

    def outline(self, rating: Rating) -> pl.DataFrame:
        """Return a line per instruction (`outline.SCHEMA`)."""
        outcomes = tables.read(OUTCOMES, self.outcomes)
        return outline(
            selected=tables.read(SELECTED, *self.selected),
            scored=tables.read(SCORED, self.scored, without=("answer", "instruction")),
            outcomes=outcomes,
            votes=_of(outcomes, tables.read(VOTES, *self.votes, without=("raw",))),
            stability=pl.read_parquet(self.sft, columns=["id", "stability"]),
            experts=list(self.experts),
            rating=rating,
        )

    def stories(self, author: str, lines: pl.DataFrame, rating: Rating) -> Stories:
        """Return the stories of some of an author's instructions, given as lines of the outline."""
        ids = lines.select("id")

        def theirs(frame: pl.DataFrame) -> pl.DataFrame:
            return frame.join(ids, on="id", how="semi", maintain_order="left")

        answers = [path for path in self.answers if Path(path).parts[-2] == author]
        votes = [path for path in self.votes if Path(path).parts[-3] == author]
        outcomes = theirs(tables.read(OUTCOMES, self.outcomes))
        return Stories(
            outline=lines,
            answers=theirs(tables.read(ANSWERS, *answers)),
            votes=_of(outcomes, tables.read(VOTES, *votes)),
            outcomes=outcomes,
            scored=theirs(tables.read(SCORED, self.scored, without=("answer", "instruction"))),
            sft=theirs(pl.scan_parquet(self.sft).filter(pl.col("author") == author).collect()),
            ratings=self.used_ratings(rating),
            rating=rating,
        )

    def used_ratings(self, rating: Rating) -> dict[str, float]:
        """Return expert → rating that entered Eq. 5."""
        ratings = tables.read(RATINGS, self.ratings).filter(method=SNAPSHOT[rating.snapshot])
        return dict(ratings.select("expert", "rating").iter_rows())


def _of(outcomes: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    """Return the votes that decided battles in `outcomes`."""
    judged = outcomes.filter(pl.col("votes") > 0)
    return votes.join(judged, on=BATTLE, how="semi", maintain_order="left")
