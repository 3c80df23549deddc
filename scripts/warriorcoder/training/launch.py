"""Start the ranks of a training run, wait for their end and stream what they print."""

import signal
import subprocess
from collections.abc import Callable

from warriorcoder.training import signals


def run(command: list[str], environment: dict[str, str], say: Callable[[str], None]) -> None:
    """Run `command` to its end and pass each line that it prints to `say`.

    SIGTERM lets the ranks write a checkpoint first.

    Raises:
        RuntimeError: it failed; the lines that `say` got tell why.
    """
    told = False
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:

        def stop(*_) -> None:
            nonlocal told
            told = True
            process.send_signal(signals.STOP)

        former = signal.signal(signal.SIGTERM, stop)
        try:
            for line in process.stdout or ():
                say(line.rstrip())
        except BaseException:
            process.kill()  # its ranks die with it
            raise
        finally:
            signal.signal(signal.SIGTERM, former)
    if process.returncode and told:
        raise RuntimeError("SIGTERM stopped the training. It goes on when it is started again.")
    if process.returncode:
        raise RuntimeError(
            f"training ended with code {process.returncode}. The lines above show the error."
        )
