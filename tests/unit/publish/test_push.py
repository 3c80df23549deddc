"""If these tests fail, a push loses files, publishes too much, or hides why the hub refused it."""

import pytest
from huggingface_hub import constants
from local_upload import serve

from warriorcoder.cli import publish as command
from warriorcoder.cli.errors import InputError
from warriorcoder.publish import hub
from warriorcoder.publish.staging import Repository


@pytest.fixture
def taking(monkeypatch):
    with serve() as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("HF_TOKEN", "hf_of_a_test")
        yield server


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "README.md").write_text("# card\n")
    (tmp_path / "data/rows.parquet").write_bytes(bytes(range(256)) * 40)
    return Repository("me/set", "dataset", tmp_path)


def test_a_push_creates_a_private_repository_with_each_file(taking, repository):
    assert hub.push(repository, public=False).startswith(taking.url)
    [made] = taking.created
    assert (made["name"], made["organization"], made["type"]) == ("set", "me", "dataset")
    assert made.get("private") is True or made.get("visibility") == "private"
    assert taking.files == {
        "datasets/me/set": {
            "README.md": b"# card\n",
            "data/rows.parquet": bytes(range(256)) * 40,
        }
    }


def test_a_report_is_a_static_space_and_public_only_on_request(taking, repository):
    hub.push(Repository("me/report", "space", repository.folder), public=True)
    [made] = taking.created
    assert (made["type"], made["sdk"]) == ("space", "static")
    assert made.get("private") is False or made.get("visibility") == "public"


def test_a_refusal_is_told_with_the_fix(taking, repository):
    taking.refuses = True
    with pytest.raises(InputError, match="me/set: not uploaded .*403.*hf auth login"):
        command._push(repository, public=False)
