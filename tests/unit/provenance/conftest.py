"""A copy of the scripts and the library, to be edited."""

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warriorcoder.provenance import reach
from warriorcoder.provenance.digests import code_digest
from warriorcoder.training import seal

ROOT = Path(__file__).parents[3]
RULES = "\n".join(path.read_text() for path in sorted((ROOT / "rules").rglob("*.smk")))
SCRIPTS = sorted(set(re.findall(r"scripts/(\w+)\.py", RULES)))
SEAL = "the checkpoint's seal"


class Tree:
    """The digest of each rule's script, and of the code that the seal of a checkpoint holds."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.entries = {name: folder / f"{name}.py" for name in SCRIPTS}
        self.entries[SEAL] = folder / "warriorcoder" / seal.CODE
        self.before = self.digests(self.entries)

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        return {name: code_digest(self.entries[name]) for name in names}

    def changed(self, names: Iterable[str] | None = None) -> set[str]:
        """Return the scripts of `names` (default: all) with another digest than before."""
        found = self.digests(self.entries if names is None else names)
        return {name for name, digest in found.items() if digest != self.before[name]}

    def importers(self, path: Path) -> set[str]:
        """The scripts that import a file, directly or not."""
        return {name for name, entry in self.entries.items() if path in reach.files(entry)}

    @contextmanager
    def with_text(self, path: Path, text: str) -> Iterator[None]:
        """`path` holds `text` for a while."""
        before = path.read_text()
        path.write_text(text)
        try:
            yield
        finally:
            path.write_text(before)


@pytest.fixture(scope="session")
def tree(tmp_path_factory) -> Tree:
    folder = tmp_path_factory.mktemp("tree") / "scripts"
    ignored = shutil.ignore_patterns("weights", "__pycache__")
    shutil.copytree(ROOT / "scripts", folder, ignore=ignored)
    return Tree(folder)
