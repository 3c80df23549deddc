"""Statistics and an example of training sets, for the data-set card."""

import polars as pl

LONGEST = 600  # characters of a text in an example
QUANTILES = {"median": 0.5, "90 %": 0.9}


def backed(preferences: pl.DataFrame) -> dict[str, float]:
    """Return what judges said of the pairs, as shares of all pairs.

    `met`: the two answers met in a battle that got votes. `agree`: more of these votes are for the
    chosen answer. The other pairs stand on ratings or on battles with other answers.
    """
    if preferences.is_empty():
        return {"met": 0.0, "agree": 0.0}
    fought = preferences.select(
        pl.int_range(pl.len()).alias("pair"), "chosen_expert", "rejected_expert", "battles"
    ).explode("battles")
    fought = fought.unnest("battles").filter(pl.col("votes") > 0)
    chosen, rejected = pl.col("chosen_expert"), pl.col("rejected_expert")
    attacks = (pl.col("attacker") == chosen) & (pl.col("defender") == rejected)
    defends = (pl.col("attacker") == rejected) & (pl.col("defender") == chosen)
    lead = pl.col("t_attacker") - pl.col("t_defender")
    met = (
        fought.filter(attacks | defends)
        .with_columns(lead=pl.when(attacks).then(lead).otherwise(-lead))
        .group_by("pair")
        .agg(pl.sum("lead"))
    )
    agree = len(met.filter(pl.col("lead") > 0))
    return {"met": len(met) / len(preferences), "agree": agree / len(preferences)}


def statistics(sft: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return (what, median, 90 % quantile) of lengths, difficulty, margin and stability."""
    text = {
        "characters of an instruction": _content("prompt").str.len_chars(),
        "characters of an answer": _content("completion").str.len_chars(),
        "difficulty": pl.col("difficulty"),
        "margin": pl.col("margin"),
        "stability": pl.col("stability"),
    }
    rows = []
    for what, column in text.items():
        values = sft.select(column.alias("value"))["value"].drop_nulls()
        cells = [_number(values.quantile(q)) for q in QUANTILES.values()]
        rows.append((what, *cells))
    return rows


def example(sft: pl.DataFrame) -> list[str]:
    """Return the first row of a set as Markdown lines."""
    row = sft.row(0, named=True)
    lines = [f"`{row['id']}`, answered by {row['winner']}:", ""]
    for message in (*row["prompt"], *row["completion"]):
        text = message["content"]
        cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        fence = "`" * (3 + max(map(len, _ticks(cut)), default=0))
        lines += [f"**{message['role']}**", "", f"{fence}text", cut, fence, ""]
    return lines[:-1]


def _content(column: str) -> pl.Expr:
    return pl.col(column).list.first().struct.field("content")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _ticks(text: str) -> list[str]:
    """Return the runs of backticks in a text."""
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]
