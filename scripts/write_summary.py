"""The summary: figures under stable keys, the answer for readers, costs and what was run."""

import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from warriorcoder.arena.tables import BATTLES, RATINGS
from warriorcoder.arena.tally import BATTLE
from warriorcoder.config.rating import Rating
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import FUNNEL
from warriorcoder.report import (
    answer,
    costs,
    headline,
    measured,
    pages,
    summary,
    what_was_run,
    yields,
)

log = job.start(snakemake.log[0])
record = snakemake.params.record


def rows(paths) -> int:
    """Return the number of rows of Parquet files, from their footers."""
    return sum(pq.read_metadata(path).num_rows for path in paths)


battles = tables.read(BATTLES, *snakemake.input.battles)
judged = pl.read_csv(snakemake.input.judges)
truths = [json.loads(Path(path).read_text()) for path in snakemake.input.truth]
spent = costs.read(record["logs"])
summarised = summary.summarise(
    name=record["name"],
    rosters=record["rosters"],
    rating=Rating.recorded(record["rating"]),
    results=measured.read_results(snakemake.input.results),
    judged=judged,
    remaining=pl.read_csv(snakemake.input.funnel),
    ratings=tables.read(RATINGS, *snakemake.input.ratings),
    truth=truths[0] if truths else None,
    counts={
        "instructions": rows(snakemake.input.selected),
        "battles": battles.select(BATTLE).n_unique(),
        "votes": int(judged["votes"].sum()),
        "sft_rows": {Path(path).parent.name: rows([path]) for path in snakemake.input.sft},
    },
    spent=spent,
)
tables.write_json(summarised, snakemake.output.summary, record)
pages.write_csv(spent, snakemake.output.costs)
pages.write_html(
    costs.page(spent, costs.of_models(record["logs"])), snakemake.output.costs_page, record
)
dropped = yields.drops(tables.read(FUNNEL, *snakemake.input.dropped))
answered = answer.page(summarised, record["rosters"], dropped, *truths, caution=record["caution"])
pages.write_html(answered, snakemake.output.answer, record)
pages.write_start(answered, snakemake.output.start)
described = what_was_run.page(record["name"], snakemake.params.config)
pages.write_html(described, snakemake.output.run, record)
log.info("\n%s", headline.text(summarised))
