"""What so many sessions ask of the model's quota. `python -m devtools.loads` prints docs/scaling.md's tables.

How Azure counts tokens against a quota (history, cached or not) and what it counts as a request is not documented. Here
every token counts that is sent or spoken, which is the cautious reading.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devtools.costs import LENGTHS, MONTHS, Session, read

PEAK_SHARE = 0.10
"""Part of a day's sessions that starts in its busiest hour; an assumption."""

DAYS = 30
CAPACITIES = (1, 5, 10)


@dataclass(frozen=True)
class Load:
    """The busiest hour. `starts` is per second, `calls` at once, `tokens` per minute of all calls together."""

    starts: float
    calls: float
    tokens: float

    @classmethod
    def of(cls, sessions: int, session: Session) -> Load:
        """The load of so many sessions a month."""
        starts = sessions / DAYS * PEAK_SHARE / 3600
        calls = starts * session.minutes * 60
        return cls(starts, calls, calls * tokens_a_minute(session))

    def units(self, unit: Mapping[str, int]) -> int:
        """Units of the model's quota that this takes, one at least."""
        by_tokens = self.tokens / unit["tokens_a_minute"]
        by_requests = self.starts * 60 / unit["requests_a_minute"]
        return max(1, math.ceil(max(by_tokens, by_requests)))


def tokens_a_minute(session: Session) -> float:
    """Tokens of one call in a minute, averaged over the call."""
    return sum(session.tokens().values()) / session.minutes


def peaks(known: Mapping[str, Any], counts: Sequence[int] = MONTHS[1:]) -> str:
    """The busiest hour by sessions a month."""
    unit = known["realtime"][known["default"]["realtime"]]["unit"]
    lines = [
        "| sessions a month | starts a second | calls at once | tokens a minute | units of quota |",
        "|---|---|---|---|---|",
    ]
    for count in counts:
        load = Load.of(count, Session())
        cells = (f"{count:,}", f"{load.starts:.3f}", f"{load.calls:.1f}", f"{load.tokens:,.0f}", str(load.units(unit)))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def room(known: Mapping[str, Any], minutes: Sequence[float] = LENGTHS[:2]) -> str:
    """How many calls at once a capacity bears, by their length."""
    unit = known["realtime"][known["default"]["realtime"]]["unit"]
    heads = ["capacity", "tokens a minute", *(f"calls of {length:g} minutes at once" for length in minutes)]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for capacity in CAPACITIES:
        tokens = capacity * unit["tokens_a_minute"]
        calls = [str(int(tokens // tokens_a_minute(Session(minutes=length)))) for length in minutes]
        lines.append("| " + " | ".join([str(capacity), f"{tokens:,}", *calls]) + " |")
    return "\n".join(lines)


def main() -> int:
    """Print the tables."""
    known = read()
    print(f"{peaks(known)}\n\n{room(known)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
