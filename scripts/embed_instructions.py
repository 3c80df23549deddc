"""Embed one expert's instructions that are difficult enough (Eq. 1)."""

import polars as pl

from warriorcoder.core import job, tables
from warriorcoder.curation.difficulty import rate
from warriorcoder.curation.embed import embed
from warriorcoder.curation.tables import CURATED, DIFFICULTY, EMBEDDINGS

log = job.start(snakemake.log[0])
job.take_gpus(snakemake.resources)
record = snakemake.params.record
spec = record["compression"]

curated = tables.read(CURATED, snakemake.input.curated)
scores = [tables.read(DIFFICULTY, path) for path in snakemake.input.difficulty]
hard = rate(curated, scores).filter(pl.col("difficulty") >= record["threshold"])
log.info("%d of %d instructions are to be embedded", len(hard), len(curated))
vectors = embed(
    hard["id"].to_list(),
    hard["text"].to_list(),
    spec["embedder"],
    spec["revision"],
    spec["dtype"],
    spec["batch_size"],
)
table = pl.DataFrame(
    {"id": hard["id"], "embedding": pl.Series(vectors.tolist(), dtype=pl.List(pl.Float32))}
)
tables.write(table, EMBEDDINGS, snakemake.output[0], record)
