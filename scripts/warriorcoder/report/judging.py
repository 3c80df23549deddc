"""The judges' page: how they behave, what the judge-aware fit makes of it, how far they agree."""

import polars as pl
from scipy.special import expit

from warriorcoder.report.pages import Page, Table

SHOWN = 40  # rows of judge and pair on the page; the CSV has all
CAPTION = (
    "Behaviour of each judge: parsed verdicts, ties, leanings to the first and the longer answer, "
    "agreement with the others, and accuracy where answers can be executed."
)
NOTES = [
    "Shown first, longer: share of the decided verdicts that went to the answer shown first, to "
    "the longer one. 50 % is unbiased where the order is drawn; a longer answer may also be the "
    "better one, so read its raw share beside the fitted one. Flips: of the battles asked in both "
    "orders, those where the vote changed with the order. Agreement: with the most frequent vote "
    "of the other judges on the same battle. Verdicts that cannot be parsed are neither votes nor "
    "ties. Asked again: texts without a mark, whose judge then had to choose one (`on_invalid`). "
    "All intervals hold 95 %.",
    "Judge-aware fit: Bradley-Terry over single votes in which every judge has a reliability (1: "
    "the average judge; 0: votes do not depend on who is stronger) and leanings. The two shares "
    "are those of two equally good answers of which one is shown first, or is twice as long: "
    "50 % is no leaning, and an interval that holds 50 % shows none. The place is drawn, so its "
    "share is the judge's own; length is not: whatever makes longer answers better is in it too, "
    "and where lengths hardly differ, twice as long is far from what was seen. Intervals are "
    "clustered by instruction.",
    "Krippendorff's alpha: 1 is perfect agreement, 0 is chance, below 0 is less than chance; 0.8 "
    "is commonly asked for, and below 0.667 conclusions are tentative. Judges that share their "
    "errors agree too: only execution tells whether they are right.",
]


def page(
    judged: pl.DataFrame, pairs: pl.DataFrame, agreement: pl.DataFrame, truth: dict | None = None
) -> Page:
    """Return the page of `judges.table`, `judges.pairs` and `agreement.judges`.

    Accuracy against execution is on it where the truth is known.
    """
    sections = [Table(_behaviour(judged), numbers=frozenset({"shown first (%)", "longer (%)"}))]
    if "reliability" in judged.columns:
        fitted = _fitted(judged)
        sections.append(
            Table(fitted, "Judge-aware Bradley-Terry", numbers=frozenset(fitted.columns[1:]))
        )
    together = agreement.select(
        pl.col("judges").fill_null("all"),
        "battles",
        _with_interval(agreement, "alpha", "low", "high", 1, 2).alias("alpha"),
    )
    sections.append(Table(together, "Krippendorff's alpha", numbers=frozenset({"alpha"})))
    if truth:
        sections += _against(truth)
    sections.append(_by_pair(pairs))
    return Page("Judges", sections, NOTES, [CAPTION])


def _behaviour(judged: pl.DataFrame) -> pl.DataFrame:
    again = {"asked_again": "verdicts", "difficulty_asked_again": "ratings"}
    return judged.select(
        "judge",
        "votes",
        pl.col("cut").alias("on answers cut"),
        *(
            pl.col(count).alias(f"{what} asked again")
            for count, what in again.items()
            if judged[count].sum()
        ),
        _percent("parse_rate", "verdicts parsed (%)"),
        _percent("tie_rate", "ties (%)"),
        _bias(judged, "first").alias("shown first (%)"),
        _percent("flip_rate", "flips (%)"),
        _bias(judged, "longer").alias("longer (%)"),
        _percent("agreement", "agreement (%)"),
        _percent("difficulty_parse_rate", "ratings parsed (%)"),
        pl.col("difficulty_mean").alias("mean difficulty"),
    )


def _fitted(judged: pl.DataFrame) -> pl.DataFrame:
    shares = judged.filter(pl.col("reliability").is_not_null())
    for effect in ("position", "length"):
        names = [effect, f"{effect}_low", f"{effect}_high"]
        shares = shares.with_columns(pl.Series(name, expit(shares[name])) for name in names)

    def cell(effect: str, times: int, digits: int) -> pl.Series:
        return _with_interval(shares, effect, f"{effect}_low", f"{effect}_high", times, digits)

    return shares.select(
        "judge",
        cell("reliability", 1, 2).alias("reliability"),
        cell("position", 100, 1).alias("first of two equals (%)"),
        cell("length", 100, 1).alias("twice as long of two equals (%)"),
    )


def _by_pair(pairs: pl.DataFrame) -> Table:
    """The rows whose share for the answer shown first is furthest from one half."""
    far = (pl.col("first_rate") - 0.5).abs()
    furthest = pairs.sort(far, descending=True, nulls_last=True, maintain_order=True).head(SHOWN)
    frame = furthest.select(
        "judge",
        "pair",
        "votes",
        _percent("parse_rate", "verdicts parsed (%)"),
        _percent("tie_rate", "ties (%)"),
        _bias(furthest, "first").alias("shown first (%)"),
        _percent("flip_rate", "flips (%)"),
        _bias(furthest, "longer").alias("longer (%)"),
    )
    title = "Judge and pair of experts"
    if len(pairs) > SHOWN:
        title += f", the {SHOWN} of {len(pairs)} that lean most to either place"
    return Table(frame, title, numbers=frozenset({"shown first (%)", "longer (%)"}))


def _against(truth: dict) -> list[Table]:
    accuracy = pl.DataFrame(
        sorted(
            ((judge, row["n"], 100 * row["accuracy"]) for judge, row in truth["per_judge"].items()),
            key=lambda row: (-row[2], row[0]),
        ),
        schema=["judge", "votes with known truth", "accuracy against execution (%)"],
        orient="row",
    )
    marks = ["A", "B", "Tie", "invalid"]
    confusion = pl.DataFrame(
        [(said, *[row[mark] for mark in marks]) for said, row in truth["confusion"].items()],
        schema=["truth \\ verdict", *marks],
        orient="row",
    )
    return [
        Table(accuracy, "Verdicts against execution"),
        Table(confusion, "Truth (rows) and verdict (columns)"),
    ]


def _percent(name: str, title: str) -> pl.Expr:
    return (100 * pl.col(name)).alias(title)


def _bias(frame: pl.DataFrame, name: str) -> pl.Series:
    return _with_interval(frame, f"{name}_rate", f"{name}_low", f"{name}_high", 100, 1)


def _with_interval(frame, value: str, low: str, high: str, times: int, digits: int) -> pl.Series:
    """`value [low, high]` as text."""
    texts = [
        None
        if v is None
        else f"{times * v:.{digits}f}"
        + ("" if a is None else f" [{times * a:.{digits}f}, {times * b:.{digits}f}]")
        for v, a, b in frame.select(value, low, high).rows()
    ]
    return pl.Series(texts, dtype=pl.String)
