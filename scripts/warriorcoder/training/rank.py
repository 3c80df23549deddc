"""A rank of a training, which dies with torchrun.

`python -m warriorcoder.training.rank RUN.json` trains on one rank without torchrun.
"""

import signal
import sys

from warriorcoder.training import signals

if __name__ == "__main__":
    signals.die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # torchrun ignores it
    from warriorcoder.training import train  # takes seconds

    train.main(sys.argv[1])
