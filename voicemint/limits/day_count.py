"""How many calls all callers together have started on one UTC day.

Every start changes this one record, so it is the only hot one. It is not sharded and not leased in blocks: `Changes`
counts all starts that wait in a process with one write, so a process writes no faster than it is answered, whatever the
load, and the count stays exact. Shards would have to be summed at each start; blocks would lose their rest with each
instance that scales in, which on a small site is most of the day's calls.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from voicemint.errors import DailyLimitReached
from voicemint.limits.ledger import day_of, until_midnight


class DayCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`starts` of the UTC day `day`, which counts from 1970."""

    day: int = 0
    starts: Annotated[int, msgspec.Meta(ge=0)] = 0


def count(total: DayCount, starts_per_day: int, now: float) -> DayCount:
    """One start more. Raises `DailyLimitReached`."""
    day = max(total.day, day_of(now))  # another instance's clock may be a little ahead
    starts = total.starts if day == total.day else 0
    if starts >= starts_per_day:
        raise DailyLimitReached(retry_after=until_midnight(now))
    return DayCount(day, starts + 1)
