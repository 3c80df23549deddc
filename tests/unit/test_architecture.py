"""docs/architecture.md shows today's imports and names files that exist."""

import re
import sys

from data import ROOT

PACKAGES = ROOT / "scripts/warriorcoder"


def test_the_picture_is_that_of_the_imports(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    sys.modules.pop("draw_packages", None)
    import draw_packages

    text = draw_packages.PAGE.read_text()
    assert draw_packages.page(text) == text, "run make architecture"


def test_each_package_has_a_row_and_each_named_file_exists():
    text = (ROOT / "docs/architecture.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \|", text, re.M)
    assert sorted(listed) == sorted(p.parent.name for p in PACKAGES.glob("*/__init__.py"))
    paths = re.findall(r"`(\w+/[\w/]+(?:\.py)?)`", text.split("## Where to add what")[1])
    assert paths and all((PACKAGES / path).exists() or (ROOT / path).exists() for path in paths)
