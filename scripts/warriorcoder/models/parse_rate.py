"""The guard of all parsed judgments: the parse rate must not fall below the floor."""

from collections.abc import Sequence

import polars as pl


class ParseRateError(ValueError):
    """The parse rate is too low. The message shows some texts that could not be parsed."""


def check_parse_rate(
    raw: Sequence[str] | pl.Series,
    parsed: Sequence | pl.Series,
    floor: float,
    what: str,
    missing=None,
    examples: int = 3,
) -> float:
    """Return the share of `parsed` that is not `missing`, in [0, 1]; 1.0 without any text.

    Args:
        raw: the generated texts, one for each of `parsed`.
        parsed: the values that were read from the texts.
        floor: the smallest accepted share.
        what: the judgments' name in the error, for example `scores of judge athene`.
        missing: the value of a text that could not be parsed.
        examples: the number of texts in the error.

    Raises:
        ParseRateError: the share is below `floor`.
    """
    if len(raw) != len(parsed):
        raise ValueError(f"{what}: {len(raw)} texts but {len(parsed)} parsed values")
    unparsed = [text for text, value in zip(raw, parsed, strict=True) if value == missing]
    rate = 1 - len(unparsed) / len(raw) if len(raw) else 1.0
    if rate < floor:
        shown = "\n".join(f"  …{text[-200:]!r}" for text in unparsed[:examples])
        raise ParseRateError(
            f"{what}: only {rate:.1%} of {len(raw)} texts could be parsed, min_parse_rate is "
            f"{floor:.1%}. Read the judge's texts, raise its max_tokens or lower min_parse_rate. "
            f"Unparsed texts end in:\n{shown}"
        )
    return rate


def check_verdicts(votes: pl.DataFrame, floor: float) -> None:
    """Check the parse rate of every judge's verdicts (table `votes`).

    Raises:
        ParseRateError: a judge's parse rate is below `floor`.
    """
    for (judge,), cast in votes.group_by("judge", maintain_order=True):
        check_parse_rate(
            cast["raw"],
            cast["verdict"],
            floor,
            what=f"arena: verdicts of judge {judge}",
            missing="invalid",
        )
