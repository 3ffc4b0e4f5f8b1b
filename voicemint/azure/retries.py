"""When to try again, and after which pause: few attempts, spread by chance, never beyond the request's deadline.

The pause grows with each attempt and is drawn from its whole length ("full jitter"), so that callers who failed
together do not come back together. A wait that the service asks for is kept, or else it is not tried again.
"""

from __future__ import annotations

from enum import Enum
from random import Random

MAX_ATTEMPTS = 3

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 2.0
"""Bounds of the drawn pause; the first doubles with each attempt."""

USEFUL_SECONDS = 0.5
"""What must be left of the deadline after the pause for an attempt to be worth it."""


class Trouble(Enum):
    """What can go wrong with an attempt that another one may mend."""

    NOT_CONNECTED = "no connection came about, so nothing was sent"
    BROKEN = "the connection broke, perhaps because a kept one had been closed"
    NO_ANSWER = "no answer in time"
    THROTTLED = "429"
    FAILED = "5xx"


def next_pause(attempt: int, retry_after: int | None, remaining: float, random: Random) -> float | None:
    """Seconds to wait after `attempt` (1, 2 ...) has failed, or None to give up.

    `retry_after` is what the service asked for, `remaining` what is left of the deadline, both in seconds.
    """
    if attempt >= MAX_ATTEMPTS:
        return None
    pause = random.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))) + (retry_after or 0)
    return pause if pause + USEFUL_SECONDS <= remaining else None
