"""A browser is found by its variable, on the path, in its usual places or in Playwright's cache."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from devtools import browsers
from devtools.browsers import CHROMIUM, FIREFOX, Browser


def place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


def test_the_variable_wins_and_a_wrong_one_is_not_replaced_by_something_else(tmp_path: Path) -> None:
    mine = place(tmp_path / "mine")
    place(tmp_path / "bin" / "chromium")
    path = {"PATH": str(tmp_path / "bin")}
    assert browsers.find(CHROMIUM, path | {"CHROMIUM": str(mine)}, tmp_path) == mine
    assert browsers.find(CHROMIUM, path | {"CHROMIUM": str(tmp_path / "gone")}, tmp_path) is None


@pytest.mark.skipif(sys.platform == "win32", reason="platform: a program on the path has another form on Windows")
@pytest.mark.parametrize(("browser", "name"), [(CHROMIUM, "google-chrome"), (FIREFOX, "firefox")])
def test_any_usual_name_on_the_path_will_do(tmp_path: Path, browser: Browser, name: str) -> None:
    program = place(tmp_path / "bin" / name)
    assert browsers.find(browser, {"PATH": str(tmp_path / "bin")}, tmp_path, "linux") == program


@pytest.mark.parametrize(
    ("browser", "platform", "where"),
    [
        (CHROMIUM, "linux", ".cache/ms-playwright/chromium-1200/chrome-linux64/chrome"),
        (FIREFOX, "linux", ".cache/ms-playwright/firefox-1500/firefox/firefox"),
        (CHROMIUM, "darwin", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        (
            CHROMIUM,
            "darwin",
            "Library/Caches/ms-playwright/chromium-1200/chrome-mac/Chromium.app/Contents/MacOS/Chromium",
        ),
        (FIREFOX, "darwin", "Applications/Firefox.app/Contents/MacOS/firefox"),
        (CHROMIUM, "win32", "AppData/Local/Google/Chrome/Application/chrome.exe"),
        (CHROMIUM, "win32", "AppData/Local/ms-playwright/chromium-1200/chrome-win/chrome.exe"),
        (FIREFOX, "win32", "AppData/Local/Mozilla Firefox/firefox.exe"),
    ],
)
def test_the_usual_places_of_every_system(tmp_path: Path, browser: Browser, platform: str, where: str) -> None:
    program = place(tmp_path / where)
    environ = {"PATH": "", "LOCALAPPDATA": str(tmp_path / "AppData" / "Local")}
    assert browsers.find(browser, environ, tmp_path, platform) == program


def test_a_machine_without_any_has_none(tmp_path: Path) -> None:
    assert browsers.find(FIREFOX, {"PATH": ""}, tmp_path, "linux") is None


def test_the_newest_of_playwrights_browsers_is_taken(tmp_path: Path) -> None:
    for build in (1100, 1200):
        place(tmp_path / f"cache/chromium-{build}/chrome-linux/chrome")
    found = browsers.find(
        CHROMIUM, {"PATH": "", "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "cache")}, tmp_path, "linux"
    )
    assert found == tmp_path / "cache/chromium-1200/chrome-linux/chrome"


def test_on_debian_as_root_the_system_installs_it_elsewhere_playwright_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    assert browsers.installers(FIREFOX, Path("python"))[-1][-1] == "firefox-esr"
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert browsers.installers(FIREFOX, Path("python")) == [["python", "-m", "playwright", "install", "firefox"]]


def test_installing_stops_at_the_first_command_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "installers", lambda browser, python: [["one"], ["two"], ["three"]])
    ran: list[str] = []

    def run(command: list[str]) -> bool:
        ran.append(command[0])
        return command[0] != "two"

    assert not browsers.install(CHROMIUM, Path("python"), run)
    assert ran == ["one", "two"]
