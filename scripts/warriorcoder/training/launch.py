"""Start the ranks of a training run, wait for their end and stream what they print."""

import subprocess
from collections.abc import Callable


def run(command: list[str], environment: dict[str, str], say: Callable[[str], None]) -> None:
    """Run `command` to its end and pass each line that it prints to `say`.

    Raises:
        RuntimeError: it failed; the lines that `say` got tell why.
    """
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            for line in process.stdout or ():
                say(line.rstrip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise RuntimeError(
            f"training ended with code {process.returncode}. The lines above show the error."
        )
