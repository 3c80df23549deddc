"""Targets of the attacks and their detectors, all outside of the sandbox."""

import os
import secrets
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PREFIX = "SECRET-"
CACHE = "HOSTILE_CACHE"  # the variable that names another folder than the project's cache


def cache_folder(prefix: str) -> Path:
    """A new folder in the project's own cache."""
    cache = Path(os.environ.get(CACHE, ROOT / ".cache"))
    cache.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=cache))


@dataclass
class World:
    """Canary files with a secret in a home folder, the project and /tmp, and a mark to leave.

    Args:
        home, tmp, others: the folders that programs would know as home, /tmp and further ones.
    """

    home: Path
    tmp: Path
    others: tuple[Path, ...]

    def __post_init__(self):
        self.mark = "hostile-" + secrets.token_hex(4)
        self.comm = self.mark[-12:]
        self.secret = PREFIX + secrets.token_hex(16)
        self.base = cache_folder("hostile-")
        self.folder = self.tmp / f"canary-{self.mark[8:]}"
        self.canaries = {
            "home": self.home / f".canary-{self.mark[8:]}",
            "project": self.base / "canary",
            "tmp": self.folder / "canary",
        }
        self.folder.mkdir()
        for path in self.canaries.values():
            path.write_text(self.secret)
            path.chmod(0o666)
        for folder in (self.base, self.folder):
            folder.chmod(0o777)
        self.datasets = self.base / "dataset.jsonl"
        self.datasets.write_text('{"canonical_solution": "    return x * 7919"}\n')
        self.before = self._state()

    def known_to_programs(self, inside_tmp: str, memory_mb: int, scorer: int) -> dict:
        """Return the places and names that a program may know, without a secret."""
        inside = Path(inside_tmp) / self.folder.name
        disk = os.stat(ROOT).st_dev
        return {
            "home": str(self.canaries["home"]),
            "project": str(self.canaries["project"]),
            "tmp": str(inside / "canary"),
            "folder": str(inside),
            "name": "canary",
            "inode": self.canaries["tmp"].stat().st_ino,
            "datasets": [f"{self.base}/*.jsonl", f"{self.base}/*.parquet"],
            "prefix": PREFIX,
            "mark": self.mark,
            "comm": self.comm,
            "disk": [os.major(disk), os.minor(disk)],
            "memory_mb": memory_mb,
            "socket": f"{self.base}/socket",
            "pid": os.getpid(),
            "scorer": scorer,
        }

    def touched(self) -> list[str]:
        """Return the differences from the beginning, and undo them."""
        found = [name for name, state in self._state().items() if state != self.before[name]]
        for name in found:
            if name in self.canaries:
                path = self.canaries[name]
                path.parent.mkdir(exist_ok=True)
                path.write_text(self.secret)
                path.chmod(0o666)
        left = [path for folder in self._folders() for path in folder.glob(f"*{self.mark}*")]
        for path in left:
            path.unlink() if path.is_symlink() or path.is_file() else shutil.rmtree(path)
        if found:
            self.before = self._state()
        return found + [str(path.parent) for path in left]

    def survivors(self) -> list[int]:
        """Processes that carry the mark; they are ended."""
        found = []
        for status in Path("/proc").glob("[0-9]*/comm"):
            try:
                if status.read_text().strip() == self.comm:
                    found.append(int(status.parent.name))
            except OSError:
                continue
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return found

    def close(self) -> None:
        self.survivors()
        self.touched()
        self.canaries["home"].unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.base, ignore_errors=True)

    def _state(self) -> dict[str, tuple | None]:
        state = {}
        for name, path in self.canaries.items() | {("datasets", self.datasets)}:
            try:
                state[name] = path.read_text(), path.stat().st_mode
            except OSError:
                state[name] = None
        return state

    def _folders(self) -> list[Path]:
        import numpy

        python = [Path(os.__file__).parent, Path(numpy.__file__).parents[1], Path("/usr")]
        return [self.home, self.tmp, self.folder, self.base, *self.others, *python]
