"""Votes (paper 3.3 and appendices B, C): the judge's prompt, and its verdict from what it wrote."""

import re

import polars as pl

from warriorcoder import prompts
from warriorcoder.engines import Request
from warriorcoder.model import Model
from warriorcoder.schedule import shown_first
from warriorcoder.seeds import seed
from warriorcoder.tables import TABLES

ASKED = ("id", "attacker", "defender", "judge", "shown_first", "seed")
MARK = re.compile(r"\[\[(A|B|Tie)\]\]")


def parse_verdict(generated: str) -> str:
    """`A`, `B`, `Tie`, or `invalid`, from the *generated* text alone.

    The verdict is the last mark. It is invalid where there is none, or where the conclusion (the
    last line with a mark, and the lines just above it that hold nothing but marks) names two
    different ones.
    """
    lines = [line for line in generated.splitlines() if line.strip()]
    while lines and not MARK.search(lines[-1]):
        lines.pop()
    if not lines:
        return "invalid"
    conclusion = MARK.findall(lines.pop())
    while lines and MARK.sub("", lines[-1]).strip(" *.\t") == "":
        conclusion += MARK.findall(lines.pop())
    return conclusion[0] if len(set(conclusion)) == 1 else "invalid"


def judge(
    model: Model,
    battles: pl.DataFrame,
    instructions: pl.DataFrame,
    answers: pl.DataFrame,
    both_orders: bool,
    temperature: float,
    top_p: float,
    max_tokens: int,
    run_seed: int,
) -> pl.DataFrame:
    """Table `votes`: one judge's votes on rows (id, attacker, defender) of battles.

    Args:
        instructions: columns id, text.
        answers: columns id, answerer, text; holds both players' answers of every battle.
        both_orders: ask twice, with either answer first; else the order is a seeded hash.
    """
    asked = dict(instructions.select("id", "text").iter_rows())
    said = {(id, who): text for id, who, text in answers.select("id", "answerer", "text").rows()}
    name = model.spec.name
    rows, requests = [], []
    for id, attacker, defender in battles.select("id", "attacker", "defender").iter_rows():
        first = shown_first(id, attacker, defender, name, run_seed)
        for shown in (attacker, defender) if both_orders else (first,):
            second = defender if shown == attacker else attacker
            prompt = prompts.battle(asked[id], said[id, shown], said[id, second])
            draw = seed("vote", run_seed, id, attacker, defender, name, shown)
            rows.append((id, attacker, defender, name, shown, draw))
            requests.append(
                Request("|".join((id, attacker, defender, shown)), model.chat.prompt(prompt), draw)
            )
    replies = model.reply(requests, temperature, top_p, max_tokens)
    asked_for = pl.DataFrame(rows, schema=_columns(ASKED), orient="row")
    heard = {
        "raw": [reply.raw for reply in replies],
        "verdict": [parse_verdict(reply.text) for reply in replies],
        "finish_reason": [reply.finish_reason for reply in replies],
        "n_tokens": [reply.n_tokens for reply in replies],
    }
    cast = asked_for.hstack(pl.DataFrame(heard, schema=_columns(heard))).with_columns(vote=_vote())
    return cast.select(list(TABLES["votes"]))


def _columns(names) -> dict[str, pl.DataType]:
    return {name: TABLES["votes"][name] for name in names}


def _vote() -> pl.Expr:
    """The verdict as a vote for a player: A is the answer shown first."""
    attacker_first = pl.col("shown_first") == pl.col("attacker")
    for_attacker = pl.col("verdict") == pl.when(attacker_first).then(pl.lit("A")).otherwise(
        pl.lit("B")
    )
    return (
        pl.when(pl.col("verdict") == "invalid")
        .then(pl.lit("invalid"))
        .when(pl.col("verdict") == "Tie")
        .then(pl.lit("tie"))
        .when(for_attacker)
        .then(pl.lit("attacker"))
        .otherwise(pl.lit("defender"))
    )
