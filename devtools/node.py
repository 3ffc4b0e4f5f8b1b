"""Node.js and the page's development packages: types for `tsc`, nothing that the page itself ships."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from devtools.console import LiveLine
from devtools.requirements import fingerprint
from devtools.stamp import only_one

OLDEST = 20
INSTALL_SECONDS = 600
STAMP = "voicemint-stamp"


def find() -> tuple[Path | None, str]:
    """Node's program, or None and the reason in one sentence."""
    found = shutil.which("node")
    if not found:
        return None, f"Node.js is not installed (version {OLDEST} or newer is needed)"
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)\.", told)
    if not major or int(major[1]) < OLDEST:
        return None, f"Node.js here is {told.strip() or 'silent'}; version {OLDEST} or newer is needed"
    return Path(found), ""


def install_packages(folder: Path) -> str:
    """`npm ci` for a folder unless its packages are there. "" if all is well, else the reason in one sentence."""
    waiting = "Another dev.py is installing npm's packages; waiting for it to finish."
    with only_one(folder.parent / ".dev" / f"{folder.name}-npm.lock", waiting):
        return _install(folder)


def _install(folder: Path) -> str:
    lock = folder / "package-lock.json"
    if not lock.exists():
        return f"{folder.name}/package-lock.json is missing"
    wanted = fingerprint(lock.read_text(encoding="utf-8"))
    stamp = folder / "node_modules" / STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return ""
    npm = shutil.which("npm")
    if not npm:
        return "npm is not installed"
    line = LiveLine("page's packages")
    line.update("installing with npm")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        line.done("failed")
        return f"npm did not finish within {INSTALL_SECONDS} s"
    if done.returncode != 0:
        line.done("failed")
        words = [text for text in done.stderr.splitlines() if text.startswith("npm error")]
        return f"npm could not install: {words[0] if words else 'no reason given'}"
    stamp.write_text(wanted, encoding="utf-8")
    line.done("ready")
    return ""
