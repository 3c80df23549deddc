"""Rate the difficulty of the instructions of every author that is assigned to one judge."""

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core import job, tables
from warriorcoder.curation import raters
from warriorcoder.curation.tables import CURATED, DIFFICULTY
from warriorcoder.models.model import Model
from warriorcoder.models.parse_rate import check_parse_rate

log = job.start(snakemake.log[0])
record, work = snakemake.params.record, snakemake.params.work
model = Model.of(record, "difficulty", job.take_gpus(snakemake.resources), snakemake.params.running)
asked = Difficulty.recorded(record["difficulty"])
curated = dict(zip(work["rated"], snakemake.input.curated, strict=True))
for author, path in zip(work["authors"], snakemake.output, strict=True):
    instructions = tables.read(CURATED, *([curated[author]] if author in curated else []))
    rated = raters.rate(model, instructions, asked, record["seed"])
    check_parse_rate(
        rated["raw"],
        rated["score"],
        snakemake.params.floor,
        what=f"difficulty: scores of judge {model.spec.name} for {author}",
    )
    tables.write(rated, DIFFICULTY, path, record)
    log.info("%s: %d rated, %d parsed", author, len(rated), rated["score"].count())
model.report(f"{snakemake.log[0]}.rows.json")
