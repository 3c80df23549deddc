"""The story of one mined row, told from the files that its stages left.

What decided is read from the record in each file, not from today's config. Where a stage dropped
the row its filter is asked again, on the same rows: tables keep only counts of what they drop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import polars as pl

from warriorcoder.arena.battle_score import DIGITS, battle_score
from warriorcoder.arena.players import pair_name, players_of
from warriorcoder.arena.tables import ANSWERS, OUTCOMES, RATINGS, VOTES
from warriorcoder.config.compression import Compression, Decontamination
from warriorcoder.config.curation import Curation
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.config.gold import Export
from warriorcoder.config.judges import may_judge
from warriorcoder.config.rating import Rating
from warriorcoder.core import tables
from warriorcoder.curation import decontaminate, difficulty
from warriorcoder.curation.tables import CURATED, DIFFICULTY, SELECTED
from warriorcoder.gold import diagnostics, final_score
from warriorcoder.gold.tables import SCORED
from warriorcoder.mining.shards import ENTERED
from warriorcoder.mining.tables import MINED
from warriorcoder.report.row import Row


class Quote(str):
    """A text that a model wrote."""


@dataclass(frozen=True)
class Chapter:
    """A stage, and what it did to the row; `end` where the row went no further."""

    title: str
    lines: list[str]
    end: bool = False


def tell(row: Row) -> Iterator[Chapter]:
    """Yield the chapters, up to the stage that dropped the row.

    Raises:
        tables.TableError: a file is missing or not what it should be; names the fix.
    """
    for chapter in (_mined, _curated, _difficulty, _selected, _answers, _battles, _gold):
        told = chapter(row)
        yield told
        if told.end:
            return


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
        lines += [f"{rated['judge']} says {said}:", Quote(rated["raw"]), *_again(rated)]
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
    far = f" Or it is one of the {spec.outliers:.1%} that k-center does not see." * bool(
        spec.outliers
    )
    why = (
        f"Not selected: k-center greedy took {len(everything)} others of its author "
        f"(instructions_per_expert: {spec.instructions_per_expert}), which cover it within "
        f"cosine distance {min(everything['radius'].to_list(), default=0):.3f}.{far}"
    )
    return Chapter("Selected", [why], end=True)


def _answers(row: Row) -> Chapter:
    scored = row.read(SCORED, row.path(f"gold/{row.roster}/scored.parquet"))
    candidates = [each["candidate"] for each in scored]
    if not candidates:
        why = f"Roster {row.roster} has no answers to it."
        return Chapter("Answers", [why], end=True)
    files = [row.path(f"answers/{row.expert}/{who}.parquet") for who in candidates]
    lines = []
    for each in row.read(ANSWERS, *files):
        cut = "" if each["finish_reason"] == "stop" else f" (ended by {each['finish_reason']})"
        drawn = "of a file" if each["seed"] is None else f"seed {each['seed']}"
        lines.append(f"{each['answerer']}: {each['n_tokens']} tokens{cut}, {drawn}")
        lines.append(Quote(each["text"]))
    return Chapter("Answers", lines)


def _battles(row: Row) -> Chapter:
    outcomes = row.read(OUTCOMES, row.path(f"outcomes/{row.roster}.parquet"))
    if not outcomes:
        return Chapter("Battles", [f"None: roster {row.roster} has one expert."])
    made = row.record(f"gold/{row.roster}/scored.parquet")
    rating = Rating.recorded(made["rating"])
    lines = []
    for battle in outcomes:
        a, d = battle["attacker"], battle["defender"]
        local, x = battle["local"], battle[final_score.expected_column(rating)]
        e = battle_score(rating.alpha, x, local)
        heard = f"{battle['t_attacker']} : {battle['t_defender']} votes, x = {local:.2f} (Eq. 2)"
        expected = f"nobody was asked; x = {local:.2f} is expected"
        lines += [
            f"{a} against {d}",
            *(_votes(row, a, d, made["judges"]) if battle["votes"] else ()),
            f"  {heard if battle['votes'] else expected}; ratings expect X = {x:.2f} (Eq. 3); "
            f"e = {e:.3f} : {1 - e:.3f}{_overruled(battle, e)}",
        ]
    return Chapter("Battles", lines)


def _votes(row: Row, attacker: str, defender: str, judges: list[str]) -> Iterator[str]:
    pairs = row.path(f"votes/{row.expert}").glob(pair_name("*", "*"))
    folder = next(path for path in pairs if set(players_of(path.name)) == {attacker, defender})
    files = [
        folder / f"{judge}.parquet" for judge in judges if may_judge(judge, attacker, defender)
    ]
    for vote in row.read(VOTES, *files):
        if vote["attacker"] != attacker:  # a battle of another schedule
            continue
        said = {
            "attacker": f"[[{vote['verdict']}]], for {attacker}",
            "defender": f"[[{vote['verdict']}]], for {defender}",
            "tie": "it is a tie",
            "invalid": "nothing that counts",
        }
        cut = vote["cut_attacker"] + vote["cut_defender"]
        unread = f" ({cut} tokens of the answers unread)" if cut else ""
        yield (
            f"  {vote['judge']} saw {vote['shown_first']} first and said "
            f"{said[vote['vote']]}{unread}"
        )
        yield Quote(vote["raw"])
        yield from _again(vote)


def _again(judged: dict) -> list[str]:
    """Return a judge's second text, if there is one."""
    again = judged["again"]
    return [] if again is None else ["Asked again, for the mark alone:", Quote(again)]


