"""Tables 1, 2, 3 and 5: pass@k of the base and the trained models beside the paper's."""

from warriorcoder.core import job
from warriorcoder.report import comparison, measured, pages

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe

results = measured.read_results(snakemake.input.results)
compared = comparison.compare(recipe["table"], results, recipe["rosters"])
log.info("%s: %d figures, ours and the paper's", recipe["table"], len(compared))
pages.write_csv(compared, snakemake.output.csv)
pages.write_html(comparison.page(recipe["table"], compared), snakemake.output.html, recipe)
