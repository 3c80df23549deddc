"""All votes of one judge, with one model load."""

import polars as pl

from warriorcoder.arena import votes
from warriorcoder.arena.tables import ANSWERS, BATTLES, VOTES
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.model import Model
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record = snakemake.params.record
arena = record["arena"]
model = Model.of(record, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
instructions = tables.read(SELECTED, *snakemake.input.selected)
answers = tables.read(ANSWERS, *snakemake.input.answers)
battles = tables.read(BATTLES, *snakemake.input.battles)
cast = []
for author, pair in snakemake.params.cells:
    players = pair.split("_")
    mine = (
        (pl.col("author") == author)
        & pl.col("attacker").is_in(players)
        & pl.col("defender").is_in(players)
        & (model.spec.name not in players)
    )
    cast.append(
        votes.judge(
            model,
            battles.filter(mine),
            instructions,
            answers,
            arena,
            record["seed"],
        )
    )
every = pl.concat(cast)
check_verdicts(every, snakemake.params.floor)
for frame, path in zip(cast, snakemake.output, strict=True):
    tables.write(frame, VOTES, path, record)
cut = every.filter((pl.col("cut_attacker") > 0) | (pl.col("cut_defender") > 0))
log.info("%d votes, %d on answers that were cut", len(every), len(cut))
model.report(f"{snakemake.log[0]}.rows.json")
