"""Firefox connects, hears, measures and hangs up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from devtools import node
from tests.e2e.offline import Offline
from tests.programs import ROOT

SCRIPT = Path(__file__).with_name("firefox_call.mjs")


def test_a_call_in_firefox(offline: Offline) -> None:
    firefox = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    program, why_not = node.find()
    if firefox is None or program is None:
        pytest.skip(f"needs Firefox and Node: {why_not or 'Firefox was not found'}")
    if not (ROOT / "static_site" / "node_modules" / "puppeteer-core").is_dir():
        pytest.skip("needs the site's test packages: run `dev.py test`, or `npm ci` in static_site")
    done = subprocess.run(
        [program, SCRIPT, firefox, offline.page], capture_output=True, encoding="utf-8", timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    call = json.loads(done.stdout)
    assert "Rome" in call["caption"]
    assert call["heard"]["packets"] > 10
    assert "About $" in call["seen"], "the Call tab"
    assert call["complaints"] == []
