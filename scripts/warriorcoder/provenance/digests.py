"""Digests of code and fingerprints of weights, which decide a file together with its inputs.

The digest of code follows the method. It holds the statements that a script reaches (`reach`),
without texts for people (`syntax`) and without plumbing (`plumbing`).
"""

import hashlib
from pathlib import Path

from warriorcoder.core.paths import find
from warriorcoder.provenance import reach

PACKAGE = Path(__file__).parents[1]


def code_digest(script: str | Path) -> str:
    """Return a digest of a script and of all definitions of `warriorcoder` that it reaches."""
    parts = sorted(reach.statements(Path(script).resolve()).items())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def sources(script: str | Path) -> set[Path]:
    """Return a script and all modules of `warriorcoder` that it imports, directly or not."""
    return reach.files(Path(script).resolve())


def checksum(path: str | Path) -> str:
    """Return the sha256 of a file's whole content."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(source: str | None) -> str | None:
    """Return a hash of a local file or model folder, from names, sizes and contents of its files.

    Only both ends of a large file are read. A hub id is returned as it is, and so is None.
    """
    if source is None or not Path(find(source)).exists():
        return source
    folder = Path(find(source))
    end = 1 << 20
    hashed = hashlib.sha256()
    paths = [folder] if folder.is_file() else (p for p in folder.rglob("*") if p.is_file())
    for path in sorted(paths):
        size = path.stat().st_size
        hashed.update(f"{path.relative_to(folder)} {size}\n".encode())
        with path.open("rb") as file:
            if size <= 16 * end:
                hashed.update(file.read())
            else:
                hashed.update(file.read(end))
                file.seek(-end, 2)
                hashed.update(file.read())
    return hashed.hexdigest()
