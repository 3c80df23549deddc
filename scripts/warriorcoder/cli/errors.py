"""Errors that a command prints as one line."""

from importlib.util import find_spec


class InputError(Exception):
    """The input is invalid. The message names the file, line or option, and the fix."""


class ExtraMissing(Exception):
    """An optional dependency is missing. The message names the extra to install."""


def need(extra: str, module: str) -> None:
    """Check that a module of an optional dependency is installed.

    Raises:
        ExtraMissing: the module is not installed.
    """
    if find_spec(module) is None:
        raise ExtraMissing(f"needs the extra {extra!r}: pip install 'warriorcoder[{extra}]'")
