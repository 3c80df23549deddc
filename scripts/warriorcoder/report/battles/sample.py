"""The instructions of a large run that a reader sees first."""

import polars as pl

from warriorcoder.core.seeds import digest

SHOWN = 2000
STRATA = ("overruled", "split", "unstable")  # flags of the outline
RANDOM = "random"


def shown(outline: pl.DataFrame, run_seed: int, most: int = SHOWN) -> pl.DataFrame:
    """Return up to `most` rows of the outline, in its order, with column `stratum`.

    Without more rows than that, all of them, and their stratum is null. Otherwise each stratum
    gives an equal share, in the order of a seeded hash. A row counts for its first stratum only.
    Random rows take the last share, and the places that a small stratum leaves.
    """
    if len(outline) <= most:
        return outline.with_columns(stratum=pl.lit(None, pl.String))
    drawn = outline.with_columns(
        stratum=pl.coalesce(*(pl.when(name).then(pl.lit(name)) for name in STRATA), pl.lit(RANDOM)),
        draw=pl.col("id").map_elements(
            lambda id: digest("battles", run_seed, id), return_dtype=pl.String
        ),
    ).with_row_index("nth")
    drawn = drawn.sort("draw")
    share = most // (len(STRATA) + 1)
    marked = drawn.filter(pl.col("stratum") != RANDOM)
    chosen = marked.group_by("stratum", maintain_order=True).head(share)
    others = (
        drawn.join(chosen, on="id", how="anti", maintain_order="left")
        .head(most - len(chosen))
        .with_columns(stratum=pl.lit(RANDOM))
    )
    return pl.concat([chosen.select(others.columns), others]).sort("nth").drop("nth", "draw")
