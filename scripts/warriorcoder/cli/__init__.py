"""The command line, for users' own files and for questions about a run.

A command is a module with `register(commands)`, which adds its parser, and `run(arguments)`, which
may return an exit status. An `InputError` or `ExtraMissing` becomes one line on standard error.
A command imports heavy packages in `run`, so that help texts need none of them.
"""

import argparse
import sys

from warriorcoder.cli import doctor, explain, pin, rate, score
from warriorcoder.cli.errors import ExtraMissing, InputError

DESCRIPTION = "Score samples, rate players, and ask about a configuration or a run."
COMMANDS = (score, rate, explain, doctor, pin)


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit status, or 2 for invalid input."""
    parser = argparse.ArgumentParser(prog="warriorcoder", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    arguments = parser.parse_args(words)
    try:
        return arguments.run(arguments) or 0
    except InputError as error:
        print(f"warriorcoder {arguments.command}: {error}", file=sys.stderr)
    except ExtraMissing as error:
        print(f"warriorcoder {arguments.command} {error}", file=sys.stderr)
    return 2
