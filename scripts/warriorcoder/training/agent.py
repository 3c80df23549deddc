"""torchrun that ignores SIGTERM (`signals`) and dies with the job script.

`python -m warriorcoder.training.agent` takes torchrun's arguments.
"""

import signal

from warriorcoder.training import signals

if __name__ == "__main__":
    signals.die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    from torch.distributed import run  # takes seconds

    run.main()
