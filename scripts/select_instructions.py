"""Select one expert's difficult, uncontaminated instructions by k-center, up to the budget."""

import numpy as np
import polars as pl

from warriorcoder.config.compression import Compression, Decontamination
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core import job, tables
from warriorcoder.core.empty import refuse_empty
from warriorcoder.curation import directions
from warriorcoder.curation.decontaminate import overlaps, references
from warriorcoder.curation.difficulty import rate
from warriorcoder.curation.funnel import KEYS, dropped, examples, tally
from warriorcoder.curation.k_center import SPARSE, isolation, k_center
from warriorcoder.curation.tables import CURATED, DIFFICULTY, DROPPED, EMBEDDINGS, FUNNEL, SELECTED

log = job.start(snakemake.log[0])
record = snakemake.params.record
threshold = Difficulty.recorded(record["difficulty"]).threshold
decontamination = Decontamination(**record["decontamination"])
compression = Compression.recorded(record["compression"])

curated = tables.read(CURATED, snakemake.input.curated)
scores = [tables.read(DIFFICULTY, path) for path in snakemake.input.difficulty]
rated = rate(curated, scores)
hard = rated.filter(pl.col("difficulty") >= threshold)
unparsed = rated.filter(pl.col("difficulty").is_null())
easy = rated.filter(pl.col("difficulty") < threshold)

stages = [("difficulty", "unparsed", unparsed), ("difficulty", "too_easy", easy)]
clean = hard
for spec, path in zip(record["benchmarks"], snakemake.input.benchmarks, strict=True):
    found = overlaps(
        clean["text"].to_list(),
        references(spec["kind"], path),
        decontamination.ngram_words,
        decontamination.code_tokens,
    )
    task = pl.Series("task", found, pl.String)
    for id, of in clean.with_columns(task).filter(task.is_not_null()).select("id", "task").rows():
        log.info("%s overlaps with %s of %s", id, of, spec["name"])
    stages.append(("decontaminate", spec["name"], clean.filter(task.is_not_null())))
    clean = clean.filter(task.is_null())

lengths = ", ".join(f"decontamination.{key}" for key, length in decontamination if length)
overlaps_of = {spec["name"]: lengths for spec in record["benchmarks"]}
stage = f"decontamination of {snakemake.wildcards.expert}"
refuse_empty(len(clean), stage, dropped(tally(stages)), KEYS | overlaps_of)

embeddings = tables.read(EMBEDDINGS, snakemake.input.embeddings)
vectors = clean.select("id").join(embeddings, on="id", maintain_order="left")["embedding"]
points = vectors.explode().to_numpy().reshape(len(clean), -1)
directions.check(clean["id"], points)
lonely = isolation(points)
seen = lonely <= np.quantile(lonely, 1 - compression.outliers)
inside = clean.filter(seen)
k = min(compression.instructions_per_expert, len(inside))
order, radius = k_center(points[seen], k)
selected = inside[order].select(
    pl.all(), rank=pl.int_range(k), radius=pl.Series(radius, dtype=pl.Float64)
)
selected = selected.select(list(SELECTED.schema))
rest = inside.join(selected, on="id", how="anti", maintain_order="left")
stages += [("compress", "outlier", clean.filter(~seen)), ("compress", "not_a_centre", rest)]
funnel = tally([*stages, ("selected", "kept", selected)])
sparse = lonely[seen][order] > np.quantile(lonely, 1 - SPARSE)
log.info("%.1f %% of the choice are among the %.0f %% loneliest", 100 * sparse.mean(), 100 * SPARSE)
log.info(
    "%d curated, %d difficult, %d clean, %d selected", *map(len, (curated, hard, clean, selected))
)
tables.write(selected, SELECTED, snakemake.output.table, record)
tables.write(funnel, FUNNEL, snakemake.output.funnel, record)
tables.write(examples(stages, record["seed"]), DROPPED, snakemake.output.dropped, record)
