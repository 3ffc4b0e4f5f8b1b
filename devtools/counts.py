"""Counts tests from what pytest and Node's test runner print last, so that several runs close with one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PYTEST_CLOSING = re.compile(r"^=*\s*(?P<counts>(?:\d+ [a-z]+(?:, )?)+) in [\d.]+s.*$")
_PYTEST_COUNT = re.compile(r"(\d+) ([a-z]+)")
_NODE_COUNT = re.compile(r"^(?:#|\u2139) (pass|fail|cancelled|skipped|todo) (\d+)$")


@dataclass(frozen=True)
class Counts:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.skipped


def of_pytest(output: str) -> Counts:
    """The counts of pytest's closing line; an error outside a test counts as a failure. None at all if it has none."""
    for line in reversed(_ANSI.sub("", output).splitlines()):
        closing = _PYTEST_CLOSING.match(line)
        if closing:
            by_word = {word: int(number) for number, word in _PYTEST_COUNT.findall(closing["counts"])}
            return Counts(
                passed=by_word.get("passed", 0) + by_word.get("xfailed", 0),
                failed=sum(by_word.get(word, 0) for word in ("failed", "error", "errors", "xpassed")),
                skipped=by_word.get("skipped", 0),
            )
    return Counts()


def of_node(output: str) -> Counts:
    """The counts at the end of `node --test`; a cancelled test counts as failed, a test still to do as skipped."""
    by_word: dict[str, int] = {}
    for line in _ANSI.sub("", output).splitlines():
        count = _NODE_COUNT.match(line.strip())
        if count:
            by_word[count[1]] = int(count[2])
    return Counts(
        passed=by_word.get("pass", 0),
        failed=by_word.get("fail", 0) + by_word.get("cancelled", 0),
        skipped=by_word.get("skipped", 0) + by_word.get("todo", 0),
    )
