"""Downloads of files, checked against the sha256 in the config.

A file from the Hugging Face hub passes through the hub's cache (`HF_HOME`). The cache resumes a
broken download, and a copy of it serves a machine without network.
"""

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
from pathlib import Path

import httpx2
from huggingface_hub import constants, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError

from warriorcoder.core.atomic import atomic

SECONDS = 60  # timeout of a connection that sends no byte


class FetchError(RuntimeError):
    """A file cannot be downloaded. The message names the file, the reason and the fix."""


def fetch(source: dict, path: str | Path) -> None:
    """Download the file of `source` to `path`.

    Args:
        source: `sha256`, and `url` or `hub` ({"repo", "revision", "file"}).
        path: Destination. It is not created if the download fails.

    Raises:
        FetchError: the file does not exist, cannot be reached, or has another checksum.
    """
    with atomic(path) as temporary:
        if "hub" in source:
            name, kept = _from_hub(source["hub"], temporary, path)
        else:
            name, kept = _from_url(source["url"], temporary, path)
        found = hashlib.sha256(temporary.read_bytes()).hexdigest()
        if found != source["sha256"]:
            raise FetchError(
                f"{name}: sha256 of its {temporary.stat().st_size} bytes is {found}, the config "
                f"expects {source['sha256']}. The source has changed, or the download broke: "
                f"{kept}try again, then fix the config."
            )


def _from_url(url: str, temporary: Path, path: str | Path) -> tuple[str, str]:
    try:
        with (
            urllib.request.urlopen(url, timeout=SECONDS) as response,
            temporary.open("wb") as file,
        ):
            shutil.copyfileobj(response, file)
    except urllib.error.HTTPError as error:
        raise FetchError(f"{url}: HTTP {error.code} {error.reason}. Fix the config.") from None
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"{url} cannot be reached ({error}). {_elsewhere(path)}") from None
    return url, ""


def _from_hub(hub: dict, temporary: Path, path: str | Path) -> tuple[str, str]:
    name = f"{hub['file']} of {hub['repo']} @ {hub['revision'][:8]} on the hub"
    try:
        cached = hf_hub_download(
            hub["repo"], hub["file"], repo_type="dataset", revision=hub["revision"]
        )
    except HfHubHTTPError as error:
        raise FetchError(f"{name}: {error}. Fix the config, or log in (hf auth login).") from None
    except (OSError, httpx2.HTTPError) as error:
        offline = constants.is_offline_mode()
        why = "HF_HUB_OFFLINE is set, and the hub's cache lacks it" if offline else error
        raise FetchError(f"{name} cannot be reached ({why}). {_elsewhere(path)}") from None
    shutil.copyfile(cached, temporary)
    return name, f"delete {cached}, "


def _elsewhere(path: str | Path) -> str:
    return (
        "Run `snakemake fetch` with this config on a machine with network "
        f"(HF_HUB_OFFLINE=0), or put the file at {path}."
    )
