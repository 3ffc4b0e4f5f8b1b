"""The count of all callers together."""

from __future__ import annotations

import pytest

from voicemint.errors import DailyLimitReached, StorageUnavailable
from voicemint.limits.day_count import DayCount, count
from voicemint.limits.ledger import DAY_SECONDS, decode

MIDNIGHT = 20_000.0 * DAY_SECONDS


def test_a_day_has_so_many_starts_and_the_next_day_as_many() -> None:
    total = DayCount()
    for _ in range(3):
        total = count(total, 3, MIDNIGHT - 600.5)
    with pytest.raises(DailyLimitReached) as refused:
        count(total, 3, MIDNIGHT - 600.5)
    assert refused.value.retry_after == 601
    assert count(total, 3, MIDNIGHT) == DayCount(20_000, 1)


def test_a_clock_a_little_behind_does_not_bring_yesterday_back() -> None:
    assert count(DayCount(20_000, 2), 3, MIDNIGHT - 1) == DayCount(20_000, 3)


@pytest.mark.parametrize("content", [b"", b'{"starts": -1}', b'{"starts": 1.5}', b'{"count": 1}'])
def test_an_unreadable_count_is_not_zero(content: bytes) -> None:
    with pytest.raises(StorageUnavailable):
        decode(content, DayCount)
