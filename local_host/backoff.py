"""How long to wait before the next look at a queue: soon after a message was found, then ever longer.

As the host does it (`RandomizedExponentialBackoffStrategy` in its storage extension), so that an idle queue costs
little and a busy one is answered at once.
"""

from __future__ import annotations

import random

SPREAD = 0.2


class Backoff:
    """Waits from `shortest` to `longest` seconds."""

    def __init__(self, shortest: float, longest: float, chance: random.Random | None = None) -> None:
        self._shortest = shortest
        self._longest = longest
        self._chance = chance or random.Random()
        self._misses = 0
        self._wait = 0.0

    def after(self, *, found: bool) -> float:
        """Seconds to wait after a look that did or did not find a message."""
        if found:
            self._misses, self._wait = 1, self._shortest
        elif self._wait < self._longest:  # once it waits longest, it stays there
            spread = self._chance.uniform(1 - SPREAD, 1 + SPREAD)
            more = 2.0 ** (self._misses - 1) * spread if self._misses else 0.0
            self._misses += 1
            self._wait = min(self._shortest * (1 + more), self._longest)
        return self._wait
