"""`warriorcoder doctor`, which examines a machine or an expert before a run spends time on it."""

import argparse

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.cli.options import add_config


def register(commands) -> None:
    """Add the parser of `doctor`."""
    parser = commands.add_parser(
        "doctor",
        help="check a machine for a configuration, or an expert's template and first samples",
        description="Check whether this machine can run a configuration: one line a check. Exit "
        "status 1: there are errors. With --expert: print its prompts and stops, mine a few "
        "samples, and warn of faults that would spoil them. Exit status 1: there are warnings. "
        "With --expert base: print a training row of the target. Exit status 2: invalid input.",
    )
    add_config(parser)
    add = parser.add_argument
    add(
        "--gpus",
        type=_gpus,
        metavar="NxGB",
        help="check for these GPUs instead of this machine's, for example 4x48",
    )
    add("--expert", metavar="NAME", help="one of its experts, or base for the target")
    add(
        "--samples",
        type=_count,
        default=3,
        metavar="N",
        help="instructions to mine through the configured engine (3; 0 loads no model and asks no "
        "server)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine the expert or target if one is named, else the machine. Return the exit status.

    Raises:
        InputError: the configuration is invalid.
        ExtraMissing: the packages of an expert's engine are not installed.
    """
    from warriorcoder.config import reading

    try:
        config = reading.load(*arguments.config)
    except reading.ConfigError as error:
        raise InputError(str(error)) from None
    if arguments.expert == config.target.name:
        from warriorcoder.cli.doctor import target

        return target.run(config)
    if arguments.expert:
        from warriorcoder.cli.doctor import expert

        return expert.run(config, arguments)
    from warriorcoder.cli.doctor import checks

    found = list(checks.examine(config, " ".join(arguments.config), arguments.gpus))
    for check in found:
        terminal.say(f"{check.level:8} {check.text}")
    return 1 if any(check.level == "error" for check in found) else 0


def _count(word: str) -> int:
    number = int(word)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is less than 0")
    return number


def _gpus(word: str) -> tuple[int, float]:
    number, _, size = word.partition("x")
    try:
        found = int(number), float(size)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is no NUMBERxGB, for example 4x48") from None
    if not all(0 < each < float("inf") for each in found):  # NaN fails every comparison
        raise argparse.ArgumentTypeError(f"{word!r} is no GPU")
    return found
