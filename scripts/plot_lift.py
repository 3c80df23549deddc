"""Table 5 as a figure: the gain from each roster's data."""

from warriorcoder.core import job
from warriorcoder.report import comparison, figures, lift, measured

log = job.start(snakemake.log[0])
record = snakemake.params.record

results = measured.read_results(snakemake.input.results)
compared = comparison.compare("table5", results, record["rosters"])
log.info("%d figures", len(compared))
figures.save(lift.draw(compared), snakemake.output.figure, record)
