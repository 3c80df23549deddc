"""Votes (paper 3.3 and appendices B, C): ask a judge, and read its verdicts."""

from collections.abc import Iterable
from functools import partial

import polars as pl

from warriorcoder.arena import battle_prompt
from warriorcoder.arena.schedule import shown_first
from warriorcoder.arena.tables import VOTES
from warriorcoder.arena.verdicts import parse_verdict
from warriorcoder.config.arena import Voting
from warriorcoder.core.seeds import seed
from warriorcoder.core.tables import Kind
from warriorcoder.models import ask_again
from warriorcoder.models.chat import Chat
from warriorcoder.models.engines import Request
from warriorcoder.models.model import Model

ASKED: tuple[str, ...] = ("id", "attacker", "defender", "judge", "shown_first", "seed")
ASKED += ("cut_attacker", "cut_defender")
Prompt = tuple[int, ...] | tuple[dict[str, str], ...]  # token ids, or a server's messages


class JudgeError(ValueError):
    """A battle that a judge cannot be asked about; the message names the fix."""


def judge(
    model: Model,
    battles: pl.DataFrame,
    instructions: pl.DataFrame,
    answers: pl.DataFrame,
    voting: Voting,
    run_seed: int,
) -> pl.DataFrame:
    """Return table `votes`: one judge's votes on rows (id, attacker, defender) of battles.

    Args:
        instructions: columns id, text.
        answers: columns id, answerer, text; holds both players' answers of every battle.
        voting: `orders: both` asks twice, with either answer first. Otherwise a seeded hash decides
            the order. `fitted` cuts answers to `max_answer_tokens`. `on_invalid: ask_again` asks
            for the mark alone where a text holds no verdict.

    Raises:
        JudgeError: an instruction fills the judge's context.
    """
    asked = dict(instructions.select("id", "text").iter_rows())
    said = {(id, who): text for id, who, text in answers.select("id", "answerer", "text").rows()}
    name = model.spec.name
    rows, requests = [], []
    for id, attacker, defender in battles.select("id", "attacker", "defender").iter_rows():
        first = shown_first(id, attacker, defender, name, run_seed)
        for shown in (attacker, defender) if voting.orders == "both" else (first,):
            second = defender if shown == attacker else attacker
            prompt, cut = fitted(
                model,
                asked[id],
                {shown: said[id, shown], second: said[id, second]},
                voting.max_tokens,
                voting.tie_mark,
                voting.max_answer_tokens,
            )
            draw = seed("vote", run_seed, id, attacker, defender, name, shown)
            rows.append((id, attacker, defender, name, shown, draw, cut[attacker], cut[defender]))
            requests.append(Request("|".join((id, attacker, defender, shown)), prompt, draw))
    replies = model.reply(requests, voting.temperature, voting.top_p, voting.max_tokens)
    parse = partial(parse_verdict, tie_mark=voting.tie_mark)
    verdicts, again = ask_again.read(
        model, requests, replies, parse, "invalid", voting.marks, voting.max_tokens
    )
    asked_for = pl.DataFrame(rows, schema=_columns(ASKED), orient="row")
    heard = {
        "raw": [reply.raw for reply in replies],
        "again": again,
        "verdict": verdicts,
        "finish_reason": [reply.finish_reason for reply in replies],
        "n_tokens": [reply.n_tokens for reply in replies],
    }
    cast = asked_for.hstack(pl.DataFrame(heard, schema=_columns(heard))).with_columns(vote=_vote())
    return cast.select(list(VOTES.schema))


def fitted(
    model: Model,
    instruction: str,
    answers: dict[str, str],
    max_tokens: int,
    tie_mark: str,
    max_answer_tokens: int | None,
) -> tuple[Prompt, dict[str, int]]:
    """Return a judge's prompt that leaves `max_tokens` of its context free, as token ids.

    Both answers (expert → text, the one shown first first) may have the same number of the judge's
    tokens; what is longer keeps its start, as an answer does that its own limit cut.

    Returns:
        The prompt, and how many tokens each expert's answer lost.

    Raises:
        JudgeError: the instruction alone leaves no room.
    """
    room = model.context and model.context - max_tokens

    def prompt(budget: int | None) -> tuple[Prompt, dict[str, int]]:
        kept = {who: model.chat.start(text, budget) for who, text in answers.items()}
        first, second = (text for text, _ in kept.values())
        shown = battle_prompt.render(instruction, first, second, tie_mark)
        cut = {who: lost for who, (_, lost) in kept.items()}
        return model.chat.prompt(model.chat.inert(shown)), cut

    budget = max_answer_tokens
    found, cut = prompt(budget)
    while room and isinstance(model.chat, Chat) and len(found) > room:
        longest = max(len(model.chat.ids(text)) for text in answers.values())
        budget = min(longest, budget or longest) - max(1, (len(found) - room) // 2)
        if budget < 1:
            raise JudgeError(
                f"judge {model.spec.name}: an instruction fills the context of {model.context} "
                f"tokens ({instruction[:60]!r}…). Lower curation.max_chars or arena.max_tokens, or "
                "raise engine.max_model_len."
            )
        found, cut = prompt(budget)
    return found, cut


def _columns(names: Iterable[str]) -> dict[str, Kind]:
    return {name: VOTES.schema[name] for name in names}


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
