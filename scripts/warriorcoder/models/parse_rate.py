"""The guard that all parsed judgments share: enough of them must say something."""

from collections.abc import Sequence

import polars as pl


class ParseRateError(ValueError):
    """Too few texts could be parsed; the message shows some that could not."""


def check_parse_rate(
    raw: Sequence[str], parsed: Sequence, floor: float, what: str, missing=None, examples: int = 3
) -> float:
    """The share of `parsed` that is not `missing`, in [0, 1]; 1.0 where there is nothing to parse.

    Args:
        raw: the generated texts, one for each of `parsed`.
        floor: the smallest share that is accepted.
        what: names the judgments in the error, for example `scores of judge athene`.
        missing: what `parsed` holds where a text said nothing.

    Raises:
        ParseRateError: the share is under `floor`; shows the ends of `examples` unparsed texts.
    """
    if len(raw) != len(parsed):
        raise ValueError(f"{what}: {len(raw)} texts but {len(parsed)} parsed values")
    unparsed = [text for text, value in zip(raw, parsed, strict=True) if value == missing]
    rate = 1 - len(unparsed) / len(raw) if len(raw) else 1.0
    if rate < floor:
        shown = "\n".join(f"  …{text[-200:]!r}" for text in unparsed[:examples])
        raise ParseRateError(
            f"{what}: only {rate:.1%} of {len(raw)} texts could be parsed, min_parse_rate is "
            f"{floor:.1%}; look at the judge, give it more max_tokens, or lower min_parse_rate. "
            f"Unparsed texts end in:\n{shown}"
        )
    return rate


def check_verdicts(votes: pl.DataFrame, floor: float) -> None:
    """Whether enough of every judge's verdicts (table `votes`) could be parsed.

    Raises:
        ParseRateError: names the judge and shows what it wrote.
    """
    for (judge,), cast in votes.group_by("judge", maintain_order=True):
        check_parse_rate(
            cast["raw"],
            cast["verdict"],
            floor,
            what=f"arena: verdicts of judge {judge}",
            missing="invalid",
        )
