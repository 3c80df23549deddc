"""The making of a roster's data set, from the records in the files of a run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warriorcoder.core.seeds import digest
from warriorcoder.gold import card, licences
from warriorcoder.provenance import records

STAGES = {  # stage → its files, and what it did
    "mining": ("mined/{author}/*/*.parquet", "Experts wrote instructions from an empty user turn."),
    "difficulty": ("difficulty/{author}/*.parquet", "Experts rated the difficulty."),
    "selection": ("selected/{author}.parquet", "k-center greedy selected diverse instructions."),
    "answers": ("answers/{author}/{expert}.parquet", "Experts answered the instructions."),
    "votes": ("votes/{author}/*/*.parquet", "Experts outside of a battle voted on its answers."),
    "ratings": ("ratings/{roster}.parquet", "Ratings were computed from the votes."),
    "gold": ("gold/{roster}/sft.parquet", "Gold answers were chosen."),
}
WROTE = ("mining", "answers", "votes")


@dataclass(frozen=True)
class Model:
    """A model, or a file, whose texts are in a data set."""

    expert: str
    model: str
    revision: str
    licence: licences.Licence

    @property
    def url(self) -> str | None:
        """Return the address of a model on the hub."""
        return f"{licences.HUB}/{self.model}" if self.licence.link.startswith("http") else None


@dataclass(frozen=True)
class Stage:
    """A stage of the making.

    Attributes:
        name: of the stage.
        did: its work, in words.
        digests: of the records of its files, sorted.
    """

    name: str
    did: str
    digests: list[str]


@dataclass(frozen=True)
class Passport:
    """The making of the data set of a roster."""

    roster: str
    record: dict
    models: list[Model]
    stages: list[Stage]

    @property
    def kind(self) -> str:
        """Return the kind of gold answers: `winner`, `random`, or `one` for a roster of one."""
        return card.kind(self.record)


def read(results: Path, roster: str) -> Passport:
    """Return the passport of a roster's data set.

    Raises:
        ValueError: its training set is missing or holds no record. The message names the fix.
    """
    path = results / f"gold/{roster}/sft.parquet"
    record = records.read(path)
    if record is None:
        raise ValueError(f"{path}: is missing or incomplete. Run snakemake with its config again.")
    models: dict[Model, None] = {}
    stages = []
    for name, (pattern, did) in STAGES.items():
        if name == "votes" and len(record["experts"]) == 1:
            continue
        found = [records.read(file) or {} for file in _files(results, pattern, roster, record)]
        stages.append(Stage(name, did, sorted({digest(each)[:16] for each in found})))
        if name in WROTE:
            models |= dict.fromkeys(map(_model, found))
    return Passport(roster, record, list(models), stages)


def _files(results: Path, pattern: str, roster: str, record: dict) -> Iterator[Path]:
    names = dict.fromkeys(
        pattern.format(author=author, expert=expert, roster=roster)
        for author in record["authors"]
        for expert in record["experts"]
    )
    for name in names:
        yield from sorted(results.glob(name))


def _model(record: dict) -> Model:
    spec, file = record["expert"], record.get("file")
    source = (file["path"], file["sha256"]) if file else (spec["model"], spec["revision"] or "")
    return Model(spec["name"], *source, licences.of(source[0]))
