"""If these tests fail, the report's yield does not add up."""

import polars as pl

from warriorcoder.core import tables
from warriorcoder.curation.funnel import examples, tally
from warriorcoder.curation.tables import DROPPED, FUNNEL

ROWS = pl.DataFrame(
    {
        "expert": ["a"] * 5,
        "sampling": ["t1.2", "t1.0", "t1.0", "t1.0", "t1.2"],
        "reason": ["too_short", None, "answered", "too_short", None],
    }
)


def test_each_reason_is_counted_per_sampling_in_the_order_of_the_stages():
    dropped = ROWS.filter(pl.col("reason").is_not_null())
    kept = ROWS.filter(pl.col("reason").is_null())
    funnel = tally([("mined", "all", ROWS), ("filter", None, dropped), ("curated", "kept", kept)])
    assert funnel.rows() == [
        ("a", "t1.0", "mined", "all", 3),
        ("a", "t1.2", "mined", "all", 2),
        ("a", "t1.0", "filter", "answered", 1),
        ("a", "t1.0", "filter", "too_short", 1),
        ("a", "t1.2", "filter", "too_short", 1),
        ("a", "t1.0", "curated", "kept", 1),
        ("a", "t1.2", "curated", "kept", 1),
    ]


def test_a_funnel_is_a_table_even_where_nothing_was_counted(tmp_path):
    tables.write(tally([("mined", "all", ROWS.clear())]), FUNNEL, tmp_path / "funnel.parquet")
    assert tables.read(FUNNEL, tmp_path / "funnel.parquet").is_empty()


def test_examples_are_two_of_each_reason_whatever_the_order_of_the_rows():
    rows = pl.DataFrame(
        [
            ("a", "s", f"a:s:{n}", f"text {n}", "too_long" if n % 3 else "answered")
            for n in range(9)
        ],
        schema=["expert", "sampling", "id", "text", "reason"],
        orient="row",
    )
    stages = [("mined", "all", rows), ("filter", None, rows), ("selected", "kept", rows)]
    drawn = examples(stages, seed=3)
    assert drawn["reason"].to_list() == ["answered", "answered", "too_long", "too_long"]
    assert set(drawn["stage"]) == {"filter"}
    turned = [(stage, reason, frame.reverse()) for stage, reason, frame in stages]
    assert examples(turned, seed=3).equals(drawn)
    assert not examples(stages, seed=4).equals(drawn)
    assert examples([("mined", "all", rows)], seed=3).schema == DROPPED.schema
