"""Ratings: Elo of one order and of many, Bradley-Terry, and judge-aware Bradley-Terry."""

import json
from pathlib import Path

from warriorcoder.arena.tables import RATINGS
from warriorcoder.core import job, tables
from warriorcoder.report import figures, pages, standings

log = job.start(snakemake.log[0])
record = snakemake.params.record

rated = tables.read(RATINGS, *snakemake.input.ratings)
facts = {
    Path(path).parent.name: json.loads(Path(path).read_text()) for path in snakemake.input.facts
}
main = rated.filter(roster=record["roster"])
log.info("%s: %s", record["roster"], standings.of_expert(main, "bradley_terry"))
pages.write_csv(rated, snakemake.output.csv)
pages.write_html(standings.page(rated, facts), snakemake.output.html, record)
figures.save(standings.draw(main), snakemake.output.figure, record)
