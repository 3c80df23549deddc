"""Examination of one expert: its prompts, its stops, its first samples."""

import argparse
import textwrap

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError, need
from warriorcoder.config.experts import Expert
from warriorcoder.config.whole import Config

LINE = 96
_exact = textwrap.TextWrapper(
    LINE, drop_whitespace=False, replace_whitespace=False, break_on_hyphens=False
)


def run(config: Config, arguments: argparse.Namespace) -> int:
    """Print the examination and return 1 if there are warnings, else 0.

    Raises:
        InputError: expert, tokenizer, template or model is invalid.
        ExtraMissing: the packages of its engine are not installed.
    """
    spec = _expert(config, arguments)
    need("vllm" if config.engine.kind == "vllm" else "train", "transformers")
    from warriorcoder.models import checkup
    from warriorcoder.models.chat import ChatError

    model = _model(config, spec)
    found = []
    if not spec.chats:
        try:
            _print_reading(model)
            found = checkup.examine(model.chat, model.spec)
        except ChatError as error:
            raise InputError(str(error)) from None
    refusals = _probe(config, model) if spec.api and arguments.samples else []
    found += refusals
    _print_findings(found)
    if refusals:
        terminal.say("\nno samples: the server refuses the requests")
    elif "mine" not in model.spec.generates:
        why = (
            "reads its instructions from a file" if model.spec.instructions else "has no role mine"
        )
        terminal.say(f"\nno samples: this expert {why}")
    elif arguments.samples:
        seen = checkup.read_samples(_mine(config, model, arguments.samples), model.spec)
        _print_findings(seen)
        found += seen
    wrong = sum(finding.wrong for finding in found)
    terminal.say(f"\n{model.spec.name}: warnings {wrong}, notes {len(found) - wrong}")
    return 1 if wrong else 0


def _expert(config: Config, arguments: argparse.Namespace) -> Expert:
    """Return the section of the expert."""
    known = {spec.name: spec for spec in config.loaded.values()}
    if arguments.expert not in known:
        raise InputError(
            f"--expert {arguments.expert}: {' + '.join(arguments.config)} has no such expert. "
            f"Choose from {', '.join(known)}."
        )
    spec = known[arguments.expert]
    if spec.chats and not arguments.samples:
        raise InputError(
            f"{spec.name}: a chat server renders the template, so --samples 0 leaves nothing to "
            "examine. Leave it out to send the server a few short requests."
        )
    return spec.model_copy(update={"gpus": spec.gpus or 0})


def _model(config, spec):
    """Return the expert as the stages see it."""
    from transformers.utils import logging

    from warriorcoder.download.files import FetchError
    from warriorcoder.models.engines import EngineError
    from warriorcoder.models.model import Model
    from warriorcoder.models.rowcache import CACHE

    logging.disable_progress_bar()
    engine = None if spec.api else config.engine_of(spec)
    model = Model(spec, engine, CACHE / "doctor" / f"{spec.name}.sqlite")
    try:
        if not spec.chats:
            model.tokenizer  # noqa: B018
    except (EngineError, FetchError) as error:
        raise InputError(f"{spec.name}: {error}") from None
    return model


def _print_reading(model) -> None:
    """Print the prefix, the prompts and the stops."""
    from warriorcoder.arena import battle_prompt
    from warriorcoder.models import checkup, system_prompt
    from warriorcoder.models.chat import sha256

    chat, spec, tokens = model.chat, model.spec, model.tokenizer
    prefix = chat.prefix(system_prompt.SYSTEM)
    where = f"{spec.model} at {spec.revision}" if spec.revision else spec.model
    terminal.say(f"{spec.name}: {where}; roles {', '.join(spec.roles)}; reasoning {spec.reasoning}")
    terminal.say(f"chat template: {spec.chat_template or 'the tokenizer’s own'}")
    date = "printed" if checkup.prints_date(chat) else "not printed by this template"
    terminal.say(f"template date: {chat.today} ({date})")
    terminal.say(f"system prompt: {checkup.placement(chat)}")
    terminal.say(f"\nmining prefix, {len(prefix)} tokens, sha256 {sha256(prefix)}")
    terminal.say(quoted(tokens.decode(prefix)))
    read, before = tokens.decode(prefix), chat.before(system_prompt.SYSTEM)
    if before.startswith(read) and before != read:
        terminal.say(
            f"the template goes on with {before[len(read) :]!r}: the model writes it with a word"
        )
    terminal.say(_wrapped("ids: " + " ".join(map(str, prefix))))
    terminal.say(f"\nmining stops at {_stops(chat, chat.user_stops(system_prompt.SYSTEM))}")
    terminal.say(f"replies stop at {_stops(chat, chat.reply_stops())}")
    asked = chat.prompt("INSTRUCTION", system_prompt.SYSTEM)
    terminal.say(
        f"\nanswer prompt, {len(asked)} tokens with the instruction INSTRUCTION: the prefix, and"
    )
    terminal.say(quoted(tokens.decode(asked[len(prefix) :])))
    judged = chat.prompt(battle_prompt.render("INSTRUCTION", "ANSWER A", "ANSWER B"))
    text = tokens.decode(judged)
    head, tail = text.partition(battle_prompt.RULES[40:])[::2]
    terminal.say(f"\njudge prompt, {len(judged)} tokens with texts of a word or two")
    terminal.say(quoted(f"{head}…{tail}"))


def _print_findings(found) -> None:
    for finding in found:
        terminal.say("\n" + _wrapped(("WARNING: " if finding.wrong else "note: ") + finding.text))


def _probe(config, model) -> list:
    """Return what the expert's server refuses of the pipeline's requests."""
    need("vllm", "openai")
    from warriorcoder.models import system_prompt
    from warriorcoder.models.engines import EngineError, Request, Sampling
    from warriorcoder.models.engines.openai import OpenAIEngine
    from warriorcoder.models.probe import probe

    stops, how = model.chat.reply_stops(), config.answers
    request = Request("1", model.chat.prompt("Write hello world.", system_prompt.SYSTEM), 1)
    sampling = Sampling(how.temperature, how.top_p, how.max_tokens, stops.ids, stops.texts)
    try:
        engine = OpenAIEngine(model.spec, None if model.spec.chats else model.tokenizer)
        found = probe(engine, request, sampling)
    except EngineError as error:
        raise InputError(str(error)) from None
    if not found:
        terminal.say(f"\n{model.spec.api.base_url} takes the prompts and fields of the pipeline")
    return found


def _mine(config, model, rows: int):
    """Mine the first rows of the first sampling config, as `mine_instructions` does."""
    if model.spec.api:
        need("vllm", "openai")
    elif model.engine.kind == "vllm":
        need("vllm", "vllm")
    else:
        need("train", "torch")
    from warriorcoder.core import devices
    from warriorcoder.download.files import FetchError
    from warriorcoder.mining import mine
    from warriorcoder.mining.shards import sampling_name
    from warriorcoder.models.engines import EngineError

    how = {"temperature": config.mining.temperatures[0], "top_p": config.mining.top_ps[0]}
    try:
        devices.take(model.spec.gpus)
        mined = mine.mine(
            model,
            sampling_name(*how.values()),
            **how,
            rows=range(rows),
            max_tokens=config.mining.max_tokens,
            run_seed=config.seed,
        )
    except (EngineError, FetchError, ImportError, devices.DeviceError) as error:
        raise InputError(
            f"{error}\n{model.spec.name} cannot be sampled here. Use a machine that can run it, or "
            "skip the samples with --samples 0."
        ) from None
    terminal.say(f"\nfirst samples at temperature {how['temperature']}, top-p {how['top_p']}")
    for row in mined.iter_rows(named=True):
        terminal.say(f"{row['id']}, {row['n_tokens']} tokens, {row['finish_reason']}")
        terminal.say(quoted(row["raw"]))
    return mined


def _stops(chat, stops) -> str:
    names = zip(stops.ids, chat.tokenizer.convert_ids_to_tokens(stops.ids), strict=True)
    return (
        ", ".join([*(f"{id} {name!r}" for id, name in names), *map(repr, stops.texts)]) or "nothing"
    )


def quoted(text: str) -> str:
    """Return a text's lines behind a bar, with visible line ends."""
    lines = text.split("\n")
    shown = [f"{line}⏎" for line in lines[:-1]] + lines[-1:]
    return "\n".join(f"  │ {part}" for line in shown for part in _exact.wrap(line) or [""])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, LINE, subsequent_indent="  ", break_on_hyphens=False)
