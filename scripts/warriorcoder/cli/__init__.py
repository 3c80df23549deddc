"""The command line: what people do with files of their own, outside of the pipeline.

A command is a module with `register(commands)`, which adds its parser, and `run(arguments)`, whose
`InputError` becomes one line on standard error.
"""

import argparse
import sys

from warriorcoder.cli import explain, rate, score
from warriorcoder.cli.errors import InputError

COMMANDS = (explain, rate, score)


def main(words: list[str] | None = None) -> int:
    """Run one command; 2 where what was given cannot be used."""
    parser = argparse.ArgumentParser(prog="warriorcoder", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    arguments = parser.parse_args(words)
    try:
        arguments.run(arguments)
    except InputError as error:
        print(f"warriorcoder {arguments.command}: {error}", file=sys.stderr)
        return 2
    return 0
