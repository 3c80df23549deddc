"""Folders as they go to the hub: a data set and a model of each roster, and the report.

Nothing is uploaded here. The files are those of the results. Cards get the ids of the repositories,
licences and figures, which are not known where the results are made.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from warriorcoder.core.atomic import atomic
from warriorcoder.core.tables import write_json
from warriorcoder.gold.card import LICENCE, PLACE
from warriorcoder.gold.columns import CONFIGS
from warriorcoder.publish import croissant, model_card, passport
from warriorcoder.publish.passport import Passport

CARD, LICENCES = "README.md", "LICENSE.md"
UNPUBLISHED = ("COMPLETED", "trained.json")  # of a checkpoint: they serve a run
RENDERED, ANSWER = "report.html", "answer.html"  # Snakemake's page, else the first of its pages
SPACE = """---
title: {title}
sdk: static
app_file: {page}
---
The report of a run of WarriorCoder. [Battles](battles/index.html) shows instructions, answers and
votes.
"""


@dataclass(frozen=True)
class Repository:
    """A repository to publish.

    Attributes:
        id: on the hub.
        kind: `dataset`, `model` or `space`.
        folder: its files on this machine.
    """

    id: str
    kind: str
    folder: Path

    @property
    def files(self) -> list[Path]:
        """Return its files, sorted."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@dataclass(frozen=True)
class Release:
    """A run to publish.

    Attributes:
        results: the folder of its results.
        namespace: the account or organization on the hub.
        name: of the run; it begins the names of the repositories.
        version: of the data sets.
        date: YYYY-MM-DD.
    """

    results: Path
    namespace: str
    name: str
    version: str
    date: str

    def id(self, name: str) -> str:
        """Return the id of a repository."""
        return f"{self.namespace}/{self.name}-{name}".replace("_", "-")

    def stage(self, rosters: Iterable[str], to: Path) -> list[Repository]:
        """Write the folders of some rosters and of the report below a folder, and return them.

        Raises:
            ValueError: a file of the run is missing. The message names it.
        """
        found = []
        for roster in rosters:
            made = passport.read(self.results, roster)
            found.append(self._dataset(roster, made, to))
            found.append(self._model(roster, made, to))
        return [*found, self._report(to)]

    def _dataset(self, roster: str, made: Passport, to: Path) -> Repository:
        source, id = self.results / f"gold/{roster}", self.id(f"{roster}-data")
        folder = _empty(to / id)
        for file in dict.fromkeys(file for file, _ in CONFIGS.values()):
            _copy(source / file, folder / file)
        front, text = _split(source / CARD)
        front |= {"license_name": "licences-of-the-models", "license_link": LICENCES}
        _write(folder / CARD, _card(front, text.replace(PLACE, id)))
        _write(folder / LICENCES, _licences(made))
        about = croissant.describe(folder, id, self.namespace, made, self.version, self.date)
        write_json(about, folder / croissant.FILE)
        return Repository(id, "dataset", folder)

    def _model(self, roster: str, made: Passport, to: Path) -> Repository:
        source, id = self.results / f"checkpoints/{roster}", self.id(roster)
        folder = _empty(to / id)
        if not (source / "COMPLETED").exists():
            raise ValueError(f"{source}: the training is not complete. Run snakemake to its end.")
        for path in sorted(source.iterdir()):
            if path.is_file() and not path.name.startswith(".") and path.name not in UNPUBLISHED:
                _copy(path, folder / path.name)
        front, text = _split(source / CARD)
        data = self.id(f"{roster}-data")
        _write(folder / CARD, model_card.write(front, text, self.results, made, id, data))
        return Repository(id, "model", folder)

    def _report(self, to: Path) -> Repository:
        id = self.id("report")
        folder = to / id
        if folder.exists():
            shutil.rmtree(folder)
        hidden = shutil.ignore_patterns(".*")
        shutil.copytree(self.results / "report", folder, ignore=hidden)
        page = RENDERED if (folder / RENDERED).exists() else ANSWER
        _write(folder / CARD, SPACE.format(title=f"{self.name}: report", page=page))
        return Repository(id, "space", folder)


def _empty(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise ValueError(f"{source}: no such file. Run snakemake with the run's config again.")
    shutil.copyfile(source, target)


def _split(path: Path) -> tuple[dict, str]:
    """Return the front matter and the text of a card."""
    if not path.exists():
        raise ValueError(f"{path}: no such file. Run snakemake with the run's config again.")
    _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), text


def _card(front: dict, text: str) -> str:
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{text}"


def _write(path: Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _licences(made: Passport) -> str:
    rows = [
        f"| {each.expert} | {each.model} | {each.licence.name} | {each.licence.link} |"
        for each in made.models
    ]
    head = ["| expert | model | licence | text |", "| --- | --- | --- | --- |"]
    return "\n".join(["# Licences of the models\n", LICENCE, "", *head, *rows, ""])
