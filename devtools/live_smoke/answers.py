"""A probe, what it was answered, and the table of all answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devtools.live_smoke.bench import Bench


class Verdict(StrEnum):
    """How an answer compares with what was expected."""

    EXPECTED = "as expected"
    DIFFERENT = "DIFFERENT"
    NOTED = "noted"
    """Nothing was expected, because no source says; whatever was seen is news."""
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Answer:
    """What was seen, in one line without anything secret."""

    seen: str
    verdict: Verdict


class CannotAsk(Exception):
    """Something that a probe needs is not here. The text says what."""


@dataclass(frozen=True)
class Probe:
    """One question. `steps` are what `--dry-run` prints; `ask` raises `CannotAsk`, or what httpx and aiortc raise."""

    name: str
    question: str
    expected: str
    steps: tuple[str, ...]
    ask: Callable[[Bench], Awaitable[Answer]]


@dataclass(frozen=True)
class Row:
    """A probe with its answer."""

    probe: Probe
    answer: Answer


def compared(seen: str, as_expected: bool) -> Answer:
    """An answer whose verdict is one comparison."""
    return Answer(seen, Verdict.EXPECTED if as_expected else Verdict.DIFFERENT)


def table(rows: Sequence[Row]) -> str:
    """The answers in Markdown, to be pasted into docs/verification.md."""
    lines = ["| | question | expected | seen | |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (row.probe.name, row.probe.question, row.probe.expected, row.answer.seen, row.answer.verdict.value)
        lines.append("| " + " | ".join(_cell(text) for text in cells) + " |")
    return "\n".join(lines)


def plan(probes: Sequence[Probe]) -> str:
    """What would be done, for `--dry-run`."""
    blocks = []
    for probe in probes:
        steps = "\n".join(f"     - {step}" for step in probe.steps)
        blocks.append(f"{probe.name:>3}  {probe.question}\n     expected: {probe.expected}\n{steps}")
    return "\n\n".join(blocks)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
