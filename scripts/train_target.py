"""Train one roster's target in separate processes, unless the same weights exist."""

import json
import signal
import sys
from pathlib import Path

from warriorcoder.core import job, tables
from warriorcoder.training import launch, seal, torchrun

log = job.start(snakemake.log[0])
signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that the ranks end as well

record, device, gold = snakemake.params.record, snakemake.params.device, snakemake.input.gold
folder = Path(snakemake.output.marker).parent
decided = seal.decided(record, device, gold)
facts = seal.finished(folder, decided)
if facts:
    log.info("%s is up to date, so training is skipped. Delete it to train again.", folder)
else:
    gpus = job.take_gpus(snakemake.resources) if device == "gpu" else 0
    if device == "gpu" and not gpus:
        raise RuntimeError(
            "training.gpus asks for GPUs, but the job's resources hold none. Raise the limit of "
            "the profile, or set training.gpus to 0 to train on the CPU."
        )
    spec = record["training"] | {"gpus": gpus, "nodes": snakemake.resources.get("tasks", 1)}
    spec |= snakemake.params.minutes
    run = {"training": spec, "seed": record["seed"], "gold": gold}
    times = Path(f"{snakemake.log[0]}.times.json")
    times.unlink(missing_ok=True)
    run |= {"output": str(folder), "decided": decided, "times": str(times)}
    file = Path(f"{snakemake.log[0]}.run.json")  # where every node can read it
    file.write_text(json.dumps(run))
    ranks, threads = spec["processes"] // spec["nodes"], snakemake.threads
    command = torchrun.command(file, ranks, spec["nodes"], threads, gpus)
    launch.run(command, torchrun.environment(max(1, threads // ranks), gpus), log.info)
    facts = seal.finished(folder, decided)
    if times.exists():  # of a training that was not resumed
        job.WORK.append(json.loads(times.read_text()))
tables.write_json(facts, snakemake.output.marker, record)
