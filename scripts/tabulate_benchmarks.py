"""Tables 1, 2, 3 and 5: pass@k of the base and the trained models beside the paper's."""

import json
from pathlib import Path

from warriorcoder.core import job
from warriorcoder.report import comparison, measured, pages

log = job.start(snakemake.log[0])
record = snakemake.params.record

results = measured.read_results(snakemake.input.results)
compared = comparison.compare(record["table"], results, record["rosters"], record["styles"])
log.info("%s: %d figures, ours and the paper's", record["table"], len(compared))
markers = [Path(path) for path in snakemake.input.trained]
epochs = {path.parent.name: json.loads(path.read_text())["epochs"] for path in markers}
rosters = record["rosters"].items()
methods = {name: roster["method"] for name, roster in rosters if "method" in roster}
pages.write_csv(compared, snakemake.output.csv)
page = comparison.page(record["table"], compared, epochs, methods)
pages.write_html(page, snakemake.output.html, record)
