"""The battle explorer: a folder of static files that a browser opens from disk.

`index.html` loads scripts only, because a page of `file://` may not fetch. The scripts of `data/`
hand over their content as deflated JSON, so that a text of a model is never code or markup:
`index` has the run and a line per instruction shown, `author-A` the lines of all instructions of
author number A where not all are shown, `page-A-P` the stories of `PAGE` of them.
"""

import base64
import json
import shutil
import zlib
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from warriorcoder.provenance import records
from warriorcoder.report.battles import sample

PAGE = 25
HEAD = 160  # characters of an instruction in a line
LINE = (
    "id place author category difficulty winner second margin disagreement overruled split "
    "unstable exported head"
).split()
PASSPORT = (
    "shard row sampling seed model revision prefix_sha256 cluster rank radius difficulty stability "
    "judge_prompt_sha256"
).split()


def write(
    path: str | Path,
    about: dict[str, Any],
    outline: pl.DataFrame,
    stories: Callable[[str, pl.DataFrame], Iterable[dict]],
    run_seed: int,
    record: dict,
    most: int = sample.SHOWN,
) -> None:
    """Write the folder, complete or not at all.

    Args:
        about: facts of the run that the page shows.
        outline: `outline.outline`'s rows.
        stories: returns the stories of an author, given its rows of the outline.
        most: instructions that are all shown at once.
    """
    folder = Path(path)
    making = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(making, ignore_errors=True)
    data = making / "data"
    data.mkdir(parents=True)
    assets = resources.files(__package__) / "pages"
    for asset in assets.iterdir():
        (making / asset.name).write_bytes(asset.read_bytes())
    page = (assets / "index.html").read_text(encoding="utf-8")
    (making / "index.html").write_text(f"{page}{records.comment(record)}", encoding="utf-8")

    placed = outline.with_columns(place=pl.int_range(pl.len()).over("author"))
    first = sample.shown(placed, run_seed, most)
    drawn = dict(first["stratum"].drop_nulls().value_counts().iter_rows())
    strata = {name: drawn[name] for name in (*sample.STRATA, sample.RANDOM) if name in drawn}
    authors = outline["author"].unique(maintain_order=True).to_list()
    counts = [len(outline.filter(author=author)) for author in authors]
    _put(
        data,
        "index",
        about
        | {"authors": authors, "counts": counts, "page": PAGE}
        | {"strata": strata, "lines": _lines(first)},
    )
    for number, author in enumerate(authors):
        theirs = placed.filter(author=author)
        if strata:
            _put(data, f"author-{number}", _lines(theirs))
        page_of: list[dict] = []
        for place, story in enumerate(stories(author, theirs.drop("place")), 1):
            page_of.append(_shown(story))
            if len(page_of) == PAGE or place == len(theirs):
                _put(data, f"page-{number}-{(place - 1) // PAGE}", page_of)
                page_of = []
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def _lines(rows: pl.DataFrame) -> dict[str, list]:
    """Return lines of the list by column."""
    rounded = rows.with_columns(
        pl.col("margin", "disagreement").round(4),
        head=pl.col("text").str.slice(0, HEAD),
    )
    return rounded.select(LINE).to_dict(as_series=False)


def _shown(story: dict) -> dict:
    """Return a story without a number that JavaScript rounds: those of seeds are texts."""
    trained = story["sft"]
    answers = [each | {"seed": _text(each["seed"])} for each in story["answers"]]
    passport = trained and {name: _text(trained[name]) for name in PASSPORT}
    row = trained and json.dumps(trained, indent=2, ensure_ascii=False)
    return story | {"answers": answers, "passport": passport, "sft": row}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _put(folder: Path, name: str, content: Any) -> None:
    """Write a script that hands a value to the page."""
    text = json.dumps(content, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode())).decode()
    (folder / f"{name}.js").write_text(f'explorer.receive("{name}", "{packed}");\n')
