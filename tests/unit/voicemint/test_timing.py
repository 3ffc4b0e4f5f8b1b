"""Deadlines run out once; Server-Timing adds phases up, survives exceptions and comes out in milliseconds."""

from __future__ import annotations

import pytest

from simulator.clock import ManualClock
from voicemint.timing import Deadline, SystemClock, Timing

pytestmark = pytest.mark.anyio


async def test_phases_add_up_in_order_of_first_entry_and_end_with_the_total() -> None:
    clock = ManualClock()
    timing = Timing(clock)
    with timing.measure("auth"):
        await clock.advance(0.25)
    with timing.measure("upstream"):
        await clock.advance(1.0)
    with timing.measure("auth"):
        await clock.advance(0.5)
    await clock.advance(0.125)

    assert timing.header() == "auth;dur=750.0, upstream;dur=1000.0, total;dur=1875.0"


async def test_a_phase_that_raises_is_measured_too() -> None:
    clock = ManualClock()
    timing = Timing(clock)

    async def fail() -> None:
        with timing.measure("limit"):
            await clock.advance(0.002)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert timing.header() == "limit;dur=2.0, total;dur=2.0"


async def test_a_phase_measured_elsewhere_can_be_added() -> None:
    timing = Timing(ManualClock())
    timing.add("cold", 0.05)

    assert timing.header() == "cold;dur=50.0, total;dur=0.0"


async def test_the_system_clock_is_the_machines() -> None:
    clock = SystemClock()

    assert clock.time() > 1_700_000_000
    assert clock.monotonic() <= clock.monotonic()


async def test_a_deadline_runs_out_and_stays_so() -> None:
    clock = ManualClock()
    deadline = Deadline(clock, 8.0)
    assert deadline.remaining() == 8.0

    await clock.advance(7.5)
    assert deadline.remaining() == 0.5
    await clock.advance(0.5)
    assert deadline.remaining() == 0.0
    await clock.advance(60)
    assert deadline.remaining() == 0.0
