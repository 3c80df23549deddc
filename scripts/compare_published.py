"""Published figures beside ours: the report of `snakemake calibrate`."""

import json
from pathlib import Path

from warriorcoder.core import job, tables
from warriorcoder.evaluation.tables import SAMPLES
from warriorcoder.report import calibration, measured, pages

job.start(snakemake.log[0])
record = snakemake.params.record

ended = {}
for scores, samples in zip(snakemake.input.results, snakemake.input.samples, strict=True):
    result = json.loads(Path(scores).read_text())
    place = Path(scores).parts[-3:-1]  # model, benchmark
    shares = calibration.endings(result, tables.read(SAMPLES, samples, without=("raw",)))
    ended |= {(*place, *figure): share for figure, share in shares.items()}
compared = calibration.compare(
    measured.read_results(snakemake.input.results), ended, record["published"], record["scored"]
)
tables.write_json({"figures": compared.to_dicts()}, snakemake.output.json, record)
pages.write_html(calibration.page(compared), snakemake.output.html, record)
job.tell(snakemake.log[0], calibration.text(compared))
