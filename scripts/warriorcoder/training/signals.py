"""Signals between the processes of a training: job script, torchrun, ranks.

SIGTERM asks a training for a checkpoint. SLURM sends it to all processes of a job, and other
senders to the job script alone. torchrun would kill its ranks at the second one that it gets. So it
ignores SIGTERM. The job script sends it `STOP` instead, which torchrun passes on to the ranks.
"""

import ctypes
import signal
import sys

STOP = signal.SIGUSR1
GRACE = 300  # seconds from SIGTERM to SIGKILL, for the step in progress and its checkpoint
STOPPED = 128 + signal.SIGTERM  # exit status of a rank that a signal stopped
PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


def die_with_parent() -> None:
    """Let the kernel kill this process as soon as its parent is dead."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
