"""A sandbox for the programs of evalplus, some of which take seconds."""

import shutil

import pytest

from warriorcoder.evaluation.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    weak = not shutil.which("bwrap")
    with Sandbox("process" if weak else "bubblewrap", weak, 1024, 10.0, workers=2) as sandbox:
        yield sandbox
