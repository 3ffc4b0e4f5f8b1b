"""Lighthouse gives full marks to every page for accessibility, best practices and search engines, and 95 or more for
speed, on a simulated slow phone; and a browser would install the call's page as an application.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from devtools import browsers
from tests.e2e.chromium import FLAGS
from tests.e2e.offline import Offline
from tests.programs import ROOT

LIGHTHOUSE = ROOT / "static_site" / "node_modules" / "lighthouse"
SCRIPT = Path(__file__).with_name("lighthouse.mjs")
PAGES = ("/", "/#desktop", "/check.html", "/api.html")
FULL = ("accessibility", "best-practices", "seo")
FAST = 95
TRIES = 3
"""A machine that does something else beside it is slow for a moment; a page that is slow is so each time."""
SECONDS = 200


def _chromium() -> Path:
    program = browsers.find(browsers.CHROMIUM, os.environ, Path.home())
    if program is None:
        pytest.skip("needs Chromium: `dev.py test` installs it where it may, and CHROMIUM may name its program")
    return program


def _reports(urls: list[str]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if not node or not LIGHTHOUSE.is_dir():
        pytest.skip("needs Node.js and the site's test packages: run `dev.py test`, or `npm ci` in static_site")
    command = [node, str(SCRIPT), str(_chromium()), *urls]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _faults(report: dict[str, Any]) -> list[str]:
    scores = report["scores"]
    short = [f"{name} {scores[name]}" for name in FULL if scores[name] < 100]
    slow = [f"performance {scores['performance']}"] if scores["performance"] < FAST else []
    return [report["error"]] if report["error"] else short + slow


def test_lighthouse_gives_full_marks(offline: Offline) -> None:
    left, tried = [offline.page + page for page in PAGES], 0
    reports: list[dict[str, Any]] = []
    while left and tried < TRIES:
        reports = _reports(left)
        tried += 1
        left = [f"{one['url']}#{one['form']}" for one in reports if _faults(one)]
        host = offline.page.split("/")[2]
        assert {name for one in reports for name in one["hosts"]} <= {host}, "a page asks somebody else"
    assert not left, "\n".join(f"{one['url']} {one['form']}: {_faults(one)} {one['faults']}" for one in reports)


def test_a_browser_would_install_the_page(playwright_: Playwright, offline: Offline, tmp_path: Path) -> None:
    # Not Playwright's usual context: in a private window nothing can be installed.
    context = playwright_.chromium.launch_persistent_context(tmp_path, executable_path=_chromium(), args=FLAGS)
    try:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(offline.page)
        devtools = context.new_cdp_session(page)
        assert devtools.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
        told = devtools.send("Page.getAppManifest")
        assert told["errors"] == []
        icons = {(one["sizes"], one.get("purpose", "any")): one["src"] for one in json.loads(told["data"])["icons"]}
        assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= icons.keys()
        icons["180x180", "apple"] = page.locator('link[rel="apple-touch-icon"]').get_attribute("href") or "missing"
        for (sizes, purpose), name in icons.items():
            reply = page.request.get(f"{offline.page}/{name}")
            assert reply.ok, name
            if name.endswith(".png"):
                # A PNG says its width and height in eight bytes from its sixteenth on.
                width, height = (int.from_bytes(reply.body()[at : at + 4]) for at in (16, 20))
                assert f"{width}x{height}" == sizes, f"{name} ({purpose})"
    finally:
        context.close()
