"""Finds the browsers of the end-to-end tests, or installs them where that needs nobody's permission."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

INSTALL_SECONDS = 900


@dataclass(frozen=True)
class Browser:
    """A browser by all the names and places that it goes by. `variable` names it in the tests' environment."""

    title: str
    variable: str
    commands: tuple[str, ...]
    mac: tuple[str, ...]
    windows: tuple[str, ...]
    playwright: str
    debian: str


CHROMIUM = Browser(
    title="Chromium",
    variable="CHROMIUM",
    commands=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"),
    mac=("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"),
    windows=(
        "Google/Chrome/Application/chrome.exe",
        "Chromium/Application/chrome.exe",
        "Microsoft/Edge/Application/msedge.exe",
    ),
    playwright="chromium",
    debian="chromium",
)
FIREFOX = Browser(
    title="Firefox",
    variable="FIREFOX",
    commands=("firefox-esr", "firefox"),
    mac=("Firefox.app/Contents/MacOS/firefox",),
    windows=("Mozilla Firefox/firefox.exe",),
    playwright="firefox",
    debian="firefox-esr",
)

Run = Callable[[list[str]], bool]


def find(browser: Browser, environ: Mapping[str, str], home: Path, platform: str = sys.platform) -> Path | None:
    """The browser's program: the one that its variable names, else the first in the usual places."""
    named = environ.get(browser.variable)
    if named:
        return Path(named) if Path(named).is_file() else None
    return next((path for path in _places(browser, environ, home, platform) if path.is_file()), None)


def _places(browser: Browser, environ: Mapping[str, str], home: Path, platform: str) -> Iterator[Path]:
    for command in browser.commands:
        found = shutil.which(command, path=environ.get("PATH"))
        if found:
            yield Path(found)
    if platform == "darwin":
        for folder in (Path("/Applications"), home / "Applications"):
            yield from (folder / app for app in browser.mac)
    if platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if base := environ.get(variable):
                yield from (Path(base) / app for app in browser.windows)
    cache = _playwright_cache(environ, home, platform)
    for pattern in (
        "chrome-linux*/chrome",
        "chrome-mac*/*.app/Contents/MacOS/*",
        "chrome-win*/chrome.exe",
        "firefox/firefox",
        "firefox/*.app/Contents/MacOS/firefox",
        "firefox/firefox.exe",
    ):
        yield from sorted(cache.glob(f"{browser.playwright}-*/{pattern}"), reverse=True)


def _playwright_cache(environ: Mapping[str, str], home: Path, platform: str) -> Path:
    if named := environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named)
    if platform == "darwin":
        return home / "Library" / "Caches" / "ms-playwright"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "ms-playwright"
    return home / ".cache" / "ms-playwright"


def installers(browser: Browser, python: Path) -> list[list[str]]:
    """The commands that may bring the browser here, the system's own first."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        return [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", browser.debian]]
    return [[str(python), "-m", "playwright", "install", browser.playwright]]


def install(browser: Browser, python: Path, run: Run | None = None) -> bool:
    """Try to install the browser; whether every command succeeded. What they print is left to be seen."""
    run = run or _run
    return all(run(command) for command in installers(browser, python))


def _run(command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command, check=False, timeout=INSTALL_SECONDS, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
