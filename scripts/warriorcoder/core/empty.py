"""Refuse a stage that keeps no row, where the rows end (METHOD 20)."""

from collections.abc import Mapping


class EmptyStage(RuntimeError):
    """A stage keeps no row. The message counts the drops and names the config keys."""


def refuse_empty(
    kept: int, stage: str, dropped: Mapping[str, int], keys: Mapping[str, str]
) -> None:
    """Refuse a stage that keeps no row.

    Args:
        kept: rows that go on.
        stage: the stage and whose rows it takes, for example `curation of quq`.
        dropped: rows by the reason why they were dropped.
        keys: by reason, the config keys that would keep such rows.

    Raises:
        EmptyStage: `kept` is 0.
    """
    if kept:
        return
    lines = [f"  {reason}: {n} rows" for reason, n in dropped.items() if n]
    helpful = dict.fromkeys(keys[reason] for reason, n in dropped.items() if n and reason in keys)
    raise EmptyStage(
        f"{stage}: no row is left of {sum(dropped.values())}. Dropped rows by reason:\n"
        + "\n".join(lines)
        + f"\nThese config keys would keep rows: {', '.join(helpful)}"
    )
