"""Train one roster's target: starts `warriorcoder.training` in processes of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from warriorcoder import job, launch

if TYPE_CHECKING:
    from warriorcoder import training  # noqa: F401  what is started below belongs to `params.code`

log = job.start(snakemake.log[0])
signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that the ranks end as well

recipe = snakemake.params.recipe
gpus = job.take_gpus(snakemake.resources) if snakemake.params.device == "gpu" else 0
if snakemake.params.device == "gpu" and not gpus:
    raise RuntimeError("training.gpus asks for GPUs, but this site's profile allows none")
nodes = snakemake.resources.get("tasks", 1)
spec = recipe["training"] | {"gpus": gpus, "nodes": nodes}
ranks, bin_folder = spec["processes"] // nodes, str(Path(sys.executable).parent)
environment = os.environ | {
    "PYTHONPATH": str(Path(job.__file__).parents[1]),
    "PATH": os.pathsep.join([bin_folder, os.environ["PATH"]]),  # ninja, should DeepSpeed build
    "TORCH_EXTENSIONS_DIR": str(Path(sys.prefix) / "torch_extensions"),
    "OMP_NUM_THREADS": str(max(1, snakemake.threads // ranks)),
    "OMP_WAIT_POLICY": "passive",
    "GOMP_SPINCOUNT": "0",
    "TOKENIZERS_PARALLELISM": "false",
}
if not gpus:
    environment |= {
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "1",  # the same sums, however many cores were granted
        "TORCHDYNAMO_DISABLE": "1",  # nothing is compiled, but importing the compiler takes time
    }
run = {
    "training": spec,
    "seed": recipe["seed"],
    "gold": snakemake.input.gold,
    "output": str(Path(snakemake.output.marker).parent),
    "recipe": recipe,
}
file = Path(f"{snakemake.log[0]}.recipe.json")  # where every node can read it
file.write_text(json.dumps(run))
command = launch.command(ranks, nodes, snakemake.threads, gpus)
with subprocess.Popen(
    [*command, "-m", "warriorcoder.training", str(file)],
    env=environment,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
) as process:
    try:
        for line in process.stdout:
            log.info(line.rstrip())
    except BaseException:
        process.terminate()
        raise
if process.returncode:
    raise RuntimeError(f"training ended with code {process.returncode}; the lines above say why")
