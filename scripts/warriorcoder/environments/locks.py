"""Hash locks, which pin every package of an environment with the sha256 of each file.

`python -m warriorcoder.environments.locks PYLOCK envs/NAME.in` writes uv's pylock of a list to
`envs/NAME.txt`. If the list has a line `# conda:`, it also writes `envs/NAME.yaml`, with the same
pins for Snakemake's `conda:`.
This module imports only the standard library, because a locked environment may hold nothing else.
"""

import re
import sys
import tomllib
from pathlib import Path

from warriorcoder.core.atomic import atomic

PIN = re.compile(
    r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s\\]+)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)"
)
# PyPI hosts no CPU build of torch.
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
WRITTEN = "# Written from {} by `make lock`; do not edit.\n"


class LockError(ValueError):
    """A file is no hash lock, or the installed packages differ from its pins."""


def read(lock: str | Path) -> dict[str, tuple[str, list[str]]]:
    """Return normalised name → (version, sha256 digests of the files).

    Raises:
        LockError: the file is missing, empty, or pins a package without a hash.
    """
    try:
        text = Path(lock).read_text()
    except FileNotFoundError:
        raise LockError(
            f"{lock}: no such lock. Fix `environment`, or write the lock: make lock"
        ) from None
    pins = {}
    for block in re.split(r"\n(?=\S)", text):
        if block.startswith("#") or not block.strip():
            continue
        if not (found := PIN.match(block)):
            raise LockError(
                f"{lock}: {block.splitlines()[0]!r} is not NAME==VERSION with hashes. Write the "
                "lock with: uv pip compile --generate-hashes"
            )
        pins[normal(found[1])] = found[2], re.findall(r"sha256:([0-9a-f]{64})", found[3])
    if not pins:
        raise LockError(f"{lock}: pins no package. Write it again: make lock")
    return pins


def normal(name: str) -> str:
    """Return a package's name in PyPI's normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def from_pylock(pylock: str | Path) -> str:
    """Return the lines of a lock.

    They hold the hashes of the wheels for uv's `--python-platform`, or of the sdist if there is no
    wheel. Other hashes are left out, because Snakemake stores the conda file with every output.
    """
    pins = []
    for package in tomllib.loads(Path(pylock).read_text())["packages"]:
        files = package.get("wheels") or [package["sdist"]]
        digests = sorted(file["hashes"]["sha256"] for file in files)
        hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in digests)
        pins.append(f"{package['name']}=={package['version']}{hashes}\n")
    return "".join(pins)


def conda_packages(wanted: str | Path) -> list[str]:
    """Return the conda-forge packages of a list, from its line `# conda: NAME=VERSION …`."""
    found = re.search(r"^# conda: (.+)$", Path(wanted).read_text(), re.M)
    return found[1].split() if found else []


def conda(lock: str | Path) -> str:
    """Return the conda file of a lock. Each pip line carries hashes, so they enter its digest."""
    lock, pins = Path(lock), read(lock)
    lines = [
        f"{name}=={version} {' '.join(f'--hash=sha256:{digest}' for digest in digests)}"
        for name, (version, digests) in pins.items()
    ]
    if any(version.endswith("+cpu") for version, _ in pins.values()):
        lines.insert(0, f"--extra-index-url {CPU_INDEX}")
    packages = conda_packages(lock.with_suffix(".in"))
    return (
        WRITTEN.format(lock.name)
        + "channels: [conda-forge, nodefaults]\ndependencies:\n"
        + "".join(f"  - {package}\n" for package in packages)
        + "  - pip:\n"
        + "".join(f"      - {line}\n" for line in lines)
    )


def write(pylock: str | Path, wanted: str | Path) -> None:
    """Write the lock and the conda file of a list beside it."""
    lock = Path(wanted).with_suffix(".txt")
    with atomic(lock) as temporary:
        temporary.write_text(WRITTEN.format(Path(wanted).name) + from_pylock(pylock))
    if conda_packages(wanted):
        with atomic(lock.with_suffix(".yaml")) as temporary:
            temporary.write_text(conda(lock))


if __name__ == "__main__":
    write(*sys.argv[1:])
