"""Examination of the target as training reads it: its rows, the end of a reply, its positions."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from warriorcoder.cli import terminal
from warriorcoder.cli.doctor.check import Check
from warriorcoder.cli.doctor.expert import quoted
from warriorcoder.cli.errors import InputError, need
from warriorcoder.config.whole import Config
from warriorcoder.download import snapshots

ROW = [
    {"role": "user", "content": "INSTRUCTION"},
    {"role": "assistant", "content": "ANSWER"},
]


def run(config: Config) -> int:
    """Print a training row and return 0.

    Raises:
        InputError: training would refuse the target.
        ExtraMissing: the packages of training are not installed.
    """
    need("train", "transformers")
    from warriorcoder.training import conversations, target

    spec = config.training
    try:
        target.refuse_length(spec)
        tokenizer = target.examine(spec)
        rows = conversations.tokenize(tokenizer, [ROW], spec.max_length)
    except (OSError, RuntimeError, ValueError) as error:  # of training, and of transformers
        raise InputError(str(error)) from None
    where = f"{spec.base} at {spec.revision}" if spec.revision else spec.base
    terminal.say(f"the target: {where}; rows of at most {spec.max_length} tokens")
    terminal.say(f"chat template: {spec.chat_template or 'the tokenizer’s own'}")
    terminal.say(f"template date: {conversations.TODAY}")
    asked = rows.labels[0].count(conversations.IGNORED)
    prompt, reply = rows.ids[0][:asked], rows.ids[0][asked:]
    terminal.say(f"\na training row: {len(prompt)} tokens without loss")
    terminal.say(quoted(str(tokenizer.decode(prompt))))
    terminal.say(f"\nand {len(reply)} tokens with loss, the last of them {tokenizer.eos_token!r}")
    terminal.say(quoted(str(tokenizer.decode(reply))))
    return 0


def check(config: Config) -> Iterator[Check]:
    """Check that training can make rows, if the target and the packages of training are here."""
    spec = config.training
    folder = snapshots.present(spec.base, spec.revision)
    if not (folder and Path(folder, "config.json").exists() and find_spec("transformers")):
        return
    from warriorcoder.training import target

    try:
        end = target.examine(spec).eos_token
    except (OSError, RuntimeError, ValueError) as error:
        yield Check("error", f"training: {error}")
    else:
        yield Check("ok", f"training: the template ends a reply with {end!r}")
