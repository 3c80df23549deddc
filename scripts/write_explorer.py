"""Write the battle explorer of the main roster."""

from warriorcoder.config.rating import Rating
from warriorcoder.core import job
from warriorcoder.report.battles import site
from warriorcoder.report.battles.files import Files

log = job.start(snakemake.log[0])
record, given = snakemake.params.record, snakemake.input
rating = Rating.recorded(record["rating"])
files = Files(
    experts=record["experts"],
    selected=given.selected,
    answers=given.answers,
    votes=given.votes,
    outcomes=given.outcomes,
    scored=given.scored,
    sft=given.sft,
    ratings=given.ratings,
)
outline = files.outline(rating)
about = {
    "run": record["name"],
    "roster": record["roster"],
    "experts": record["experts"],
    "ratings": files.used_ratings(rating),
    "snapshot": rating.snapshot,
    "alpha": rating.alpha,
}
log.info("%d instructions of %d experts", len(outline), len(record["experts"]))
site.write(
    snakemake.output[0],
    about,
    outline,
    lambda author, lines: files.stories(author, lines, rating),
    record["seed"],
    record,
)
