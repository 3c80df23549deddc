"""The two identities of a scorer: root of the machine, and an ordinary user.

Root runs the suite as an ordinary user by starting it again under an unused user id. Folders that
only root may enter (a Python in /root) are replaced in a mount namespace by what the suite needs.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from hostile.world import CACHE, ROOT, cache_folder

from warriorcoder.evaluation.sandbox import isolation

USER = isolation.STRANGERS - 1  # belongs to nobody
# The classes of programs whose walls differ: permissions, processes and their limits.
DEPENDENT = ("others", "outliving", "reading", "starving", "writing")
RIGHTS = "--cap-add CAP_SETUID --cap-add CAP_SETGID --die-with-parent".split()


def is_root() -> bool:
    return isolation._is_root()


def name() -> str:
    return "root" if is_root() else "an ordinary user"


def as_ordinary_user(arguments: list[str]) -> int:
    """Run the suite with `arguments` as an ordinary user, and return its exit status."""
    cache = cache_folder("user-")
    home = cache / "home"
    home.mkdir()
    for folder in cache, home:
        os.chown(folder, USER, USER)
    bwrap = [shutil.which("bwrap"), "--dev-bind", "/", "/", *_entrances(), *RIGHTS, "--"]
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--"]
    environment = os.environ | {"HOME": str(home), CACHE: str(cache)}
    try:
        command = [*bwrap, *user, sys.executable, "-m", "hostile.suite", *arguments]
        return subprocess.run(command, env=environment, cwd=ROOT).returncode
    finally:
        subprocess.run(["rm", "-rf", cache], check=True)


def _entrances() -> list[str]:
    """Return mounts that let everybody reach Python and the project."""
    mounts: list[str] = []
    for needed in dict.fromkeys(map(os.path.realpath, (sys.base_prefix, sys.prefix, ROOT))):
        parents = [*reversed(Path(needed).parents)][1:]
        closed = [each for each in parents if not each.stat().st_mode & 0o001]
        if not closed:
            continue
        if str(closed[0]) not in mounts:
            mounts += ["--perms", "0755", "--tmpfs", str(closed[0])]
        for parent in parents[parents.index(closed[0]) + 1 :]:
            mounts += ["--perms", "0755", "--dir", str(parent)]
        mounts += ["--bind", needed, needed]
    return mounts