def _overruled(battle: dict, e: float) -> str:
    against = diagnostics.overruled(battle["t_attacker"], battle["t_defender"], e)
    return "; the ratings overrule an undivided vote" if against else ""


def _gold(row: Row) -> Chapter:
    folder = f"gold/{row.roster}"
    scored = row.read(SCORED, row.path(f"{folder}/scored.parquet"))
    made = row.record(f"{folder}/scored.parquet")
    winner = next(each for each in scored if each["gold"])
    by = Rating.recorded(made["rating"])
    lines = [f"{by.snapshot} Elo, α = {by.alpha:g}:"]
    ratings = tables.read(RATINGS, row.path(f"ratings/{row.roster}.parquet"))
    used = ratings.filter(method=final_score.SNAPSHOT[by.snapshot])
    rating = dict(used.select("expert", "rating").iter_rows())
    fought = [each for each in scored if each["score"] is not None]
    for each in sorted(fought, key=lambda each: -each["score"]):
        lines.append(
            f"  {each['candidate']}: rating {rating[each['candidate']]:.0f}, mean x "
            f"{each['local']:.2f}, mean X {each['expected']:.2f}, e = {each['score']:.3f} (Eq. 5)"
        )
    lines.append(_why(winner, fought, made["gold"]))
    lines += _exported(row, made, winner)
    return Chapter("Gold", lines if fought else lines[1:])


def _why(winner: dict, fought: list[dict], how: str) -> str:
    """Return the winner, its margin, and whether local scores alone name another winner."""
    who = winner["candidate"]
    if not fought:
        return f"{who}'s own answer is gold: the roster has one expert."
    if how == "random":
        return f"{who}'s answer was drawn: this roster is the random control."
    rivals = [each for each in fought if each is not winner]
    second = max(rivals, key=lambda each: each["score"])
    margin = round(winner["score"] - second["score"], DIGITS)
    if margin:
        won = f"{who} wins by {margin:.3f} over {second['candidate']}."
    else:
        won = f"{who} and {second['candidate']} are equal; fewer tokens, then roster order decide."
    voted = max(rivals, key=lambda each: each["local"])
    if voted["local"] > winner["local"]:
        return (
            f"{won} Elo overruled x (Eq. 2), in which {voted['candidate']} was ahead: "
            f"{voted['local']:.2f} against {winner['local']:.2f}."
        )
    return f"{won} x alone had not crowned another."


def _exported(row: Row, made: dict, winner: dict) -> list[str]:
    """Return the training sets that have the row, or why none has it."""
    if not winner["answer"]:
        return ["Left out of the training sets: its winner came to no final answer."]
    names = ("sft", "preferences")
    frames = [pl.read_parquet(row.path(f"gold/{row.roster}/{name}.parquet")) for name in names]
    sft, pairs = (frame.filter(id=row.id) for frame in frames)
    if sft.is_empty():
        export = Export(**made["export"]).model_dump(exclude_none=True)
        asked = ", ".join(f"{key} {value:g}" for key, value in export.items())
        return [f"Left out of the training sets: its winner is less certain than {asked}."]
    stability = sft["stability"][0]
    stays = f"; the winner stays in {stability:.0%} of the vote resamples" if stability else ""
    return [f"In the sets: conversations 1, preference pairs {len(pairs)}{stays}."]
