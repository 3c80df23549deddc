"""Snapshots of models from the Hugging Face hub, in the hub's cache.

`snakemake fetch` downloads and checks a snapshot (`fetch`). A job then finds it by id and revision
without network (`folder`). The cache is `HF_HUB_CACHE`, by default `hub` in `HF_HOME`. It resumes a
broken download, and several projects may share it.
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
from warriorcoder.download import packages
from warriorcoder.download.files import FetchError
from warriorcoder.download.hub import on_hub

# Copies of the weights in the formats of other programs.
FOREIGN = (
    *("original/*", "onnx/*", "openvino/*", "coreml/*"),
    *("*.gguf", "*.h5", "*.msgpack", "*.ot", "*.tflite"),
)
SAFE, PICKLES = ".safetensors", ("*.bin", "*.pth", "*.pt")


def folder(model: str, revision: str | None, weights: bool = True) -> str:
    """Return the folder with a model's files.

    A local folder is returned as it is. A hub id gives its snapshot in the cache. A missing or
    incomplete snapshot is downloaded if there is network.

    Args:
        model: Local folder or hub id.
        revision: Commit, or None for the main branch.
        weights: False for a model behind a server, whose tokenizer alone is needed here.

    Raises:
        FetchError: the model cannot be downloaded. The message names the model, the cache and the
            command to run.
    """
    return present(model, revision, weights) or _download(model, revision, weights)[0]


def present(model: str, revision: str | None, weights: bool = True) -> str | None:
    """Return the folder with a model's files, None if its snapshot is not complete here."""
    if packages.unpacked(model) and not Path(find(model)).exists():
        raise FetchError(f"model {model} is not here. Run `snakemake fetch` with this config.")
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
        return None


def fetch(model: str, revision: str | None, weights: bool, record: str | Path) -> None:
    """Download a snapshot, check every file against the hub's checksums, and record them.

    Args:
        model: Hub id.
        revision: Commit, or None for the main branch.
        weights: False to download the tokenizer alone.
        record: JSON file to write: model, revision, commit, and name → size and sha256 (small
            files: git's sha1).

    Raises:
        FetchError: the snapshot cannot be downloaded, or a file has another checksum. The wrong
            file is deleted.
    """
    path, files = _download(model, revision, weights)
    commit = Path(path).name
    for wrong in HfApi().verify_repo_checksums(model, revision=commit).mismatches:
        link = Path(path) / wrong["path"]
        link.resolve().unlink()
        link.unlink(missing_ok=True)
        raise FetchError(
            f"{_name(model, revision)}: {wrong['path']} has {wrong['algorithm']} "
            f"{wrong['actual']}, the hub has {wrong['expected']}. The download broke, and the "
            "file is deleted: run `snakemake fetch` again."
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
    """Return patterns of the files of a repository that the pipeline never reads."""
    if not weights:
        return [*FOREIGN, *PICKLES, f"*{SAFE}"]
    return [*FOREIGN, *(PICKLES if any(name.endswith(SAFE) for name in files) else ())]


def _download(model: str, revision: str | None, weights: bool) -> tuple[str, list[RepoFile]]:
    """Return the folder of a complete snapshot and the files of its repository."""
    name = _name(model, revision)
    try:
        tree = HfApi().list_repo_tree(model, recursive=True, revision=revision)
        files = [file for file in tree if isinstance(file, RepoFile)]
        patterns = left_out([file.path for file in files], weights)
        return snapshot_download(model, revision=revision, ignore_patterns=patterns), files
    except GatedRepoError:
        raise FetchError(
            f"{name} is gated. Accept its terms on https://huggingface.co/{model}, log in with "
            "`hf auth login`, and run `snakemake fetch` again."
        ) from None
    except RepositoryNotFoundError:
        raise FetchError(
            f"{name}: the hub has no such repository, or it is private. Fix `model`, or log in "
            "(`hf auth login`)."
        ) from None
    except RevisionNotFoundError:
        raise FetchError(
            f"{name}: its repository has no such commit. Fix `revision` (`warriorcoder pin` "
            "writes today's)."
        ) from None
    except HfHubHTTPError as error:
        raise FetchError(f"{name}: {error}. Fix the config, or log in (hf auth login).") from None
    except (OSError, httpx2.HTTPError) as error:
        offline = constants.is_offline_mode()
        why = "HF_HUB_OFFLINE is set" if offline else f"the hub cannot be reached ({error})"
        raise FetchError(
            f"{name} is not complete in the cache {constants.HF_HUB_CACHE}, and {why}. Run "
            "`HF_HUB_OFFLINE=0 snakemake fetch` with this config on a machine with network and the "
            "same HF_HOME, or copy that cache here (profiles/README.md)."
        ) from None


def _name(model: str, revision: str | None) -> str:
    return f"model {model} @ {(revision or 'main')[:8]}"
