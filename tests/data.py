"""Real reference data: used where it is there, never copied into the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shared(path: str) -> Path:
    """A file or folder of the reference data; skips the test where it is absent."""
    folder = Path(os.environ.get("WARRIORCODER_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / path).exists():
        pytest.skip(f"reference data {path} is not at {folder}; set WARRIORCODER_DATA")
    return folder / path
