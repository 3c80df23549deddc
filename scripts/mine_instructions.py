"""Mine all sampling configs of one expert with one model load."""

from warriorcoder.core import job, tables
from warriorcoder.mining import mine, shards
from warriorcoder.mining.tables import MINED
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record = snakemake.params.record
model = Model.of(record, "mine", job.take_gpus(snakemake.resources), snakemake.params.running)
rows = shards.part_rows(
    snakemake.wildcards.part, record["per_config"], record.get("engine", {}).get("batch_size", 1)
)
for (sampling, grid), path in zip(
    snakemake.params.samplings.items(), snakemake.output, strict=True
):
    mined = mine.mine(
        model, sampling, rows=rows, max_tokens=record["max_tokens"], run_seed=record["seed"], **grid
    )
    tables.write(mined, MINED, path, record)
    stopped = (mined["finish_reason"] == "stop").mean()
    log.info("%s: %d rows, %.2f ended their turn", sampling, len(mined), stopped or 0)
model.report(f"{snakemake.log[0]}.rows.json")
