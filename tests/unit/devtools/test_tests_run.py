"""The closing account of a test run: nothing that did not run reads as success."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from devtools import ROOT, browsers, node
from devtools.browsers import Browser
from devtools.counts import Counts
from devtools.tests_run import (
    ONE_TEST,
    Ledger,
    add_browsers,
    colour,
    groups,
    ready_node,
    ready_packages,
    run_group,
    stream,
    workers,
)


def close(ledger: Ledger, capsys: pytest.CaptureFixture[str], *, require_all: bool = False) -> tuple[int, list[str]]:
    code = ledger.close(require_all=require_all, seconds=12.3)
    return code, capsys.readouterr().out.splitlines()


def test_all_good_closes_with_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger()
    ledger.add("unit", Counts(10, 0, 1), 0)
    ledger.add("js", Counts(5), 0)
    code, lines = close(ledger, capsys)
    assert code == 0
    assert lines[-1] == "15 passed, 0 failed, 1 skipped"


def test_a_failed_group_is_named_and_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger()
    ledger.add("unit", Counts(10, 2), 1)
    code, lines = close(ledger, capsys)
    assert code == 1
    assert "FAILED: unit (exit code 1, 10 passed, 2 failed)" in lines
    assert lines[-1] == "10 passed, 2 failed"


@pytest.mark.parametrize(("found", "exit_code"), [(Counts(), 5), (Counts(), 0), (Counts(3), 4)])
def test_a_group_that_ran_nothing_or_broke_is_a_failure_though_no_test_failed(
    capsys: pytest.CaptureFixture[str], found: Counts, exit_code: int
) -> None:
    ledger = Ledger()
    ledger.add("e2e", found, exit_code)
    code, lines = close(ledger, capsys)
    assert code == 1
    assert lines[-1] == f"{found.passed} passed, 1 failed"


def test_what_could_not_run_is_said_loudly_and_counts_only_if_all_is_required(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ledger = Ledger(not_run=["the tests in Firefox: it was not found"])
    ledger.add("unit", Counts(10), 0)
    code, lines = close(ledger, capsys)
    assert code == 0
    assert "NOT RUN: the tests in Firefox: it was not found" in lines
    code, lines = close(ledger, capsys, require_all=True)
    assert code == 1
    assert lines[-1] == "10 passed, 1 failed"


@pytest.mark.parametrize(
    ("group", "first", "second", "counted", "late"),
    [
        ("e2e", "2 failed, 98 passed in 5.00s", "2 passed in 1.00s", Counts(100), ["e2e (2 of 2)"]),
        ("e2e", "1 failed, 98 passed, 1 error in 5.00s", "1 failed, 1 passed in 1s", Counts(99, 1), ["e2e (1 of 2)"]),
        ("e2e", "2 failed, 98 passed in 5.00s", "2 failed in 1.00s", Counts(98, 2), []),
        ("e2e", "2 failed, 98 passed in 5.00s", "1 passed in 1.00s", Counts(99, 1), ["e2e (1 of 2)"]),
        ("e2e", "2 failed, 98 passed in 5.00s", "no tests ran in 0.01s", Counts(98, 2), []),
        ("e2e", "4 failed, 96 passed in 5.00s", "", Counts(96, 4), []),
        ("e2e", "100 passed in 5.00s", "", Counts(100), []),
        ("unit", "1 failed, 99 passed in 5.00s", "", Counts(99, 1), []),
    ],
)
def test_a_few_that_failed_in_real_time_are_tried_once_more_and_that_is_said(
    group: str, first: str, second: str, counted: Counts, late: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = [first, second]
    commands: list[list[str]] = []

    def run_one(command: Sequence[str], env: Mapping[str, str]) -> tuple[str, int]:
        commands.append(list(command))
        said = outputs.pop(0)
        return said, 5 if "no tests" in said else int("failed" in said)

    ledger = Ledger()
    run_group(group, ["pytest"], {}, ledger, run_one)

    assert (ledger.counts, ledger.late) == (counted, late)
    assert ["--last-failed" in command for command in commands] == [False, True][: 1 + bool(second)]
    assert all("-n" not in command for command in commands[1:])
    closed = ledger.close(require_all=True, seconds=6)
    said = capsys.readouterr().out
    assert closed == int(counted.failed > 0)
    assert all(f"AT THE SECOND ATTEMPT ONLY: {one}" in said for one in late)


def test_groups_run_from_quick_to_slow_and_new_ones_are_not_forgotten(tmp_path: Path) -> None:
    for place in ("e2e/test_a.py", "unit/x/test_b.py", "anew/test_c.py", "integration/helpers.py"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    assert groups(tmp_path) == ["unit", "e2e", "anew"]


def test_some_groups_are_shared_among_processes_and_a_file_stays_together() -> None:
    assert workers("e2e", cores=8) == ["-n", "2", "--dist", "loadfile"]
    assert workers("e2e", cores=1) == []
    assert workers("faults", cores=8) == []


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """A machine with the browsers in this table; installing one puts it there."""
    here: dict[str, Path] = {}

    def install(browser: Browser, python: Path) -> bool:
        here[browser.variable] = Path("/installed") / browser.debian
        return True

    monkeypatch.setattr(browsers, "find", lambda browser, environ, home: here.get(browser.variable))
    monkeypatch.setattr(browsers, "install", install)
    return here


def test_browsers_are_found_or_installed_and_named_to_the_tests(machine: dict[str, Path]) -> None:
    machine["CHROMIUM"] = Path("/usr/bin/chromium")
    env: dict[str, str] = {}
    assert add_browsers(env, Path("python"), can_install=True) == []
    assert {name: Path(path) for name, path in env.items()} == machine
    assert machine["FIREFOX"] == Path("/installed/firefox-esr")


def test_a_browser_that_may_not_be_installed_is_missing_by_name(machine: dict[str, Path]) -> None:
    env: dict[str, str] = {}
    missing = add_browsers(env, Path("python"), can_install=False)
    assert [sentence.split(":")[0] for sentence in missing] == ["the tests in Chromium", "the tests in Firefox"]
    assert env == {}


def test_node_counts_only_with_the_page_s_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(node, "find", lambda: (Path("node"), ""))
    monkeypatch.setattr(node, "install_packages", lambda folder: "")
    assert ready_node(tmp_path) == (Path("node"), "")
    monkeypatch.setattr(node, "install_packages", lambda folder: "npm is not installed")
    program, why = ready_node(tmp_path)
    assert program is None
    assert "accessibility" in why
    assert why.endswith(": npm is not installed")


@pytest.mark.parametrize("folder", ONE_TEST)
def test_what_one_test_needs_is_missing_by_name(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(node, "find", lambda: (Path("node"), ""))
    monkeypatch.setattr(node, "install_packages", lambda place: asked.append(place) or "")
    assert ready_packages(folder) == ""
    assert (asked[0] / "package-lock.json").is_file()
    monkeypatch.setattr(node, "install_packages", lambda place: "npm is not installed")
    assert ready_packages(folder) == f"the test with {ONE_TEST[folder]}: npm is not installed"
    monkeypatch.setattr(node, "find", lambda: (None, "Node.js is not installed"))
    assert ready_packages(folder) == f"the test with {ONE_TEST[folder]}: Node.js is not installed"


def test_output_is_shown_as_it_comes_and_kept_with_the_exit_code() -> None:
    shown: list[str] = []
    code = "import sys; print('one'); print('two', file=sys.stderr, flush=True); raise SystemExit(4)"
    output, exit_code = stream([sys.executable, "-u", "-c", code], os.environ, shown.append)
    assert (output, exit_code) == ("one\ntwo", 4)
    assert shown == ["one", "two"]


def test_in_a_terminal_pytest_is_in_colour_and_the_programs_that_tests_start_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert colour() == ["--color=yes"]
    output, _ = stream([sys.executable, "-c", "import os; print('FORCE_COLOR' in os.environ)"], os.environ)
    assert output == "False"
    monkeypatch.setenv("NO_COLOR", "1")
    assert colour() == []


@pytest.mark.skipif(os.name != "posix", reason="platform: signals of POSIX")
def test_a_run_that_is_told_to_end_lets_its_tests_tidy_up() -> None:
    tests = "print('running', flush=True)\ntry: import threading; threading.Event().wait()\n"
    tests += "except KeyboardInterrupt: print('tidied', flush=True); raise SystemExit(2)"
    command = f"""
import os, sys
from devtools import tests_run
from devtools.processes import Interrupted, ending_on_signals
tests_run.TIDY_SECONDS = 0.5
try:
    with ending_on_signals():
        tests_run.stream([sys.executable, "-c", {tests!r}], os.environ)
except Interrupted:
    print("ended", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "tidied\n\nended\n"
