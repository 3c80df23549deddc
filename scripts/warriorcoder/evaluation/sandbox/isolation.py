"""Start of the sandbox's interpreter, per kind of isolation.

`bubblewrap`: own namespaces for processes, network, IPC, host name and files. Of the host's files,
programs see only system libraries, Python and its installed packages, read-only. They see no
project, data set or result. /tmp and /dev/shm are small and private. Programs of root run as an
unused user id, since the kernel exempts root from its limit on processes. Programs of another user
run in a user namespace.

`container`: a command of the site starts Python in a container, which is the isolation.

`process`: the same interpreter has the same limits and clock, and full access to the user's files
and network.

A seccomp filter (`inside.syscalls`) covers the programs in all three.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from warriorcoder.evaluation.sandbox.inside import start

if TYPE_CHECKING:  # `SOURCES` names them: digests follow this
    from warriorcoder.evaluation.sandbox.inside import (  # noqa: F401
        child,
        rich,
        rooms,
        syscalls,
        values,
        watch,
        zygote,
    )

INSTALL = (
    "model-written programs run in bubblewrap (0.8 or later), and {what}. "
    "Install it (apt-get install bubblewrap). If user namespaces are forbidden, allow them "
    "(docs/sandbox.md). Or consent to weak isolation: sandbox.isolation: process with "
    "sandbox.i_accept_weak_isolation: true."
)
MEND = {
    "bubblewrap": INSTALL,
    "container": "the command of isolation 'container' has to start a Python 3.11 with standard "
    "input attached, and {what}",
    "process": "isolation 'process' runs this Python, and {what}",
}
# Each imports earlier ones only.
SOURCES = "rich", "values", "syscalls", "rooms", "watch", "child", "zygote"
STRANGERS = 0x70000000  # 2^28 user ids from here on belong to nobody (systemd's UIDS-GIDS)
SYSTEM = "/usr /bin /sbin /lib /lib32 /lib64 /etc/ld.so.cache /etc/alternatives /nix/store".split()
# Libraries that start a thread per core, and end where so many are not allowed.
THREADED = ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "TF_NUM_INTRAOP", "TF_NUM_INTEROP")
FLAGS = ("-s", "-P", "-B", "-c")
BARE = ("-S", *FLAGS)  # what `site` runs (.pth files, a site's own customizing) slows every fork
BOOT = "import sys; lines = sys.stdin.buffer; exec(lines.read(int(lines.readline())))"
AGAIN = (
    "import os, sys; os.execve(sys.executable, [sys.executable, *{arguments!r}], {environment!r})"
)
ASK = (
    "import json, os, sys; print(json.dumps([os.path.realpath(sys._base_executable), "
    "os.path.realpath(sys.base_prefix), sys.path]))"
)
PRIVATE = "/tmp", "/dev/shm"
# With these the first process makes namespaces (`inside.rooms`). No program has any of them.
RIGHTS = "--cap-add CAP_SYS_ADMIN --cap-add CAP_NET_ADMIN --cap-add CAP_SETPCAP".split()
SHARED = {
    "fresh": False,
    "proc": "/proc",
    "folders": [],
    "user": None,
}  # where programs share namespaces
_turns = itertools.count()


class SandboxError(RuntimeError):
    """The sandbox cannot start. The message names the fix."""


@dataclass(frozen=True)
class Start:
    """A command, its environment, and its first lines of input."""

    arguments: list[str]
    environment: dict[str, str] | None
    lines: bytes


@dataclass(frozen=True)
class Interpreter:
    """The executable behind a virtual environment, its prefix, and the folders of packages."""

    executable: str
    prefix: str
    packages: tuple[str, ...]


def prepare(
    isolation: str,
    limits: dict,
    python: str | None,
    container: tuple[str, ...],
    assets: dict[str, str],
) -> Start:
    """Return the command that starts the sandbox's first process.

    The programs' working folder is a private /tmp in `bubblewrap`, and elsewhere a new folder that
    the first process makes and removes.

    Raises:
        SandboxError: bubblewrap or the interpreter is missing.
    """
    if isolation == "container":
        arguments = (*FLAGS, BOOT)
        again = AGAIN.format(arguments=arguments, environment=_environment("/tmp", {}))
        lines = _lines([], limits | SHARED)
        return Start([*container, "-c", again], None, lines)
    interpreter = _interpreter(python)
    inner = [interpreter.executable, *BARE, BOOT]
    if isolation == "process":
        lines = _lines(interpreter.packages, limits | SHARED)
        return Start(inner, _environment(tempfile.gettempdir(), assets), lines)
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxError(INSTALL.format(what="there is no `bwrap` on the PATH"))
    user = STRANGERS + os.getpid() % (1 << 22) * 64 + next(_turns) % 64 if _is_root() else None
    folders = [interpreter.prefix, *interpreter.packages, *assets.values()]
    outer = [bwrap, *_namespaces(bool(user)), *RIGHTS, "--proc", "/proc", "--dev", "/dev"]
    for folder in PRIVATE:
        outer += ["--perms", "1777", "--size", str(limits["disk_mb"] << 20), "--tmpfs", folder]
    outer += _files(folders)
    outer += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--clearenv"]
    for name, value in _environment("/tmp", assets).items():
        outer += ["--setenv", name, value]
    limits = limits | {"folders": [*PRIVATE], "user": user, "fresh": True}
    return Start([*outer, "--", *inner], {}, _lines(interpreter.packages, limits))


def trial() -> str:
    """Return the reason why bubblewrap starts no program here, or an empty text if it does."""
    if not (bwrap := shutil.which("bwrap")):
        return "there is no `bwrap` on the PATH"
    files = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    command = [bwrap, *_namespaces(_is_root()), *files, "true"]
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stderr.strip() or "it fails") if done.returncode else ""


@cache
def _interpreter(python: str | None) -> Interpreter:
    if python is None:
        executable = sys._base_executable  # type: ignore[attr-defined]
        prefix, paths = sys.base_prefix, sys.path
    else:
        try:
            asked = subprocess.run([python, "-I", "-c", ASK], capture_output=True, check=True)
            executable, prefix, paths = json.loads(asked.stdout)
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            raise SandboxError(
                f"{python} does not run as a Python ({error}). Build it again."
            ) from None
    packages = [path for path in paths if path.endswith(("site-packages", "dist-packages"))]
    return Interpreter(os.path.realpath(executable), os.path.realpath(prefix), tuple(packages))


def _lines(packages, limits: dict) -> bytes:
    folder = Path(start.__file__).parent
    sources = {name: (folder / f"{name}.py").read_text() for name in SOURCES}
    call = f"\nstart({sources!r}, {[*packages]!r}, {limits!r})\n"
    lines = (Path(start.__file__).read_text() + call).encode()
    return f"{len(lines)}\n".encode() + lines


def _is_root() -> bool:
    """Return True for root of the machine. Root of a user namespace is an ordinary user."""
    return os.geteuid() == 0 and Path("/proc/self/uid_map").read_text().split()[2] == "4294967295"


def _namespaces(root: bool) -> list[str]:
    alone = "--unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try"
    alone += " --new-session --die-with-parent --as-pid-1 --hostname sandbox --cap-drop ALL"
    if root:
        return f"{alone} --cap-add CAP_SETUID --cap-add CAP_SETGID".split()
    return f"{alone} --unshare-user --disable-userns".split()


def _files(folders: list[str]) -> list[str]:
    """Return the mounts of the system and of `folders` (Python, packages, assets)."""
    arguments: list[str] = []
    for path in dict.fromkeys([*SYSTEM, *folders]):
        if os.path.islink(path) and path in SYSTEM:
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path) and not path.startswith("/usr/"):
            for parent in [*reversed(Path(path).parents)][1:]:  # private where bwrap makes them
                arguments += ["--perms", "0755", "--dir", str(parent)]
            arguments += ["--ro-bind", path, path]
    return arguments


def _environment(scratch: str, assets: dict[str, str]) -> dict[str, str]:
    fixed = {
        "PATH": "/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "USER": "nobody",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
    }
    return fixed | {f"{library}_THREADS": "1" for library in THREADED} | assets
