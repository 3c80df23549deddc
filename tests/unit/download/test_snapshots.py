"""If these tests fail, a job runs on half a model, or on another one."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import local_hub
import pytest
from huggingface_hub import constants

from warriorcoder.download import hub, packages, snapshots
from warriorcoder.download.files import FetchError

MODEL = "Qwen/Qwen2.5-Coder-7B-Instruct"
OLD, NEW = "0123456789" * 4, "fedcba9876" * 4
WEIGHTS = bytes(range(256)) * 3000
FILES = {
    "config.json": b'{"model_type": "llama"}\n',
    "model.safetensors": WEIGHTS,
    "tokenizer/vocab.json": b"{}" * 700,
    "pytorch_model.bin": WEIGHTS[::-1],
    "original/consolidated.00.pth": WEIGHTS,
    "onnx/model.onnx": WEIGHTS,
    "model.gguf": WEIGHTS,
}
READ = {"config.json", "model.safetensors", "tokenizer/vocab.json"}
ASK = """
import sys
from warriorcoder.download import hub, snapshots
from warriorcoder.download.files import FetchError
action, model, revision = sys.argv[1:]
revision = revision if revision != "none" else None
try:
    if action == "fetch":
        record = f"{hub.CACHE}/{hub.record(model, revision)}"
        snapshots.fetch(model, revision, True, record)
        print(record)
    else:
        print(snapshots.folder(model, revision, weights=action == "folder"))
except FetchError as error:
    sys.exit(f"FetchError: {error}")
