"""The hour stands still, waiting does not."""

from __future__ import annotations

import pytest

from simulator.fixed_clock import FixedClock

pytestmark = pytest.mark.anyio


async def test_the_hour_stands_still_and_waiting_goes_on() -> None:
    clock = FixedClock(1_700_000_000)
    before = clock.monotonic()
    await clock.sleep(0.001)
    assert clock.time() == 1_700_000_000
    assert clock.monotonic() > before
