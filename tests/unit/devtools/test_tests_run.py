"""The closing account of a test run: nothing that did not run reads as success."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools.counts import Counts
from devtools.tests_run import Ledger, groups


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
    ledger = Ledger()
    ledger.add("unit", Counts(10), 0)
    ledger.not_run.append("everything in Firefox: it was not found")
    code, lines = close(ledger, capsys)
    assert code == 0
    assert "NOT RUN: everything in Firefox: it was not found" in lines
    code, lines = close(ledger, capsys, require_all=True)
    assert code == 1
    assert lines[-1] == "10 passed, 1 failed"


def test_groups_run_from_quick_to_slow_and_new_ones_are_not_forgotten(tmp_path: Path) -> None:
    for place in ("e2e/test_a.py", "unit/x/test_b.py", "fuzz/test_c.py", "integration/helpers.py"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    assert groups(tmp_path) == ["unit", "e2e", "fuzz"]
