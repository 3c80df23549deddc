"""How the ranks of a training run are started: torchrun here, or through srun on every node."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


class LaunchError(RuntimeError):
    """Ranks cannot be started on the nodes that the config asks for."""


def train(run: Path, spec: dict, threads: int, say: Callable[[str], None]) -> None:
    """Run what the file `run` says to its end; `spec` is its training, `threads` are of one node.

    Raises:
        RuntimeError: it failed; the lines that `say` got tell why.
    """
    ranks = spec["processes"] // spec["nodes"]
    start = command(ranks, spec["nodes"], threads, spec["gpus"])
    with subprocess.Popen(
        [*start, "-m", "warriorcoder.training.train", str(run)],
        env=environment(max(1, threads // ranks), spec["gpus"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            for line in process.stdout:
                say(line.rstrip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise RuntimeError(
            f"training ended with code {process.returncode}; the lines above say why"
        )


def environment(threads: int, gpus: int) -> dict[str, str]:
    """Variables of a rank that has so many threads."""
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


def command(ranks: int, nodes: int, threads: int, gpus: int) -> list[str]:
    """The command that starts `ranks` ranks a node; a module and its arguments come behind it.

    `threads` are of one node, `gpus` of all. On several nodes torchrun's agents meet at a port of
    this machine, which must be one of the nodes; srun is told all, as Snakemake's job step strips
    SLURM's own variables.
    """
    torchrun = [sys.executable, "-m", "torch.distributed.run", f"--nproc_per_node={ranks}"]
    if nodes == 1:
        return [*torchrun, "--standalone"]
    if not shutil.which("srun"):
        raise LaunchError(f"training.nodes is {nodes}, but there is no srun: use --profile slurm")
    with socket.create_server(("", 0)) as free:
        meet = f"{socket.gethostname()}:{free.getsockname()[1]}"
    srun = ["srun", f"--nodes={nodes}", f"--ntasks={nodes}", "--ntasks-per-node=1"]
    srun += [f"--cpus-per-task={threads}", *([f"--gpus-per-node={gpus // nodes}"] if gpus else [])]
    return [*srun, *torchrun, f"--nnodes={nodes}", "--rdzv_backend=c10d", f"--rdzv_endpoint={meet}"]
