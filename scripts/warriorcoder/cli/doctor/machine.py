"""Facts about this machine: memory, disks, file systems, SLURM."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mount:
    """A file system: its kind (`ext4`, `nfs4`), its options and its identity."""

    kind: str
    options: tuple[str, ...]


def available_memory() -> float:
    """Return the bytes of memory that programs may still take, within the cgroup's limit."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            free = float(line.split()[1]) * 1024
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else "max"
    return free if text == "max" else min(free, float(text))


def cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0))


def existing(path: str | Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    place = Path(path).absolute()
    return next(each for each in (place, *place.parents) if each.exists())


def free_disk(path: str | Path) -> float:
    """Return the free bytes of the disk that holds a path."""
    return float(shutil.disk_usage(existing(path)).free)


def disk(path: str | Path) -> int:
    """Return the identity of the disk that holds a path."""
    return existing(path).stat().st_dev


def mount(path: str | Path) -> Mount:
    """Return the file system that holds a path, as /proc/mounts names it."""
    place, best, found = str(existing(path).resolve()), "", Mount("unknown", ())
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, kind, options = line.split()[:4]
        point = point.replace("\\040", " ")
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, found = point, Mount(kind, tuple(options.split(",")))
    return found


def slurm() -> dict[str, str] | None:
    """Return SLURM's settings; empty if no cluster answers, None without its commands."""
    if not shutil.which("scontrol"):
        return None
    said = _run(["scontrol", "show", "config"]) or ""
    rows = (line.partition("=") for line in said.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in rows}


def _run(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout
