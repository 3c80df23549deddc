"""Embed one expert's instructions that are difficult enough (Eq. 1)."""

import polars as pl

from warriorcoder.config.compression import Compression
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core import job, tables
from warriorcoder.core.empty import refuse_empty
from warriorcoder.curation.difficulty import rate
from warriorcoder.curation.embed import embed
from warriorcoder.curation.funnel import KEYS
from warriorcoder.curation.tables import CURATED, DIFFICULTY, EMBEDDINGS

log = job.start(snakemake.log[0])
job.take_gpus(snakemake.resources)
record = snakemake.params.record
threshold = Difficulty.recorded(record["difficulty"]).threshold

curated = tables.read(CURATED, snakemake.input.curated)
scores = [tables.read(DIFFICULTY, path) for path in snakemake.input.difficulty]
rated = rate(curated, scores)
hard = rated.filter(pl.col("difficulty") >= threshold)
log.info("%d of %d instructions are to be embedded", len(hard), len(curated))
unparsed = rated["difficulty"].null_count()
drops = {"unparsed": unparsed, "too_easy": len(rated) - len(hard) - unparsed}
refuse_empty(len(hard), f"difficulty of {snakemake.wildcards.expert}", drops, KEYS)
compression = Compression.recorded(record["compression"])
vectors = embed(hard["id"].to_list(), hard["text"].to_list(), compression)
table = pl.DataFrame({"id": hard["id"], "embedding": pl.Series(vectors).arr.to_list()})
tables.write(table, EMBEDDINGS, snakemake.output[0], record)
