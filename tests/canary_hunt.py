"""A pytest plugin that fails any test whose output or log shows a canary, or a good part of one.

It looks at what pytest captured of every phase of every test. Text that pytest cannot see (a reply, say) is
offered through the fixture `hunt`. The canary itself is never repeated in the failure.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator, Iterable

import pytest

from tests.canaries import CANARY_INSTRUCTIONS, CANARY_KEY, CANARY_TOKEN

CANARIES = {"key": CANARY_KEY, "token": CANARY_TOKEN, "instructions": CANARY_INSTRUCTIONS}
SHORTEST = 16
"""A shortened secret is one too: this many characters of it in a row are enough to be found."""


def _pieces(secret: str) -> Iterable[str]:
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    for text in (secret, encoded):
        for start in range(len(text) - SHORTEST + 1):
            yield text[start : start + SHORTEST]


PIECES = {piece: name for name, secret in CANARIES.items() for piece in _pieces(secret)}


def found_in(text: str) -> list[str]:
    """The names of the canaries that show in `text`, in plain or in base64, whole or in part."""
    return sorted({name for piece, name in PIECES.items() if piece in text})


@pytest.fixture
def hunt() -> Callable[[str, str], None]:
    """`hunt(text, where)` fails the test if a canary shows in `text`."""

    def look(text: str, where: str) -> None:
        names = found_in(text)
        if names:
            pytest.fail(_sentence(names, where), pytrace=False)

    return look


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    leaks = [(title, names) for title, text in report.sections if (names := found_in(text))]
    # A report carries the sections of earlier phases too; those have failed already. Their titles end with the phase.
    own = [_sentence(names, title) for title, names in leaks if title.endswith(report.when)]
    if own:
        said = report.longreprtext
        report.outcome = "failed"
        report.longrepr = "\n".join([said, *own] if said else own)
    # pytest would print the captured text under a failure, and with it the canary.
    leaking = {title for title, _ in leaks}
    report.sections = [(title, text) for title, text in report.sections if title not in leaking]
    return report


def _sentence(names: Iterable[str], where: str) -> str:
    return f"A secret shows in {where}: the canary {' and '.join(names)}."
