import shutil
from pathlib import Path

import pytest

from warriorcoder.provenance import digests

SCRIPTS = Path(digests.__file__).parents[2]


@pytest.fixture
def scripts(tmp_path, monkeypatch):
    """A copy of the scripts and the library, digested afresh after each edit."""
    copy = tmp_path / "scripts"
    shutil.copytree(SCRIPTS, copy, ignore=shutil.ignore_patterns("weights", "__pycache__"))
    monkeypatch.setattr(digests, "PACKAGE", copy / "warriorcoder")
    return copy


def digest(scripts, name):
    digests._read.cache_clear()
    return digests.code_digest(scripts / f"{name}.py")


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_comment_or_docstring_changes_nothing(scripts):
    before = digest(scripts, "rate_experts")
    edit(scripts / "rate_experts.py", "record =", "# why\nrecord =")
    edit(scripts / "warriorcoder/arena/ratings.py", "Sequential Elo", "Elo, one by one,")
    assert digest(scripts, "rate_experts") == before


def test_an_edited_helper_changes_its_users_and_no_other(scripts):
    users, others = ("rate_experts", "crown_answers"), ("schedule_battles", "mine_instructions")
    before = {name: digest(scripts, name) for name in (*users, *others)}
    edit(scripts / "warriorcoder/arena/ratings.py", "/ 400", "/ 401")
    assert all(digest(scripts, name) != before[name] for name in users)
    assert all(digest(scripts, name) == before[name] for name in others)


def test_an_import_inside_a_function_counts(scripts):
    before = digest(scripts, "mine_instructions")
    edit(scripts / "warriorcoder/models/engines/vllm.py", "enable_prefix_caching=True", "seed=1")
    assert digest(scripts, "mine_instructions") != before


def test_a_relative_import_counts(scripts):
    before = digest(scripts, "assess_judges")
    edit(scripts / "warriorcoder/miniature/world.py", "0.70", "0.71")
    assert digest(scripts, "assess_judges") != before


def test_a_model_folder_is_known_by_its_content(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"one")
    before = digests.fingerprint(str(tmp_path))
    (tmp_path / "model.safetensors").touch()
    assert digests.fingerprint(str(tmp_path)) == before
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert digests.fingerprint(str(tmp_path)) != before
    assert digests.fingerprint("hub/name") == "hub/name"
