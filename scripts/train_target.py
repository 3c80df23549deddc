"""Train one roster's target in separate processes, unless the same weights exist."""

import json
import signal
import sys
from pathlib import Path

from warriorcoder.core import job, tables
from warriorcoder.training import seal, torchrun

log = job.start(snakemake.log[0])
signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # until the ranks start

record, machine, gold = snakemake.params.record, snakemake.params.machine, snakemake.input.gold
folder, start = Path(snakemake.output.marker).parent, snakemake.input.get("start")
former = Path(start).parent if start else None
decided = seal.decided(record, snakemake.params.device, gold, former)
facts = seal.finished(folder, decided)
if facts:
    log.info("%s is up to date, so training is skipped. Delete it to train again.", folder)
else:
    measured = Path(f"{snakemake.log[0]}.measured.json")
    training = record["training"] | machine
    if former:
        training |= {"base": str(former), "revision": None}
    run = {"training": training, "objective": record["objective"], "seed": record["seed"]}
    run |= {"gold": gold, "output": str(folder), "decided": decided, "measured": str(measured)}
    torchrun.start(run, snakemake.log[0], snakemake.resources, snakemake.threads, log.info)
    facts = seal.finished(folder, decided)
    said = json.loads(measured.read_text())
    if not said["resumed"]:
        job.WORK.append(sum(said["seconds"]))
tables.write_json(facts, snakemake.output.marker, record)
