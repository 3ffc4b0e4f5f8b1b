"""What tests and demos may turn: latency, faults on demand, pace, limits. One shared object, changeable at any time."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Fault:
    """An answer to give instead of the real one, `times` times (-1: until cleared).

    `on` is one of `OPERATIONS` in `faults.py`; `kind` is one of its `KINDS`, or a bare HTTP status.
    """

    on: str
    kind: str
    times: int = 1
    retry_after: int | None = None


@dataclass
class Knobs:
    """All times in milliseconds. The defaults are what a demo wants."""

    mint_latency_ms: int = 0
    """Added before the mint answers."""
    calls_latency_ms: int = 0
    """Added before the SDP answer."""
    think_ms: int = 0
    """Added before a response begins to speak."""
    generation_speed: float = 6.0
    """How many times faster than real time a response is produced (0: as fast as the machine can). The service runs
    well ahead of playback too, but not infinitely: a barge-in in the first seconds finds the response still running."""
    max_session_seconds: float = 3600.0
    """A session is cut after this (Azure: 60 minutes)."""
    requests_per_minute: int = 0
    """Mints a minute and deployment before 429 (0: no limit)."""
    send_rate_limits: bool = False
    """`rate_limits.updated` after each response: OpenAI sends it, Azure was never seen to."""
    faults: list[Fault] = field(default_factory=list)

    def take_fault(self, operation: str) -> Fault | None:
        """The next fault due for `operation`, counted down; None if it should behave."""
        for fault in self.faults:
            if fault.on == operation and fault.times != 0:
                if fault.times > 0:
                    fault.times -= 1
                return fault
        return None
