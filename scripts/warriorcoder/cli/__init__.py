"""The command line, for users' own files and for questions about a run.

A command is a module with `register(commands)`, which adds its parser, and `run(arguments)`, which
may return an exit status. It prints by `terminal.say`. Its `InputError`, `FileError`, `OSError` or
`ExtraMissing` becomes one line on standard error. It imports heavy packages in `run`, so that help
texts need none of them.
"""

import argparse
import difflib
import re
import sys
from typing import NoReturn

from warriorcoder.cli import compare, doctor, explain, pin, publish, rate, score, terminal
from warriorcoder.cli.errors import ExtraMissing, InputError
from warriorcoder.core.atomic import ClosedPipe
from warriorcoder.core.inputs import FileError

__version__ = "0.2.0"
DESCRIPTION = "Score samples, rate players, compare, publish and explain runs, and check a config."
COMMANDS = (score, rate, explain, compare, publish, doctor, pin)
CLOSED, STOPPED = 141, 130  # the status of a program that a closed pipe, or Ctrl-C, ends


class Parser(argparse.ArgumentParser):
    """A parser that names the choice which a wrong one resembles. Python 3.14's has this."""

    def error(self, message: str) -> NoReturn:
        """Exit with a message."""
        if found := re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message):
            near = difflib.get_close_matches(found[1], re.findall("'(.*?)'", found[2]), 1)
            message += "".join(f". Did you mean {choice!r}?" for choice in near)
        super().error(message)


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit status, or 2 for invalid input or output."""
    terminal.adapt()
    parser = Parser(prog="warriorcoder", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    name = "warriorcoder"
    try:
        try:
            arguments = parser.parse_args(words)
            if not arguments.command:
                parser.print_help(sys.stderr)
                return 2
            name += f" {arguments.command}"
            return arguments.run(arguments) or 0
        finally:
            terminal.flush()
    except ClosedPipe:
        terminal.discard()
        return CLOSED
    except KeyboardInterrupt:
        terminal.say(f"{name}: stopped", sys.stderr)
        return STOPPED
    except (InputError, FileError, OSError) as error:
        terminal.say(f"{name}: {error}", sys.stderr)
        if isinstance(error, terminal.OutputError):
            terminal.discard()
    except ExtraMissing as error:
        terminal.say(f"{name} {error}", sys.stderr)
    return 2
