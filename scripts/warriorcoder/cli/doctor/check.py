"""The result of one check of a machine."""

from dataclasses import dataclass

GB = 1e9


@dataclass(frozen=True)
class Check:
    """A line of `warriorcoder doctor`. `level` is ok, warning or error; an error names the fix."""

    level: str
    text: str


def gigabytes(size: float) -> str:
    """Return bytes as gigabytes, with two digits below 10."""
    return f"{size / GB:,.0f}" if size >= 10 * GB else f"{size / GB:.2g}"
