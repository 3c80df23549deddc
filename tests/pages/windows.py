"""A headless Chromium without a network, for tests that look at pages.

Debian's Chromium, driven by Playwright from an environment of its own (`make test-report`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from browser import program

MILLISECONDS = 120_000  # for one answer, on a busy machine


@contextmanager
def chromium() -> Iterator:
    """Start a Chromium. As root it runs without its sandbox, which refuses root."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=program(),
            chromium_sandbox=os.geteuid() != 0,
            proxy={"server": "127.0.0.1:1"},
        )


@contextmanager
def window(browser) -> Iterator[tuple]:
    """Open an empty page. Yield it and a list that fills with its errors and requests."""
    context = browser.new_context()
    context.set_default_timeout(MILLISECONDS)
    page, troubles = context.new_page(), []

    def requested(request) -> None:
        if not request.url.startswith(("file:", "data:", "about:", "blob:")):
            troubles.append(f"asked for {request.url}")

    def told(message) -> None:
        if message.type == "error":
            troubles.append(message.text)

    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", told)
    page.on("request", requested)
    yield page, troubles
    context.close()
