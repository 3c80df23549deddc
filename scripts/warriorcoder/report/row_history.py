"""The story of one mined row, told from the files that its stages left.

What decided is read from the record in each file, not from today's config. `row_data` tells of the
stages before the arena.
"""

from collections.abc import Iterator

import polars as pl

from warriorcoder.arena.battle_score import DIGITS, battle_score
from warriorcoder.arena.players import pair_name, players_of
from warriorcoder.arena.tables import ANSWERS, OUTCOMES, RATINGS, VOTES
from warriorcoder.config.gold import Export
from warriorcoder.config.judges import may_judge
from warriorcoder.config.rating import Rating
from warriorcoder.core import tables
from warriorcoder.gold import diagnostics, final_score
from warriorcoder.gold.tables import SCORED
from warriorcoder.report import row_data
from warriorcoder.report.row import Chapter, Quote, Row


def tell(row: Row) -> Iterator[Chapter]:
    """Yield the chapters, up to the stage that dropped the row.

    Raises:
        tables.TableError: a file is missing or not what it should be; names the fix.
    """
    for chapter in (*row_data.CHAPTERS, _answers, _battles, _gold):
        told = chapter(row)
        yield told
        if told.end:
            return


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
        yield from row_data.again(vote)


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
