"""How the ranks of a training run are started: torchrun here, or through srun on every node."""

import shutil
import socket
import sys


class LaunchError(RuntimeError):
    """Ranks cannot be started on the nodes that the config asks for."""


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
