"""Interpreters for programs that need other package versions than the pipeline.

A hash lock pins an environment. Conda has installed it into the running interpreter, or `build`
installs it into a virtual environment. A JSON file describes the result for the jobs that use it.
This module imports only the standard library, because it runs inside such an interpreter.
"""

import hashlib
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from warriorcoder.core.atomic import atomic
from warriorcoder.environments import locks

PYTHON = (3, 11)  # the version that the locks are resolved for
COMPLETED = "COMPLETED"  # marker file of a folder with all packages installed
LIST = (
    "import json; from importlib.metadata import distributions as all; "
    "print(json.dumps([[each.metadata['Name'], each.version] for each in all()]))"
)
log = logging.getLogger("warriorcoder")


@dataclass(frozen=True)
class Environment:
    """An interpreter, its packages, and environment variables with folders of data.

    Attributes:
        python: Absolute path of the interpreter.
        lock: The lock file.
        sha256: Checksum of the lock file.
        packages: Name → version.
        variables: Name of an environment variable → absolute folder.
    """

    python: str
    lock: str
    sha256: str
    packages: dict[str, str]
    variables: dict[str, str]

    def save(self, path: str | Path) -> None:
        """Write the description as JSON, atomically."""
        with atomic(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n")


def load(path: str | Path) -> Environment:
    """Read the description of an environment.

    Raises:
        LockError: the file is missing or invalid, or a path in it no longer exists.
    """
    fix = f"Build it again: rm -f '{path}'; snakemake fetch"
    try:
        environment = Environment(**json.loads(Path(path).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise locks.LockError(f"{path}: describes no environment ({error}). {fix}") from None
    for needed in [environment.python, *environment.variables.values()]:
        if not Path(needed).exists():
            raise locks.LockError(f"{path}: {needed} is gone. {fix}")
    return environment


def room(description: str | Path | None, modules: Mapping[str, str]) -> dict:
    """Return the sandbox options that run programs in a described environment.

    Args:
        description: The JSON file of the environment. None gives no options.
        modules: Module → its package. The sandbox imports an installed module once for all
            programs.
    """
    if description is None:
        return {}
    environment = load(description)
    installed = environment.packages
    preload = tuple(module for module, package in modules.items() if package in installed)
    return {"python": environment.python, "assets": environment.variables, "preload": preload}


def prepare(lock: str | Path, cache: str | Path, variables: dict[str, str | Path]) -> Environment:
    """Return the environment of a lock.

    The running interpreter is used if it holds the pinned packages. Otherwise `build` creates a
    virtual environment under `cache`.

    Raises:
        LockError: the file is no lock, or cannot be installed. The message gives the reason.
    """
    pins = {name: version for name, (version, _) in locks.read(lock).items()}
    python = build(lock, cache) if _differences(pins, sys.executable) else sys.executable
    return Environment(
        python=str(python),
        lock=str(lock),
        sha256=_sha256(lock),
        packages=pins,
        variables={name: str(Path(folder).resolve()) for name, folder in variables.items()},
    )


def build(lock: str | Path, cache: str | Path) -> Path:
    """Return the interpreter of a virtual environment with the packages of `lock`.

    The environment lies in `{cache}/{name of the lock}-{checksum}`, so each lock has its folder.
    An incomplete folder, or one without its Python, is built again.

    Raises:
        LockError: the packages cannot be installed. The message quotes pip.
    """
    folder = Path(cache).resolve() / f"{Path(lock).stem}-{_sha256(lock)[:16]}"
    python = folder / "bin" / "python"
    if (folder / COMPLETED).exists() and python.exists():
        return python
    if sys.version_info[:2] != PYTHON:
        raise locks.LockError(
            f"{lock} is resolved for Python {'.'.join(map(str, PYTHON))}, this is "
            f"{sys.version.split()[0]}. Run with that Python, or with --sdm conda."
        )
    log.info("installing %s into %s: a few minutes", lock, folder)
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", folder], lock)
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    pip += ["--no-deps", "--require-hashes", "-r", lock]
    try:
        _run(pip, lock)
    except locks.LockError:
        _run([*pip, "--extra-index-url", locks.CPU_INDEX], lock)
    pins = {name: version for name, (version, _) in locks.read(lock).items()}
    if differences := _differences(pins, python):
        raise locks.LockError(
            f"{lock}: {folder} holds other versions: {differences}. Delete the folder."
        )
    (folder / COMPLETED).touch()
    return python


def _differences(pins: dict[str, str], python: str | Path) -> dict[str, tuple[str, str | None]]:
    """Return name → (pinned, installed) for each pin that an interpreter does not meet."""
    listed = subprocess.run([python, "-I", "-c", LIST], capture_output=True, check=True, text=True)
    held = {locks.normal(name): version for name, version in json.loads(listed.stdout)}
    return {
        name: (version, held.get(name))
        for name, version in pins.items()
        if held.get(name) != version
    }


def _run(command: list, lock: str | Path) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        output = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise locks.LockError(f"{lock} cannot be installed on this machine:\n{output}")


def _sha256(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
