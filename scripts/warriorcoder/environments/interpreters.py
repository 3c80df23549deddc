"""Interpreters with packages of their own, for programs that need other versions than ours.

An environment is a hash lock, found in the interpreter that runs this (conda made it) or installed
into a virtual environment. It is described by a small JSON file, which whoever uses it reads.
Standard library only: this runs in such an interpreter.
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

PYTHON = (3, 11)  # what the locks are resolved for
COMPLETED = "COMPLETED"  # in a folder whose packages are all there
LIST = (
    "import json; from importlib.metadata import distributions as all; "
    "print(json.dumps([[each.metadata['Name'], each.version] for each in all()]))"
)
log = logging.getLogger("warriorcoder")


@dataclass(frozen=True)
class Environment:
    """An interpreter, what it holds, and the folders that its programs look for by variables.

    python: absolute path. lock, sha256: the lock file and its digest. packages: name → version.
    variables: name → absolute folder.
    """

    python: str
    lock: str
    sha256: str
    packages: dict[str, str]
    variables: dict[str, str]

    def save(self, path: str | Path) -> None:
        with atomic(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n")


def load(path: str | Path) -> Environment:
    """The environment that a file describes.

    Raises:
        LockError: no such file or description, or what it describes is gone.
    """
    fix = f"build it again: rm -f '{path}'; snakemake fetch"
    try:
        environment = Environment(**json.loads(Path(path).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise locks.LockError(f"{path}: describes no environment ({error}); {fix}") from None
    for there in [environment.python, *environment.variables.values()]:
        if not Path(there).exists():
            raise locks.LockError(f"{path}: {there} is gone; {fix}")
    return environment


def room(description: str | Path | None, modules: Mapping[str, str]) -> dict:
    """Options of a sandbox whose programs run in a described environment; none for None.

    `modules` (module → its package) are imported once for all programs where they are there.
    """
    if description is None:
        return {}
    there = load(description)
    preload = tuple(module for module, package in modules.items() if package in there.packages)
    return {"python": there.python, "assets": there.variables, "preload": preload}


def prepare(lock: str | Path, cache: str | Path, variables: dict[str, str | Path]) -> Environment:
    """The environment of a lock: this interpreter where it is one, else one made under `cache`.

    Raises:
        LockError: it is no lock, or cannot be installed; says why.
    """
    pins = {name: version for name, (version, _) in locks.read(lock).items()}
    python = sys.executable
    if _differences(pins, python):
        python = build(lock, cache)
    return Environment(
        python=str(python),
        lock=str(lock),
        sha256=_sha256(lock),
        packages=pins,
        variables={name: str(Path(folder).resolve()) for name, folder in variables.items()},
    )


def build(lock: str | Path, cache: str | Path) -> Path:
    """The interpreter of a virtual environment that holds what `lock` pins, made if need be.

    It lies in `{cache}/{name of the lock}-{its digest}`: another lock is another folder. A folder
    that a killed build left, or whose Python is gone, is made anew.

    Raises:
        LockError: it cannot be installed; carries pip's own words.
    """
    folder = Path(cache).resolve() / f"{Path(lock).stem}-{_sha256(lock)[:16]}"
    python = folder / "bin" / "python"
    if (folder / COMPLETED).exists() and python.exists():
        return python
    if sys.version_info[:2] != PYTHON:
        raise locks.LockError(
            f"{lock} is resolved for Python {'.'.join(map(str, PYTHON))}, this is "
            f"{sys.version.split()[0]}; run with that Python, or with --sdm conda"
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
        raise locks.LockError(f"{lock}: {folder} holds other versions: {differences}; remove it")
    (folder / COMPLETED).touch()
    return python


def _differences(pins: dict[str, str], python: str | Path) -> dict[str, tuple[str, str | None]]:
    """Name → (pinned, installed) where an interpreter does not hold what is pinned."""
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
        words = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise locks.LockError(f"{lock} cannot be installed on this machine:\n{words}")


def _sha256(path: str | Path) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
