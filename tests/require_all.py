"""A pytest plugin: with REQUIRE_ALL=1 a skipped test has failed, because nobody reads skips in a long run.

A skip stays a skip if its reason starts with "platform:", which is for what this system or Python can never do.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

ALLOWED = "platform:"


def _required() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _required() and report.skipped and not hasattr(report, "wasxfail"):
        _refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if _required() and report.skipped:
        _refuse(report)
    return report


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = _reason(report)
    if not reason.startswith(ALLOWED):
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, but this was skipped: {reason}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """What stands behind "Skipped: " in pytest's (file, line, reason)."""
    where = report.longrepr
    said = where[2] if isinstance(where, tuple) else str(where)
    return said.removeprefix("Skipped: ").strip()
