"""Train two rows for two steps on all ranks, so that faults show before days of other work."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.config.training import Training
from warriorcoder.core import job, seeds, tables
from warriorcoder.training import target, torchrun

log = job.start(snakemake.log[0])
record = snakemake.params.record
# The rate of the first step is 0.
training = Training(**record["training"] | snakemake.params.machine | {"steps": 2})
gold = f"{snakemake.log[0]}.gold.parquet"
pq.write_table(pa.table(target.example_gold(training)), gold)
for objective in record["objectives"]:
    spec = training.for_objective(objective)
    rows = (spec.processes or 1) * spec.micro_batch  # one pass of each rank
    asked = spec.model_dump() | {"global_batch": rows}
    run = {"training": asked, "objective": objective, "gold": gold, "seed": record["seed"]}
    run |= {"output": snakemake.output[0], "measured": f"{snakemake.log[0]}.measured.json"}
    run |= {"decided": seeds.digest(objective, asked), "trial": True}
    torchrun.start(run, snakemake.log[0], snakemake.resources, snakemake.threads, log.info)
    log.info("%s: 2 rows and 2 steps on %d ranks", objective, spec.processes)
Path(gold).unlink()
keys = ("processes", "micro_batch", "zero_stage", "max_length")
tables.write_json({key: getattr(training, key) for key in keys}, snakemake.output[0], record)
