"""Errors that a command prints as one line."""

from importlib.util import find_spec


class InputError(Exception):
    """Names file, line or option, and what to do."""


class ExtraMissing(Exception):
    """Names the extra whose packages a command needs."""


def need(extra: str, module: str) -> None:
    """Check that a module of an optional dependency is installed.

    Raises:
        ExtraMissing: it is not.
    """
    if find_spec(module) is None:
        raise ExtraMissing(f"needs the extra {extra!r}: pip install 'warriorcoder[{extra}]'")
