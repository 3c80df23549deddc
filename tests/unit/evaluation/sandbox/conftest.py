"""Each test of the sandbox runs in every isolation that is here."""

import shutil

import pytest

from warriorcoder.evaluation.sandbox import Sandbox

BWRAP = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


@pytest.fixture(scope="module", params=[pytest.param("bubblewrap", marks=BWRAP), "process"])
def sandbox(request):
    weak = request.param == "process"
    with Sandbox(request.param, weak, memory_mb=512, seconds=2, workers=2) as sandbox:
        yield sandbox
