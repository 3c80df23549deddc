"""If these tests fail, stale or half-written weights pass for finished ones."""

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warriorcoder.training import gold as gold_files
from warriorcoder.training import seal

RECORD = {
    "code": "c",
    "seed": 1,
    "base": "of base",
    "template": None,
    "objective": "sft",
    "training": {"base": "models/base", "chat_template": None, "steps": 2},
}
TALK = [{"role": "user", "content": "Add."}, {"role": "assistant", "content": "x += 1"}]
FACTS = {"loss_last": 0.5}


def gold(path, talks, **more):
    columns = {"messages": talks} | {name: [value] * len(talks) for name, value in more.items()}
    pq.write_table(pa.table(columns).replace_schema_metadata({"record": str(more)}), path)
    return path


@pytest.fixture
def folder(tmp_path):
    """A checkpoint that "all" decided."""
    folder = tmp_path / "one"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        (folder / name).write_text(name * 9)
    seal.seal(folder, "all", FACTS)
    (folder / seal.MARKER).write_text("{}\n")
    return folder


def test_what_its_own_training_left_is_finished_with_or_without_marker(folder):
    assert seal.finished(folder, "all") == FACTS
    (folder / seal.MARKER).unlink()
    (folder / "notes.txt").write_text("Looks good.")
    assert seal.finished(folder, "all") == FACTS


def cut(folder):
    path = folder / "model.safetensors"
    path.write_text(path.read_text()[:-1])


def lost(folder):
    (folder / "config.json").unlink()


def foreign(folder):
    (folder / seal.SEAL).write_text('["another program\'s"]')


def half_said(folder):
    path = folder / seal.SEAL
    path.write_text(path.read_text()[:-9])


def never_said(folder):
    (folder / seal.SEAL).unlink()


@pytest.mark.parametrize("broken", [cut, lost, foreign, half_said, never_said, shutil.rmtree])
def test_what_is_not_whole_or_not_ours_is_not_finished(folder, broken):
    broken(folder)
    assert seal.finished(folder, "all") is None


def test_what_other_things_decided_is_not_finished(folder):
    assert seal.finished(folder, "all else") is None


@pytest.mark.parametrize("key, value", [("seed", 2), ("base", "of another"), ("template", "t")])
def test_what_decides_the_weights_changes_the_digest(tmp_path, key, value):
    rows = gold(tmp_path / "gold.parquet", [TALK])
    before = seal.decided(RECORD, "cpu", rows)
    assert seal.decided(RECORD | {key: value}, "cpu", rows) != before
    steps = RECORD | {"training": RECORD["training"] | {"steps": 3}}
    assert seal.decided(steps, "cpu", rows) != before != seal.decided(RECORD, "gpu", rows)
    assert seal.decided(RECORD, "cpu", gold(rows, [TALK, TALK])) != before


def test_what_decides_no_weight_leaves_the_digest(tmp_path):
    """Code around training, where the base lies, what else stands beside the conversations."""
    rows = gold(tmp_path / "gold.parquet", [TALK])
    before = seal.decided(RECORD, "cpu", rows)
    moved = RECORD["training"] | {"base": "/elsewhere/base"}
    assert seal.decided(RECORD | {"code": "d", "training": moved}, "cpu", rows) == before
    assert seal.decided(RECORD, "cpu", gold(rows, [TALK], margin=0.5)) == before


def test_another_release_of_a_package_changes_the_digest(tmp_path, monkeypatch):
    rows = gold(tmp_path / "gold.parquet", [TALK])
    before = seal.decided(RECORD, "cpu", rows)
    monkeypatch.setattr(seal, "version", lambda name: "9")
    assert seal.decided(RECORD, "cpu", rows) != before


def test_samples_hang_on_the_files_and_not_on_what_is_said_of_them(folder):
    before = seal.identity(folder)
    (folder / seal.MARKER).write_text(json.dumps({"record": RECORD}))
    seal.seal(folder, "all else", {})
    assert seal.identity(str(folder)) == before
    cut(folder)
    assert seal.identity(folder) != before


def test_a_file_without_conversations_is_named(tmp_path):
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "gold.parquet")
    with pytest.raises(gold_files.GoldError, match=r"gold\.parquet: no conversations"):
        seal.decided(RECORD, "cpu", tmp_path / "gold.parquet")