"""


@pytest.fixture
def server():
    with local_hub.serve() as server:
        server.models[MODEL] = {OLD: FILES | {"config.json": b"{}"}, NEW: FILES}
        yield server


@pytest.fixture
def ask(server, tmp_path):
    """Ask in a process of its own, as the hub's settings are read when it starts."""

    def ask(action: str, revision: str | None = NEW, model: str = MODEL, **environment) -> str:
        own = {"HF_ENDPOINT": server.url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "0"}
        done = subprocess.run(
            [sys.executable, "-c", ASK, action, model, revision or "none"],
            env=os.environ
            | own
            | environment
            | {"PYTHONPATH": str(Path(snapshots.__file__).parents[2])},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0 or "FetchError: " in done.stderr, done.stderr
        return done.stdout.strip() or done.stderr.partition("FetchError: ")[2]

    return ask


def there(folder: str) -> dict[str, bytes]:
    root = Path(folder)
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_fetched_model_is_whole_without_copies_and_serves_without_network(ask, server):
    record = json.loads(Path(ask("fetch")).read_text())
    assert (record["model"], record["commit"]) == (MODEL, NEW)
    assert set(record["files"]) == READ
    weights = {"size": len(WEIGHTS), "sha256": hashlib.sha256(WEIGHTS).hexdigest()}
    assert record["files"]["model.safetensors"] == weights
    assert record["files"]["config.json"]["git_sha1"] == local_hub.git_sha1(FILES["config.json"])
    asked = len(server.asked)
    folder = ask("folder", HF_HUB_OFFLINE="1")
    assert there(folder) == {name: FILES[name] for name in READ}
    assert ask("folder") == folder
    assert len(server.asked) == asked, "a model that is there asks nobody"


def test_a_revision_is_its_own_snapshot_and_none_stays_at_what_was_fetched(ask, server):
    old, main = ask("fetch", OLD), ask("fetch", None)
    assert json.loads(Path(old).read_text())["commit"] == OLD
    assert json.loads(Path(main).read_text())["commit"] == NEW
    server.models[MODEL]["a" * 40] = FILES | {"config.json": b"[]"}
    assert Path(ask("folder", None)).name == NEW
    assert (Path(ask("folder", OLD)) / "config.json").read_bytes() == b"{}"


def test_a_model_behind_a_server_has_only_its_tokenizer_here(ask, server):
    folder = ask("tokenizer")
    assert set(there(folder)) == READ - {"model.safetensors"}
    assert ask("tokenizer", HF_HUB_OFFLINE="1") == folder
    assert "is not complete" in ask("folder", HF_HUB_OFFLINE="1")


def test_pickled_weights_are_taken_where_there_are_no_others(ask, server):
    server.models[MODEL][NEW] = {k: v for k, v in FILES.items() if not k.endswith("safetensors")}
    assert set(there(ask("folder"))) == READ - {"model.safetensors"} | {"pytorch_model.bin"}


def test_a_download_that_broke_goes_on_where_it_was(ask, server):
    chunk = constants.DOWNLOAD_CHUNK_SIZE  # what is written at once
    files = {"model.safetensors": bytes(chunk) + WEIGHTS}
    server.models[MODEL][NEW], server.stops_after = files, [chunk + 1000]
    assert there(ask("folder")) == files
    begun = [begin for path, begin in server.asked if path.endswith("model.safetensors")]
    assert begun == [None, f"bytes={chunk}-"]


def test_half_a_snapshot_is_no_model_and_the_way_out_is_told(ask, server, tmp_path):
    folder = Path(ask("folder"))
    (folder / "model.safetensors").unlink()
    error = ask("folder", HF_HUB_OFFLINE="1")
    assert f"model {MODEL} @ fedcba98 is not complete in the cache {tmp_path}" in error
    assert "HF_HUB_OFFLINE is set" in error and "HF_HUB_OFFLINE=0 snakemake fetch" in error
    assert there(ask("folder")) == {name: FILES[name] for name in READ}
    (folder / "model.safetensors").unlink()
    behind = {"HF_ENDPOINT": "https://hub.invalid", "HTTPS_PROXY": server.url}
    assert "the hub cannot be reached" in ask("folder", **behind)


def test_a_file_that_is_not_the_hubs_is_deleted_and_fetched_again(ask):
    record = Path(ask("fetch"))
    folder = Path(ask("folder"))
    weights = (folder / "model.safetensors").resolve()
    weights.write_bytes(b"x" * len(WEIGHTS))
    record.unlink()
    error = ask("fetch")
    assert "model.safetensors has sha256" in error and "run `snakemake fetch` again" in error
    assert not record.exists()
    assert ask("fetch") == str(record) and weights.read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("model", "revision", "told"),
    [
        ("no/body", NEW, "model no/body @ fedcba98: .*Fix `model`"),
        (MODEL, "b" * 40, "@ bbbbbbbb: .*Fix `revision`"),
        ("meta/gated", None, "gated. Accept its terms on https://huggingface.co/meta/gated"),
    ],
)
def test_a_model_that_cannot_be_had_says_why(ask, server, model, revision, told, tmp_path):
    server.models["meta/gated"] = {NEW: FILES}
    server.gated.add("meta/gated")
    error = ask("fetch", revision, model).replace("\n", " ")
    assert re.search(told, error), error
    assert not list(tmp_path.rglob("checked"))


def test_only_ids_are_looked_up_on_the_hub(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert hub.on_hub("Qwen/Qwen2.5-72B-Instruct")
    for local in ("scripts/warriorcoder/weights/base", "/models/x", "package:gt/model", "base"):
        assert not hub.on_hub(local)
        assert snapshots.folder(local, None) == local
    (tmp_path / "models/mine").mkdir(parents=True)
    assert not hub.on_hub("models/mine")
    shutil.rmtree(tmp_path / "models")
    assert hub.on_hub("models/mine")


def test_a_model_of_a_package_that_is_not_unpacked_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(packages.FILES, "tiny", "tiny/*.gguf")
    with pytest.raises(FetchError, match="models/tiny is not here. Run `snakemake fetch`"):
        snapshots.folder("resources/models/tiny", None)
    Path("resources/models/tiny").mkdir(parents=True)
    assert snapshots.folder("resources/models/tiny", None) == "resources/models/tiny"
