"""Fetched files are whole and the expected ones, from real servers that do what servers do."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import local_hub
import pytest

from warriorcoder.download import files

DATA = b"".join(b"line %d of a data set\n" % n for n in range(20000))
SHA256 = hashlib.sha256(DATA).hexdigest()
COMMIT = "0123456789abcdef" * 2 + "01234567"
HUB = {"repo": "evalplus/humanevalplus", "revision": COMMIT, "file": "data/set.jsonl"}
RESOLVED = f"/datasets/{HUB['repo']}/resolve/{COMMIT}/{HUB['file']}"


class Handler(local_hub.FileHandler):
    """Serves DATA at /set.jsonl and, by the hub's file protocol, at RESOLVED."""

    def answer(self, body: bool):
        if self.path in ("/set.jsonl", RESOLVED):
            return self.file(DATA, COMMIT, body)
        missing = "EntryNotFound" if COMMIT in self.path else "RevisionNotFound"
        self.refuse(404, missing if "/resolve/" in self.path else None)


@pytest.fixture
def server():
    with local_hub.serve(local_hub.FileServer(Handler)) as server:
        yield server


@pytest.fixture
def path(tmp_path):
    return tmp_path / "resources" / "set.jsonl"


def assert_nothing_at(path: Path) -> None:
    assert not path.parent.exists() or list(path.parent.iterdir()) == []


def test_a_url_is_fetched_whole(server, path):
    files.fetch({"url": f"{server.url}/set.jsonl", "sha256": SHA256}, path)
    assert path.read_bytes() == DATA
    assert [file.name for file in path.parent.iterdir()] == ["set.jsonl"]


@pytest.mark.parametrize(
    ("name", "sha256", "stops", "told"),
    [
        (
            "set.jsonl",
            "0" * 64,
            [],
            rf"is {SHA256}, the config expects {'0' * 64}.*fix the config",
        ),
        ("set.jsonl", SHA256, [1000], "1000 bytes.*the download broke: try again"),
        ("none.jsonl", SHA256, [], r"none.jsonl: HTTP 404 Not Found. Fix the config"),
    ],
)
def test_a_url_that_is_not_the_file_leaves_nothing(name, sha256, stops, told, server, path):
    server.stops_after = stops
    with pytest.raises(files.FetchError, match=told):
        files.fetch({"url": f"{server.url}/{name}", "sha256": sha256}, path)
    assert_nothing_at(path)


def test_no_way_to_a_url_names_the_way_out(server, path):
    server.server_close()
    with pytest.raises(files.FetchError, match="cannot be reached.*`snakemake fetch`.*set"):
        files.fetch({"url": f"{server.url}/set.jsonl", "sha256": SHA256}, path)
    assert_nothing_at(path)


def test_what_was_there_survives_a_failed_fetch(server, path):
    path.parent.mkdir()
    path.write_text("old")
    with pytest.raises(files.FetchError):
        files.fetch({"url": f"{server.url}/none.jsonl", "sha256": SHA256}, path)
    assert path.read_text() == "old"


FETCH = """
import json, sys
from warriorcoder.download import files
source, path = json.loads(sys.argv[1]), sys.argv[2]
try:
    files.fetch(source, path)
except files.FetchError as error:
    sys.exit(f"FetchError: {error}")
"""


def from_hub(
    server: local_hub.FileServer, home: Path, path: Path, sha256: str = SHA256, **changed
) -> str:
    """Fetch in a process of its own (the hub's settings are read when it starts); its error.

    Of `changed`, names in capitals go to the environment, the others into the source.
    """
    settings = {name: value for name, value in changed.items() if name.isupper()}
    source = {"hub": HUB | {k: changed[k] for k in changed.keys() - settings}, "sha256": sha256}
    own = {"HF_ENDPOINT": server.url, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0"} | settings
    done = subprocess.run(
        [sys.executable, "-c", FETCH, json.dumps(source), str(path)],
        env=os.environ | own | {"PYTHONPATH": str(Path(files.__file__).parents[2])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 or "FetchError: " in done.stderr, done.stderr
    return done.stderr.partition("FetchError: ")[2]


def test_a_hub_file_is_fetched_at_its_commit_and_then_served_without_network(
    server, tmp_path, path
):
    home = tmp_path / "home"
    assert "HF_HUB_OFFLINE is set" in from_hub(server, home, path, HF_HUB_OFFLINE="1")
    assert_nothing_at(path)
    assert from_hub(server, home, path) == ""
    assert path.read_bytes() == DATA
    assert [name for name, _ in server.asked].count(RESOLVED) == 1
    path.unlink()
    server.server_close()
    assert from_hub(server, home, path, HF_HUB_OFFLINE="1") == ""
    assert path.read_bytes() == DATA


def test_a_broken_hub_download_is_taken_up_again(server, tmp_path, path):
    server.stops_after = [100_000]
    assert from_hub(server, tmp_path / "home", path) == ""
    assert path.read_bytes() == DATA
    assert [name for name, _ in server.asked].count(RESOLVED) == 2


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"sha256": "0" * 64}, f"is {SHA256}, the config expects {'0' * 64}"),
        ({"file": "none.jsonl"}, "none.jsonl of evalplus/humanevalplus @ 01234567 on the hub"),
        ({"revision": "f" * 40}, "@ ffffffff on the hub"),
        ({"repo": "no/body"}, "of no/body @ 01234567 on the hub"),
    ],
)
def test_a_hub_file_that_is_not_the_one_leaves_nothing(changed, told, server, tmp_path, path):
    error = from_hub(server, tmp_path / "home", path, **changed)
    assert told in error and "fix the config" in error.lower()
    assert_nothing_at(path)


def test_a_proxy_that_lets_nothing_through_names_the_way_out(server, tmp_path, path):
    behind = {"HF_ENDPOINT": "https://hub.invalid", "HTTPS_PROXY": server.url}
    error = from_hub(server, tmp_path / "home", path, **behind)
    assert "cannot be reached" in error and "`snakemake fetch`" in error and str(path) in error
    assert_nothing_at(path)
