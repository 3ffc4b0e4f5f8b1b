"""The last lines of pytest and of Node's test runner become counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools.counts import Counts, of_node, of_pytest


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("221 passed in 3.47s", Counts(221)),
        ("===== 1 failed, 2 passed, 3 skipped, 4 warnings in 65.00s (0:01:05) =====", Counts(2, 1, 3)),
        ("1 passed, 1 error in 0.10s", Counts(1, 1)),
        ("2 errors in 0.10s", Counts(0, 2)),
        ("3 passed, 2 deselected, 1 xfailed, 1 xpassed in 1.0s", Counts(4, 1)),
        ("no tests ran in 0.64s", Counts()),
        ("", Counts()),
    ],
)
def test_pytests_closing_line(line: str, counts: Counts) -> None:
    assert of_pytest(f"tests/x.py ..F\n9 passed in no time\n\x1b[32m{line}\x1b[0m\n") == counts


def test_only_the_last_closing_line_counts_because_tests_may_run_pytest_too() -> None:
    assert of_pytest("1 failed in 0.1s\n2 passed in 0.2s\n") == Counts(2)


@pytest.mark.parametrize("mark", ["#", "\u2139"])
def test_nodes_closing_lines(mark: str) -> None:
    words = {"tests": 9, "suites": 0, "pass": 5, "fail": 1, "cancelled": 1, "skipped": 1, "todo": 1, "duration_ms": 77}
    output = "\n".join(f"{mark} {word} {number}" for word, number in words.items())
    assert of_node("some output\n" + output) == Counts(5, 2, 2)
    assert of_node("no such lines") == Counts()


def test_counts_add_up_and_read_as_the_usual_closing_line() -> None:
    assert str(Counts(1, 2) + Counts(3, 0)) == "4 passed, 2 failed"
    assert str(Counts(1, 2, 3)) == "1 passed, 2 failed, 3 skipped"
    assert Counts(1, 2, 3).total == 6


@given(st.text())
def test_no_output_breaks_it(output: str) -> None:
    assert of_pytest(output).total >= 0
    assert of_node(output).total >= 0
