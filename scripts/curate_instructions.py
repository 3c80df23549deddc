"""Filter one expert's mined instructions, and deduplicate them against all earlier experts."""

import polars as pl

from warriorcoder.config.curation import Curation
from warriorcoder.core import job, tables
from warriorcoder.core.empty import refuse_empty
from warriorcoder.curation.dedup import deduplicate
from warriorcoder.curation.funnel import KEYS, dropped, examples, tally
from warriorcoder.curation.junk import junk
from warriorcoder.curation.tables import CURATED, DROPPED, FUNNEL
from warriorcoder.mining.tables import MINED

log = job.start(snakemake.log[0])
record = snakemake.params.record
curation = Curation(**record["curation"])

mined = tables.read(
    MINED,
    *snakemake.input.mined,
    without=("row", "seed", "model", "revision", "prefix_sha256", "raw", "n_tokens"),
)
earlier = tables.read(
    CURATED,
    *snakemake.input.get("earlier", []),
    without=("expert", "sampling", "cluster", "copies"),
)
reasons = junk(mined, curation)
kept, duplicates = deduplicate(mined.filter(reasons.is_null()), earlier, curation, record["seed"])
curated = mined.join(kept, on="id", maintain_order="left").select(list(CURATED.schema))
labels = mined.select("id", "expert", "sampling", "text")
stages: list[tuple[str, str | None, pl.DataFrame]] = [
    ("mined", "all", mined),
    ("filter", None, labels.with_columns(reasons).filter(pl.col("reason").is_not_null())),
    ("dedup", None, labels.join(duplicates, on="id")),
    ("curated", "kept", curated),
]
funnel = tally(stages)
for stage, reason, rows in (
    funnel.group_by("stage", "reason", maintain_order=True).agg(pl.col("rows").sum()).iter_rows()
):
    log.info("%s: %s: %d rows", stage, reason, rows)
refuse_empty(len(curated), f"curation of {snakemake.wildcards.expert}", dropped(funnel), KEYS)
tables.write(curated, CURATED, snakemake.output.table, record)
tables.write(funnel, FUNNEL, snakemake.output.funnel, record)
tables.write(examples(stages, record["seed"]), DROPPED, snakemake.output.dropped, record)
