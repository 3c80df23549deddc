"""CPU cores that this process may use: fewer than the machine's in a container or a job."""

import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")


def available() -> int:
    """Return the cores within the affinity and the cgroup quota of this process, at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, int(min(cores or 1, _quota())))


def _quota() -> float:
    """Return the CPUs of the strictest quota above this process, infinity without one."""
    quotas = [float("inf")]
    for folder in _groups():
        quotas += filter(None, (_v2(folder / "cpu.max"), _v1(folder)))
    return min(quotas)


def _groups() -> set[Path]:
    """Return the folders of this process's cgroups and of all groups around them."""
    found: set[Path] = set()
    for line in _memberships():
        _, controllers, group = line.split(":", 2)
        root = CGROUPS / "cpu" if "cpu" in controllers.split(",") else CGROUPS
        inner = root / group.lstrip("/")
        found |= {each for each in (inner, *inner.parents) if each.is_relative_to(root)}
    return found


def _memberships() -> list[str]:
    """Return lines of number:controllers:group."""
    try:
        return Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []


def _v2(file: Path) -> float | None:
    match _words(file):
        case [quota, period] if quota != "max":
            return int(quota) / int(period)
    return None


def _v1(folder: Path) -> float | None:
    match _words(folder / "cpu.cfs_quota_us"), _words(folder / "cpu.cfs_period_us"):
        case [[quota], [period]] if int(quota) > 0:
            return int(quota) / int(period)
    return None


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []
