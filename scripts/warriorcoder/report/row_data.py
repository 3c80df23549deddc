"""Chapters of a mined row before the arena.

Where a stage dropped the row its filter is asked again, on the same rows: tables keep only counts
and examples of what they drop.
"""

from pathlib import Path
from statistics import median

from warriorcoder.config.compression import Compression, Decontamination
from warriorcoder.config.curation import Curation
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core import tables
from warriorcoder.curation import decontaminate, difficulty
from warriorcoder.curation.tables import CURATED, DIFFICULTY, SELECTED
from warriorcoder.mining.shards import ENTERED
from warriorcoder.mining.tables import MINED
from warriorcoder.report.row import Chapter, Quote, Row


def _mined(row: Row) -> Chapter:
    mined = row.read(MINED, *row.paths(f"mined/{row.expert}/{row.sampling}/*.parquet"))[0]
    if row.sampling == ENTERED:
        lines = [
            f"Row {mined['row']} of {mined['model']} (sha256 {mined['revision'][:12]}), for which "
            f"{mined['expert']} stands as the author:",
            Quote(mined["text"]),
            f"{mined['n_tokens']} tokens, ended by {mined['finish_reason']}.",
        ]
        return Chapter("Entered", lines)
    temperature, top_p = mined["sampling"].removeprefix("t").split("-p")
    lines = [
        f"{mined['expert']} ({mined['model']}, revision {mined['revision'][:12]}) wrote it into "
        "the user's turn of its own template:",
        Quote(mined["text"]),
        f"Sampling: T = {temperature}, top-p = {top_p}; row {mined['row']}, seed {mined['seed']}; "
        f"{mined['n_tokens']} tokens, ended by {mined['finish_reason']}.",
        f"Token ids before the user's text: sha256 {mined['prefix_sha256'][:16]}…",
    ]
    return Chapter("Mined", lines)


def _curated(row: Row) -> Chapter:
    path = row.path(f"curated/{row.expert}.parquet")
    kept = row.read(CURATED, path)
    if kept:
        copies = kept[0]["copies"]
        others = f" It stands for {copies} rows that are nearly the same." if copies > 1 else ""
        return Chapter("Curated", [f"Kept: no junk, and the first of its kind.{others}"])
    from warriorcoder.curation.dedup import deduplicate
    from warriorcoder.curation.junk import junk

    made = row.record(f"curated/{row.expert}.parquet")
    curation = Curation(**made["curation"])
    files = [
        f for name in made["samplings"] for f in row.paths(f"mined/{row.expert}/{name}/*.parquet")
    ]
    mined = tables.read(MINED, *files).unique("id", keep="first", maintain_order=True)
    reasons = junk(mined, curation)
    reason = dict(zip(mined["id"], reasons, strict=True))[row.id]
    if reason:
        return Chapter("Curated", [f"Dropped as junk: {reason}."], end=True)
    earlier = tables.read(CURATED, *(row.path(f"curated/{e}.parquet") for e in made["earlier"]))
    _, dropped = deduplicate(mined.filter(reasons.is_null()), earlier, curation, made["seed"])
    reason, survivor = dropped.filter(id=row.id).select("reason", "cluster").row(0)
    return Chapter("Curated", [f"Dropped as {reason.replace('_', ' ')} of {survivor}."], end=True)


def _difficulty(row: Row) -> Chapter:
    made = row.record(f"selected/{row.expert}.parquet")
    files = [f"difficulty/{row.expert}/{judge}.parquet" for judge in made["judges"]]
    lines, scores = [], []
    for rated in row.read(DIFFICULTY, *map(row.path, files)):
        scores += [rated["score"]] if rated["score"] is not None else []
        said = "nothing that can be read" if rated["score"] is None else f"[[{rated['score']}]]"
        lines += [f"{rated['judge']} says {said}:", Quote(rated["raw"]), *again(rated)]
    threshold = Difficulty.recorded(made["difficulty"]).threshold
    if not scores:
        return Chapter("Difficulty", [*lines, "Dropped: no judge gave a score."], end=True)
    d = float(median(scores))
    levels = Difficulty.recorded(row.record(files[0])["difficulty"]).levels
    judged = f"d = {d:g} ({difficulty.level(d, levels)}), the threshold is {threshold} (Eq. 1)"
    if d < threshold:
        return Chapter("Difficulty", [*lines, f"Dropped as too easy: {judged}."], end=True)
    return Chapter("Difficulty", [*lines, f"Hard enough: {judged}."])


def _selected(row: Row) -> Chapter:
    path = row.path(f"selected/{row.expert}.parquet")
    everything = tables.read(SELECTED, path)
    kept = everything.filter(id=row.id)
    if len(kept):
        rank, radius = kept.select("rank", "radius").row(0)
        lines = [
            f"k-center greedy took it as number {rank + 1} of {len(everything)}; then every "
            f"instruction was within cosine distance {radius:.3f} of one that was taken.",
            f"Rank {rank}: every budget of more than {rank} instructions an author holds it.",
        ]
        return Chapter("Selected", lines)
    made = row.record(f"selected/{row.expert}.parquet")
    by = Decontamination(**made["decontamination"])
    text = row.read(CURATED, row.path(f"curated/{row.expert}.parquet"))[0]["text"]
    for spec in made["benchmarks"] if by.ngram_words or by.code_tokens else ():
        benchmark = row.config.benchmarks.get(spec["name"])
        dataset = benchmark and row.config.file_of(benchmark)
        if not dataset or not Path(dataset).exists():
            why = f"Dropped: overlap with a benchmark, or no centre; {spec['name']} is not at hand."
            return Chapter("Selected", [why], end=True)
        references = decontaminate.references(spec["kind"], dataset)
        task = decontaminate.overlaps([text], references, by.ngram_words)[0]
        if task:
            why = (
                f"Dropped: it shares {by.ngram_words} words in a row with {task} of {spec['name']}."
            )
            return Chapter("Selected", [why], end=True)
        task = decontaminate.overlaps([text], references, None, by.code_tokens)[0]
        if task:
            why = (
                f"Dropped: it shares {by.code_tokens} tokens of code in a row with {task} of "
                f"{spec['name']}, whatever the names are."
            )
            return Chapter("Selected", [why], end=True)
    spec = Compression.recorded(made["compression"])
    unseen = f" Or it is one of the {spec.outliers:.1%} that k-center does not see."
    why = (
        f"Not selected: k-center greedy took {len(everything)} others of its author "
        f"(instructions_per_expert: {spec.instructions_per_expert}), which cover it within "
        f"cosine distance {min(everything['radius'].to_list(), default=0):.3f}."
    )
    return Chapter("Selected", [why + unseen * (spec.outliers > 0)], end=True)


def again(judged: dict) -> list[str]:
    """Return a judge's second text, if there is one."""
    again = judged["again"]
    return [] if again is None else ["Asked again, for the mark alone:", Quote(again)]


CHAPTERS = (_mined, _curated, _difficulty, _selected)
