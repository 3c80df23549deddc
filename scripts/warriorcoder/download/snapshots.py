"""Models of the Hugging Face hub: whole snapshots of a commit, kept in the hub's own cache.

`snakemake fetch` downloads and checks them (`fetch`); jobs take them from there by id and revision
(`folder`), and need no network then. The cache is `HF_HUB_CACHE`, by default `hub` in `HF_HOME`; it
takes up a broken download where it was, and several projects may share it.
"""

import json
from pathlib import Path

import httpx2
from huggingface_hub import (
    HfApi,
    RepoFile,
    constants,
    get_cached_repo_tree,
    snapshot_download,
)
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from warriorcoder.core.atomic import atomic
from warriorcoder.core.paths import find
from warriorcoder.download.files import FetchError
from warriorcoder.download.hub import on_hub

# The same weights again, for other programs.
FOREIGN = ("original/*", "onnx/*", "openvino/*", "coreml/*")
FOREIGN += ("*.gguf", "*.h5", "*.msgpack", "*.ot", "*.tflite")
SAFE, PICKLES = ".safetensors", ("*.bin", "*.pth", "*.pt")


def folder(model: str, revision: str | None, weights: bool = True) -> str:
    """Where a model's files are: a local folder is itself, a hub id its snapshot in the cache.

    A snapshot that is not there, or not whole, is downloaded where there is network.

    Args:
        weights: whether they are needed; a model behind a server has only its tokenizer here.

    Raises:
        FetchError: it cannot be had; names the model, the cache and what to run where.
    """
    if not on_hub(model):
        return find(model)
    try:
        known = [file.path for file in get_cached_repo_tree(model, revision=revision)]
    except CachedRepoTreeNotFoundError:
        known = []
    try:
        return snapshot_download(
            model,
            revision=revision,
            ignore_patterns=left_out(known, weights),
            local_files_only=True,
        )
    except LocalEntryNotFoundError:
        return _download(model, revision, weights)[0]


def fetch(model: str, revision: str | None, weights: bool, record: str | Path) -> None:
    """Download a snapshot, check every file against the hub's checksums, and write them down.

    Args:
        record: JSON: model, revision, commit, and name → size and sha256 (small files: git's sha1).

    Raises:
        FetchError: it cannot be had, or a file is not the hub's; that one is deleted.
    """
    path, files = _download(model, revision, weights)
    commit = Path(path).name
    for wrong in HfApi().verify_repo_checksums(model, revision=commit).mismatches:
        link = Path(path) / wrong["path"]
        link.resolve().unlink()
        link.unlink(missing_ok=True)
        raise FetchError(
            f"{_name(model, revision)}: {wrong['path']} has {wrong['algorithm']} "
            f"{wrong['actual']}, the hub says {wrong['expected']}: the download broke, and the "
            "file is deleted; run `snakemake fetch` again"
        )
    facts = {
        file.path: {"size": file.size}
        | ({"sha256": file.lfs.sha256} if file.lfs else {"git_sha1": file.blob_id})
        for file in sorted(files, key=lambda file: file.path)
        if (Path(path) / file.path).exists()
    }
    with atomic(record) as temporary:
        whole = {"model": model, "revision": revision, "commit": commit, "files": facts}
        temporary.write_text(json.dumps(whole, indent=2) + "\n")


def left_out(files: list[str], weights: bool = True) -> list[str]:
    """Patterns of the files of a repository that nothing here reads."""
    if not weights:
        return [*FOREIGN, *PICKLES, f"*{SAFE}"]
    return [*FOREIGN, *(PICKLES if any(name.endswith(SAFE) for name in files) else ())]


def _download(model: str, revision: str | None, weights: bool) -> tuple[str, list[RepoFile]]:
    """The folder of a whole snapshot, and the files of its repository."""
    name = _name(model, revision)
    try:
        tree = HfApi().list_repo_tree(model, recursive=True, revision=revision)
        files = [file for file in tree if isinstance(file, RepoFile)]
        patterns = left_out([file.path for file in files], weights)
        return snapshot_download(model, revision=revision, ignore_patterns=patterns), files
    except GatedRepoError:
        raise FetchError(
            f"{name} is gated: accept its terms on https://huggingface.co/{model}, log in with "
            "`hf auth login`, and run `snakemake fetch` again"
        ) from None
    except RepositoryNotFoundError:
        raise FetchError(
            f"{name}: the hub has no such repository, or it is private: mend `model`, or log in "
            "(`hf auth login`)"
        ) from None
    except RevisionNotFoundError:
        raise FetchError(
            f"{name}: its repository has no such commit: mend `revision` (`warriorcoder pin` "
            "writes today's)"
        ) from None
    except HfHubHTTPError as error:
        raise FetchError(f"{name}: {error}; mend the config, or log in (hf auth login)") from None
    except (OSError, httpx2.HTTPError) as error:
        offline = constants.is_offline_mode()
        why = "HF_HUB_OFFLINE is set" if offline else f"the hub cannot be reached ({error})"
        raise FetchError(
            f"{name} is not whole in the cache {constants.HF_HUB_CACHE}, and {why}; run "
            "`HF_HUB_OFFLINE=0 snakemake fetch` with this config on a machine with network and the "
            "same HF_HOME, or copy that cache here (profiles/README.md)"
        ) from None


def _name(model: str, revision: str | None) -> str:
    return f"model {model} @ {(revision or 'main')[:8]}"
