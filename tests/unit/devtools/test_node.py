"""Node is found if it is new enough, and the page's packages are installed once."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from devtools import node


def pretend(monkeypatch: pytest.MonkeyPatch, *, version: str = "v20.20.2\n", npm_code: int = 0) -> list[list[str]]:
    """A machine whose Node answers `version` and whose npm ends with `npm_code`; the commands that were run."""
    ran: list[list[str]] = []

    def run(command: list[str], **options: Any) -> SimpleNamespace:
        ran.append(command)
        if "ci" in command and npm_code == 0:
            (options["cwd"] / "node_modules").mkdir(exist_ok=True)
        return SimpleNamespace(stdout=version, stderr="npm error code E404\n", returncode=npm_code)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    return ran


def test_a_new_enough_node_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    assert node.find() == (Path("/usr/bin/node"), "")


@pytest.mark.parametrize("version", ["v18.1.0\n", "", "nonsense"])
def test_an_old_or_silent_one_is_not(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    pretend(monkeypatch, version=version)
    program, why = node.find()
    assert program is None
    assert "version 20 or newer is needed" in why


def test_a_machine_without_node_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert node.find() == (None, "Node.js is not installed (version 20 or newer is needed)")


def test_packages_are_installed_once_and_again_when_the_lock_file_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran = pretend(monkeypatch)
    (tmp_path / "package-lock.json").write_text("{}")
    assert node.install_packages(tmp_path) == ""
    assert node.install_packages(tmp_path) == ""
    assert len(ran) == 1
    assert "--ignore-scripts" in ran[0]
    (tmp_path / "package-lock.json").write_text('{"changed": 1}')
    assert node.install_packages(tmp_path) == ""
    assert len(ran) == 2


def test_a_failed_installation_is_one_sentence_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert node.install_packages(tmp_path).endswith("package-lock.json is missing")
    (tmp_path / "package-lock.json").write_text("{}")
    ran = pretend(monkeypatch, npm_code=1)
    for _ in range(2):
        assert node.install_packages(tmp_path) == "npm could not install: npm error code E404"
    assert len(ran) == 2
