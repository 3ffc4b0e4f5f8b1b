"""One line a check, the findings under it, and an exit code that tells the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools.check_run import CHECKS, SHOWN, Check, run_all
from devtools.check_tools import NotHere
from devtools.tree import Tree

EMPTY = Tree(Path(), ())


def check(*findings: str) -> Check:
    return lambda tree: list(findings)


def absent(tree: Tree) -> list[str]:
    raise NotHere("Node.js is not installed")


def test_all_good_is_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_all([("lint", check())], EMPTY, {}) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "checks: 1 hold, 0 do not, 0 could not run"


def test_a_finding_fails_and_the_other_checks_still_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_all([("lint", check("a.py:1: bad")), ("types", check())], EMPTY, {}) == 1
    out = capsys.readouterr().out
    assert "FAILED   lint" in out
    assert "a.py:1: bad" in out
    assert "ok       types" in out


def test_a_flood_of_findings_is_cut_with_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    run_all([("lint", check(*map(str, range(SHOWN + 7))))], EMPTY, {})
    assert "and 7 more" in capsys.readouterr().out


def test_a_check_that_cannot_run_says_why_and_fails_only_if_all_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_all([("page types", absent)], EMPTY, {}) == 0
    assert "SKIPPED  page types: Node.js is not installed" in capsys.readouterr().out
    assert run_all([("page types", absent)], EMPTY, {"REQUIRE_ALL": "1"}) == 1


def test_every_check_has_a_name_of_its_own() -> None:
    names = [name for name, _ in CHECKS]
    assert len(names) == len(set(names))
