"""Debian's WebKit, driven by its own WebDriver: the engine of Safari, built without WebRTC.

Playwright has no words for it, so there are just enough here to open a page, press a button and read.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from devtools.ports import HOST
from tests.e2e.chromium import PATIENCE_MS

BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
FIND = """
// The first that fits, also in open shadow roots, where querySelector does not look.
function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (found) return found;
  for (const one of root.querySelectorAll("*")) {
    const inner = one.shadowRoot && find(selector, one.shadowRoot);
    if (inner) return inner;
  }
  return null;
}
"""


class WebKit:
    """One window. `run` is the body of a function in the page, to which `find(selector)` is known."""

    def __init__(self, address: str, program: str) -> None:
        self._address = address
        options = {"binary": program, "args": ["--automation"]}
        made = self._ask("POST", "", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        self._address += f"/{made['sessionId']}"
        self.version: str = made["capabilities"]["browserVersion"]

    def open(self, url: str) -> None:
        self._ask("POST", "/url", {"url": url})

    def run(self, script: str, *given: Any) -> Any:
        return self._ask("POST", "/execute/sync", {"script": FIND + script, "args": list(given)})

    def text(self, selector: str) -> str:
        """What a person reads there: nothing, if it is not shown."""
        return str(self.run("return find(arguments[0])?.innerText ?? ''", selector))

    def click(self, selector: str) -> None:
        self.until("return Boolean(find(arguments[0])?.checkVisibility() && !find(arguments[0]).disabled)", selector)
        self.run("find(arguments[0]).click()", selector)

    def until(self, script: str, *given: Any) -> Any:
        """Run it again and again, until it returns something that is true."""
        last = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < last:
            if found := self.run(script, *given):
                return found
            time.sleep(0.1)
        raise AssertionError(f"never true: {script} {given}")

    def close(self) -> None:
        self._ask("DELETE", "")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self._address + path, data=data, method=method, headers=headers)  # noqa: S310 - loopback
        try:
            with urlopen(request, timeout=PATIENCE_MS / 1000) as reply:  # noqa: S310
                return json.loads(reply.read())["value"]
        except HTTPError as refused:
            raise AssertionError(f"{path}: {refused.read().decode()[:500]}") from refused


@contextmanager
def webkit() -> Iterator[WebKit]:
    """A window on a screen that nobody sees."""
    program = next(iter(sorted(glob.glob(BROWSERS))), None)
    if not hasattr(os, "geteuid"):
        pytest.skip("platform: WebKit's driver is for Linux")
    for needed in ("WebKitWebDriver", "Xvfb"):
        if shutil.which(needed) is None or program is None:
            pytest.skip(f"needs {needed}: Debian's packages webkit2gtk-driver and xvfb bring it")
    with ExitStack() as tidy:
        screen = _started(tidy, ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {})
        # In a container the browser's own sandbox cannot be made, and it shows our own pages only.
        own = {"DISPLAY": f":{screen}", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        port = _free_port()
        _started(tidy, ["WebKitWebDriver", f"--port={port}", f"--host={HOST}"], own, says=False)
        address = f"http://{HOST}:{port}/session"
        _until_listening(address)
        window = WebKit(address, str(program))
        tidy.callback(window.close)
        yield window


def _started(tidy: ExitStack, command: list[str], more: dict[str, str], *, says: bool = True) -> str:
    """Start a program that ends with the test; its first line, if it says one."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **more},
        stdout=subprocess.PIPE if says else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )

    def end() -> None:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    tidy.callback(end)
    return process.stdout.readline().strip() if process.stdout is not None else ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _until_listening(address: str) -> None:
    for _ in range(200):
        try:
            urlopen(address.replace("/session", "/status"), timeout=5).close()  # noqa: S310 - loopback
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("WebKitWebDriver does not start")
