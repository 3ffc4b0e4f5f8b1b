"""The command line: pytest's options reach pytest, a problem is a sentence and not a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from devtools import ROOT, cli
from devtools.console import Problem
from devtools.processes import Interrupted


@pytest.mark.parametrize(
    "arguments", [[], ["tests/unit", "-k", "voice or ear", "-x"], ["-x", "tests/unit"], ["--help", "-x"], ["--", "a"]]
)
def test_all_that_follows_test_goes_to_pytest_unchanged(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    given: list[Sequence[str]] = []

    def run(for_pytest: Sequence[str]) -> int:
        given.append(for_pytest)
        return 3

    monkeypatch.setattr("devtools.tests_run.run", run)
    assert cli.main(["test", *arguments]) == 3
    assert given == [arguments]


def test_demo_takes_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr("devtools.demo.run", lambda port, **options: given.update(options, port=port))
    assert cli.main(["demo", "--port", "8080", "--no-open"]) == 0
    assert given == {"port": 8080, "open_browser": False, "azure": False, "relay": False}
    cli.main(["demo", "--azure"])
    assert given == {"port": None, "open_browser": True, "azure": True, "relay": False}
    cli.main(["demo", "--relay"])
    assert given == {"port": None, "open_browser": True, "azure": False, "relay": True}


def test_the_way_to_call_real_azure_is_a_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--azure", "--relay"]) == 1
    assert "CALL_MODE=relay" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (Problem("Port 80 is taken.", "Choose another."), 1, "Port 80 is taken.\n  Choose another."),
        (Interrupted(), 130, "Ended."),
    ],
)
def test_a_problem_or_an_interruption_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: Exception, code: int, words: str
) -> None:
    def run(port: int | None, **options: bool) -> None:
        raise raised

    monkeypatch.setattr("devtools.serve.run", run)
    assert cli.main(["serve"]) == code
    assert capsys.readouterr().out.strip() == words


@pytest.mark.parametrize("arguments", [[], ["bench"], ["demo", "--port", "x"]])
def test_a_wrong_command_line_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert "usage: dev.py" in capsys.readouterr().err


def test_the_file_itself_shows_help_without_any_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-S", str(ROOT / "dev.py"), "--help"], capture_output=True, text=True, check=False, env=_bare()
    )
    assert done.returncode == 0
    for command in ("demo", "serve", "test", "check"):
        assert command in done.stdout


def _bare() -> dict[str, str]:
    kept = ("PATH", "HOME", "SYSTEMROOT", "USERPROFILE")
    return {name: os.environ[name] for name in kept if name in os.environ}
