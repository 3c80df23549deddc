"""If these tests fail, the report's yield does not add up."""

import polars as pl

from warriorcoder.core import tables
from warriorcoder.curation.funnel import tally
from warriorcoder.curation.tables import FUNNEL

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
