"""A headless Chromium, driven over its debugging pipe, for tests that look at pages."""

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

SECONDS = 60  # for one answer
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Return the path of an installed Chromium."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One page of a Chromium without a network."""

    def __init__(self, profile: Path, width: int = 1440, height: int = 900, dark: bool = False):
        path = program()
        if not path:
            pytest.skip("no Chromium is installed: apt-get install chromium")
        self.events: list[dict] = []
        self.number, self.rest = 0, b""
        reads, self.writer = os.pipe()
        self.reader, writes = os.pipe()
        command = [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"]
        command += ["--disable-dev-shm-usage", "--disable-background-networking"]
        command += ["--proxy-server=127.0.0.1:1", f"--user-data-dir={profile}"]
        command += ["--remote-debugging-pipe", "about:blank"]
        # Chromium reads from descriptor 3 and writes to 4.
        shell = f'exec "$@" 3<&{reads} 4>&{writes}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            pass_fds=(reads, writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reads)
        os.close(writes)
        self.session: str | None = None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in targets if each["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def resize(self, width: int, height: int) -> None:
        phone = width < 600
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )

    def call(self, method: str, **params) -> dict:
        """Return the result of a command of Chromium's protocol. Events before it are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self) -> dict:
        while b"\0" not in self.rest:
            read = os.read(self.reader, 1 << 20)
            assert read, "Chromium ended"
            self.rest += read
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def open(self, page: Path, fragment: str = "") -> None:
        """Open a file in a fresh page, and wait until it is ready."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=page.resolve().as_uri() + fragment)
        self.until("document.body && 'ready' in document.body.dataset")

    def value(self, expression: str):
        """Return what a JavaScript expression gives, a promise's value included."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true."""
        deadline = time.monotonic() + SECONDS
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < deadline, f"{expression} is never true: {self.troubles()}"
            time.sleep(0.05)

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def troubles(self) -> list[str]:
        """Return errors of the page, and requests other than for files, so far."""
        found = []
        for event in self.events:
            told = event.get("params", {})
            match event.get("method"):
                case "Runtime.exceptionThrown":
                    found.append(json.dumps(told["exceptionDetails"]))
                case "Log.entryAdded" if told["entry"]["level"] == "error":
                    found.append(told["entry"]["text"])
                case "Network.requestWillBeSent":
                    url = told["request"]["url"]
                    if not url.startswith(("file:", "data:", "about:")):
                        found.append(f"asked for {url}")
        return found

    def screenshot(self, path: Path) -> None:
        """Write what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        """End Chromium."""
        self.process.terminate()
        self.process.wait(timeout=SECONDS)
        os.close(self.reader)
        os.close(self.writer)
