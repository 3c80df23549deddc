"""Tables 1, 2, 3 and 5: pass@k of the base and the trained models beside the paper's."""

from warriorcoder.core import job
from warriorcoder.report import comparison, measured, pages

log = job.start(snakemake.log[0])
record = snakemake.params.record

results = measured.read_results(snakemake.input.results)
compared = comparison.compare(record["table"], results, record["rosters"])
log.info("%s: %d figures, ours and the paper's", record["table"], len(compared))
pages.write_csv(compared, snakemake.output.csv)
pages.write_html(comparison.page(record["table"], compared), snakemake.output.html, record)
