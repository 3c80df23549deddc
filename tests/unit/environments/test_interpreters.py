"""Environments from hash locks: whole or not at all, one folder a lock, found again by a file."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from data import ROOT

from warriorcoder.environments import interpreters, locks
from warriorcoder.evaluation.sandbox import Program, Sandbox


def wheel(folder: Path, release: str) -> str:
    """Put a wheel of package `tiny_thing` into `folder`; its line in a lock."""
    path = folder / f"tiny_thing-{release}-py3-none-any.whl"
    info = f"tiny_thing-{release}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny_thing.py", f"RELEASE = '{release}'\n")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny_thing\nVersion: {release}\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"tiny-thing=={release} \\\n    --hash=sha256:{digest}\n"


@pytest.fixture
def index(tmp_path, monkeypatch):
    """The only place where pip finds packages."""
    (tmp_path / "index").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    return tmp_path / "index"


def release(python: str) -> str:
    code = "import tiny_thing; print(tiny_thing.RELEASE)"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()


def test_a_lock_is_installed_once_and_another_lock_beside_it(index, tmp_path):
    lock, cache = tmp_path / "tiny.txt", tmp_path / "cache"
    lock.write_text(wheel(index, "1.0"))
    first = interpreters.prepare(lock, cache, {})
    assert release(first.python) == "1.0" and first.packages == {"tiny-thing": "1.0"}

    (index / "tiny_thing-1.0-py3-none-any.whl").unlink()  # nothing to install it from again
    assert interpreters.prepare(lock, cache, {}) == first

    lock.write_text(wheel(index, "2.0"))
    second = interpreters.prepare(lock, cache, {})
    assert release(second.python) == "2.0" and release(first.python) == "1.0"


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_sandboxed_programs_see_the_environment_and_its_folders_and_nothing_else(index):
    """Not under /tmp: programs have a /tmp of their own."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as name:
        folder = Path(name)
        (folder / "tables").mkdir()
        (folder / "tables/x.csv").write_text("a,b")
        (folder / "tiny.txt").write_text(wheel(index, "1.0"))
        made = interpreters.prepare(
            folder / "tiny.txt", folder / "cache", {"X_DATA": folder / "tables"}
        )
        made.save(folder / "tiny.json")
        room = interpreters.room(folder / "tiny.json", {"tiny_thing": "tiny-thing", "no": "no"})
        assert room["preload"] == ("tiny_thing",)
        source = "import os, tiny_thing\ndef f(code):\n    return eval(code)\n"
        tries = [
            ["tiny_thing.RELEASE"],
            ["open(os.environ['X_DATA'] + '/x.csv').read()"],
            ["open(os.environ['X_DATA'] + '/y.csv', 'w')"],
            [f"os.listdir({str(folder)!r})"],
            ["__import__('numpy')"],
        ]
        with Sandbox(**room) as sandbox:
            values = sandbox.run([Program(source, "f", tries)])[0].values
    assert values[:2] == ("1.0", "a,b") and sorted(values[3]) == ["cache", "tables"]
    assert "Read-only" in values[2].error and "ModuleNotFoundError" in values[4].error


def test_what_a_killed_build_left_is_not_taken_for_built(index, tmp_path):
    lock, cache = tmp_path / "tiny.txt", tmp_path / "cache"
    lock.write_text(wheel(index, "1.0").replace("sha256:", "sha256:" + "0" * 64, 1)[:-65] + "\n")
    with pytest.raises(locks.LockError, match="tiny.txt cannot be installed(?s:.*)DO NOT MATCH"):
        interpreters.prepare(lock, cache, {})

    lock.write_text(wheel(index, "1.0"))
    built = Path(interpreters.build(lock, cache))
    (built.parents[1] / interpreters.COMPLETED).unlink()
    library = next(built.parents[1].glob("lib/*/site-packages/tiny_thing.py"))
    library.write_text("half")
    assert release(str(interpreters.build(lock, cache))) == "1.0"

    built.unlink()  # the Python that it was made from is gone
    assert release(str(interpreters.build(lock, cache))) == "1.0"


def test_an_interpreter_that_holds_the_packages_is_used_as_it_is(tmp_path):
    """As within `conda:`."""
    lock = tmp_path / "own.txt"
    lock.write_text(f"PyTest=={version('pytest')} \\\n    --hash=sha256:{'0' * 64}\n")
    environment = interpreters.prepare(lock, tmp_path / "cache", {"X_DATA": tmp_path})
    assert environment.python == sys.executable and not (tmp_path / "cache").exists()
    assert environment.variables == {"X_DATA": str(tmp_path)}


def test_another_python_is_told_what_to_do(tmp_path, monkeypatch):
    lock = tmp_path / "tiny.txt"
    lock.write_text(f"tiny-thing==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(interpreters, "PYTHON", (3, 9))
    with pytest.raises(locks.LockError, match="resolved for Python 3.9.*--sdm conda"):
        interpreters.prepare(lock, tmp_path, {})


def test_a_description_is_read_back_and_one_of_something_gone_is_refused(tmp_path):
    path, python = tmp_path / "x.json", tmp_path / "python"
    python.touch()
    made = interpreters.Environment(str(python), "x.txt", "0" * 64, {"a": "1"}, {})
    made.save(path)
    assert interpreters.load(path) == made
    python.unlink()
    with pytest.raises(locks.LockError, match="python is gone. Build it again: rm -f"):
        interpreters.load(path)
    path.write_text("{}")
    with pytest.raises(locks.LockError, match="describes no environment"):
        interpreters.load(path)


@pytest.mark.parametrize("text", ["", "# nothing\n", "numpy\n", "numpy==1.0\n", "-r other.txt\n"])
def test_what_is_not_pinned_with_hashes_is_no_lock(text, tmp_path):
    (tmp_path / "x.txt").write_text(text)
    with pytest.raises(locks.LockError, match="x.txt"):
        locks.read(tmp_path / "x.txt")
