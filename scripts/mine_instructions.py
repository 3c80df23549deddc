"""Mine all sampling configs of one expert with one model load."""

from collections import Counter

from warriorcoder.config.mining import Mining
from warriorcoder.core import job, tables
from warriorcoder.core.empty import refuse_empty
from warriorcoder.mining import mine, shards
from warriorcoder.mining.tables import MINED
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record = snakemake.params.record
mining = Mining.recorded(record["mining"])
model = Model.of(record, "mine", job.take_gpus(snakemake.resources), snakemake.params.running)
rows = shards.part_rows(
    snakemake.wildcards.part,
    mining.per_config,
    record.get("engine", {}).get("batch_size", 1),
)
ends = Counter()
for (sampling, grid), path in zip(
    snakemake.params.samplings.items(), snakemake.output, strict=True
):
    mined = mine.mine(
        model,
        sampling,
        rows=rows,
        max_tokens=mining.max_tokens,
        run_seed=record["seed"],
        **grid,
    )
    tables.write(mined, MINED, path, record)
    ends.update(mined["finish_reason"])
    stopped = (mined["finish_reason"] == "stop").mean()
    log.info("%s: %d rows, %.2f ended their turn", sampling, len(mined), stopped or 0)
model.report(f"{snakemake.log[0]}.rows.json")
if snakemake.wildcards.part == "1-of-1":  # of several parts one may be empty
    stage = f"mining of {snakemake.wildcards.expert}"
    refuse_empty(ends.pop("stop", 0), stage, ends, dict.fromkeys(ends, "mining.max_tokens"))
