"""Train two rows for two steps on all ranks, so that faults show before days of other work."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.config.training import Training
from warriorcoder.core import job, seeds, tables
from warriorcoder.training import target, torchrun

log = job.start(snakemake.log[0])
record, machine = snakemake.params.record, snakemake.params.machine
rows = machine["processes"] * machine["micro_batch"]  # one pass of each rank
# The rate of the first step is 0.
training = record["training"] | machine | {"global_batch": rows, "steps": 2}
gold = f"{snakemake.log[0]}.gold.parquet"
pq.write_table(pa.table({"messages": target.examples(Training(**training))}), gold)
run = {"training": training, "gold": gold, "seed": record["seed"], "trial": True}
run |= {"output": snakemake.output[0], "measured": f"{snakemake.log[0]}.measured.json"}
run |= {"decided": seeds.digest(training)}
torchrun.start(run, snakemake.log[0], snakemake.resources, snakemake.threads, log.info)
Path(gold).unlink()
facts = {key: training[key] for key in ("processes", "micro_batch", "zero_stage", "max_length")}
tables.write_json(facts, snakemake.output[0], record)
log.info("2 rows and 2 steps on %d ranks", training["processes"])
