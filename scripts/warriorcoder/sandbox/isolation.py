"""The command that starts the sandbox's interpreter, per kind of isolation.

`bubblewrap`: namespaces of its own for processes, network, IPC, host name and files. Of the host's
files only system libraries, Python and its installed packages are there, read-only: no project, no
data set, no result. /tmp is a small private tmpfs. Root's programs run as `nobody` (the kernel
exempts root from its limit on processes); an ordinary user's run in a user namespace.

`process`: the same interpreter with the same limits and clock, and nothing between it and the
user's files and network.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from warriorcoder.sandbox.inside import zygote

INSTALL = (
    "model-written programs run in bubblewrap (0.8 or later), and {what}. "
    "Install it (apt-get install bubblewrap), or consent to weak isolation: "
    "sandbox.isolation: process with sandbox.i_accept_weak_isolation: true"
)
INSIDE = Path(zygote.__file__).parent
HOME = "/run/sandbox"  # where `inside` lies in the sandbox
NOBODY = 65534
SYSTEM = "/usr /bin /sbin /lib /lib32 /lib64 /etc/ld.so.cache /etc/alternatives /nix/store".split()
ASSETS = ("SEABORN_DATA", "SCIKIT_LEARN_DATA")  # folders of DS-1000's tables, when set
BOOT = (
    "import json, sys; paths = json.loads(sys.argv[1]); sys.path[:0] = paths['own']; "
    "from inside import zygote; "
    "sys.path = [path for path in sys.path if path not in paths['own']] + paths['packages']; "
    "zygote.main(json.loads(sys.argv[2]))"
)


class SandboxError(RuntimeError):
    """The sandbox cannot start; the message says what would let it."""


def command(isolation: str, limits: dict, scratch: str) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment of the sandbox's first process.

    `scratch` is the programs' working folder; in `bubblewrap` a tmpfs of their own takes its place.

    Raises:
        SandboxError: bubblewrap is wanted and not installed.
    """
    walled = isolation == "bubblewrap"
    scratch = "/tmp" if walled else scratch
    root = walled and os.geteuid() == 0
    limits = limits | {"scratch": scratch, "user": NOBODY if root else None}
    packages = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    own = [HOME if walled else str(INSIDE.parent)]
    paths = {"own": own, "packages": packages}
    python = os.path.realpath(sys._base_executable)
    inner = [python, "-s", "-P", "-B", "-c", BOOT, json.dumps(paths), json.dumps(limits)]
    environment = _environment(scratch)
    if not walled:
        return inner, environment
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxError(INSTALL.format(what="there is no `bwrap` on the PATH"))
    outer = [bwrap, *_namespaces(root), *_files([os.path.realpath(sys.base_prefix), *packages])]
    outer += ["--perms", "1777", "--size", str(limits["disk_mb"] << 20), "--tmpfs", "/tmp"]
    outer += ["--ro-bind", str(INSIDE), f"{HOME}/inside", "--chdir", "/tmp", "--clearenv"]
    for name, value in environment.items():
        outer += ["--setenv", name, value]
    return [*outer, "--", *inner], {}


def _namespaces(root: bool) -> list[str]:
    alone = "--unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try"
    alone += " --new-session --die-with-parent --as-pid-1 --hostname sandbox --cap-drop ALL"
    if root:
        return f"{alone} --cap-add CAP_SETUID --cap-add CAP_SETGID".split()
    return f"{alone} --unshare-user --disable-userns".split()


def _files(prefixes: list[str]) -> list[str]:
    """Mounts: the system, Python (`prefixes`) and the asset folders, each at its own path."""
    assets = [os.environ[name] for name in ASSETS if os.path.isdir(os.environ.get(name, ""))]
    arguments: list[str] = []
    for path in dict.fromkeys([*SYSTEM, *prefixes, *assets]):
        if os.path.islink(path) and path in SYSTEM:
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path) and not path.startswith("/usr/"):
            for parent in [*reversed(Path(path).parents)][1:]:  # private where bwrap makes them
                arguments += ["--perms", "0755", "--dir", str(parent)]
            arguments += ["--ro-bind", path, path]
    return [*arguments, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]


def _environment(scratch: str) -> dict[str, str]:
    fixed = {
        "PATH": "/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "USER": "nobody",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
    }
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    return fixed | threads | {name: os.environ[name] for name in ASSETS if name in os.environ}
