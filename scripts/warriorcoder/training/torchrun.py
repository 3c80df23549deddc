"""The command line and environment of training's ranks: torchrun, by srun on several nodes."""

import os
import shutil
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warriorcoder.training import train  # noqa: F401  the command runs it: digests follow this


class LaunchError(RuntimeError):
    """Ranks cannot be started on the nodes that the config asks for."""


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
    torchrun = [sys.executable, "-m", "torch.distributed.run", f"--nproc_per_node={ranks}"]
    module = ["-m", "warriorcoder.training.train", str(run)]
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
