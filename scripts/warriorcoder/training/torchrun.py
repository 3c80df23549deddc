"""The command line and environment of training's ranks: torchrun, by srun on several nodes."""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from warriorcoder.core import job
from warriorcoder.training import launch, signals

if TYPE_CHECKING:
    from warriorcoder.training import train  # noqa: F401  the command runs it: digests follow this


class LaunchError(RuntimeError):
    """Ranks cannot be started on the nodes that the config asks for."""


def start(run: dict, log: str, resources, threads: int, say: Callable[[str], None]) -> None:
    """Train what `run` says (`train.Run`) on the GPUs of a job, and wait for its end.

    Args:
        run: the run. The job's resources replace its numbers of GPUs and nodes.
        log: the job's log. The run's file lies beside it, where every node can read it.
        resources: the job's resources.
        threads: the job's threads on each node.
        say: takes each line that the ranks print.

    Raises:
        LaunchError: the job has no GPUs, or several nodes without SLURM.
        RuntimeError: the training failed.
    """
    asked = run["training"]["gpus"]
    gpus, nodes = job.take_gpus(resources) if asked else 0, resources.get("tasks", 1)
    if asked and not gpus:
        raise LaunchError(
            "training.gpus asks for GPUs, but the job's resources hold none. Raise the limit of "
            "the profile, or set training.gpus to 0 to train on the CPU."
        )
    spec = run["training"] | {"gpus": gpus, "nodes": nodes}
    file, ranks = Path(f"{log}.run.json"), spec["processes"] // nodes
    file.write_text(json.dumps(run | {"training": spec}))
    variables = environment(max(1, threads // ranks), gpus)
    launch.run(command(file, ranks, nodes, threads, gpus), variables, say)


def environment(threads: int, gpus: int) -> dict[str, str]:
    """Return the environment of a rank that has so many threads."""
    bin_folder = str(Path(sys.executable).parent)
    variables = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PATH": os.pathsep.join([bin_folder, os.environ["PATH"]]),  # ninja, should DeepSpeed build
        "TORCH_EXTENSIONS_DIR": str(Path(sys.prefix) / "torch_extensions"),
        "OMP_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "0",
        "TOKENIZERS_PARALLELISM": "false",
        "TQDM_DISABLE": "1",  # TRL's bar of the reference's log-probabilities
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    }
    if not gpus:
        variables |= {
            "CUDA_VISIBLE_DEVICES": "",
            "OMP_NUM_THREADS": "1",  # the same sums, however many cores were granted
            "TORCHDYNAMO_DISABLE": "1",  # nothing is compiled, but importing it takes time
        }
    return variables


def command(run: Path, ranks: int, nodes: int, threads: int, gpus: int) -> list[str]:
    """Return the command that trains what the file `run` says, with `ranks` ranks on each node.

    `threads` are of one node, `gpus` of all. On several nodes torchrun's agents meet at a port of
    this machine, which must be one of the nodes; srun is told all, as Snakemake's job step strips
    SLURM's own variables.
    """
    torchrun = [sys.executable, "-m", "warriorcoder.training.agent", f"--nproc_per_node={ranks}"]
    torchrun += [f"--signals_to_handle={signals.STOP.name},SIGINT,SIGHUP,SIGQUIT"]
    torchrun += [f"--shutdown_timeout={signals.GRACE}"]
    module = ["-m", "warriorcoder.training.rank", str(run)]
    if nodes == 1:
        return [*torchrun, "--standalone", *module]
    if not shutil.which("srun"):
        raise LaunchError(f"training.nodes is {nodes}, but there is no srun: use --profile slurm")
    with socket.create_server(("", 0)) as free:
        meet = f"{socket.gethostname()}:{free.getsockname()[1]}"
    srun = ["srun", f"--nodes={nodes}", f"--ntasks={nodes}", "--ntasks-per-node=1"]
    srun += [f"--cpus-per-task={threads}", *([f"--gpus-per-node={gpus // nodes}"] if gpus else [])]
    meeting = [f"--nnodes={nodes}", "--rdzv_backend=c10d", f"--rdzv_endpoint={meet}"]
    return [*srun, *torchrun, *meeting, *module]
