"""Chromium, and the report that it opens: `make test-report`."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from browser import program
from pages import windows

REPORT = Path(os.environ.get("WARRIORCODER_REPORT", "results/report/report.html"))


@pytest.fixture(scope="session")
def chromium():
    if not program():
        pytest.skip("no Chromium is installed: make system-chromium")
    if not find_spec("playwright"):
        pytest.skip("Playwright is not installed: make test-report")
    with windows.chromium() as opened:
        yield opened
