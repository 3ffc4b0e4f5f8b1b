"""Readiness: one look for everyone, which stands for a while, and recovers."""

from __future__ import annotations

import asyncio

import pytest

from simulator.clock import ManualClock
from voicemint.azure.readiness import NOT_READY_SECONDS, READY_SECONDS, Readiness
from voicemint.errors import UpstreamUnreachable

pytestmark = pytest.mark.anyio


class Looks:
    """A check that counts and does as it is told."""

    def __init__(self) -> None:
        self.count = 0
        self.failing = False
        self.gate: asyncio.Event | None = None

    async def __call__(self) -> None:
        self.count += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failing:
            raise UpstreamUnreachable


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
def readiness(looks: Looks, clock: ManualClock) -> Readiness:
    return Readiness(looks, clock)


async def test_a_success_stands_for_half_a_minute(readiness: Readiness, looks: Looks, clock: ManualClock) -> None:
    await readiness.ask()
    await clock.advance(READY_SECONDS - 1)
    await readiness.ask()
    assert looks.count == 1

    await clock.advance(1)
    await readiness.ask()
    assert looks.count == 2


async def test_a_failure_stands_for_a_shorter_time_and_passes(
    readiness: Readiness, looks: Looks, clock: ManualClock
) -> None:
    looks.failing = True
    for _ in range(3):
        with pytest.raises(UpstreamUnreachable):
            await readiness.ask()
    looks.failing = False
    await clock.advance(NOT_READY_SECONDS - 1)
    with pytest.raises(UpstreamUnreachable):
        await readiness.ask()
    assert looks.count == 1

    await clock.advance(1)
    await readiness.ask()
    assert looks.count == 2


async def test_everyone_who_asks_meanwhile_shares_one_look(readiness: Readiness, looks: Looks) -> None:
    looks.gate = asyncio.Event()
    looks.failing = True
    asking = [asyncio.create_task(readiness.ask()) for _ in range(50)]
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.sleep(0)
    looks.gate.set()
    outcomes = await asyncio.gather(*asking, return_exceptions=True)

    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert {type(outcome) for outcome in outcomes[1:]} == {UpstreamUnreachable}
    assert looks.count == 1


async def test_a_failure_that_is_told_often_does_not_grow(readiness: Readiness, looks: Looks) -> None:
    looks.failing = True
    for _ in range(5):
        with pytest.raises(UpstreamUnreachable) as caught:
            await readiness.ask()

    assert len(caught.traceback) <= 2


async def test_closing_stops_the_look(readiness: Readiness, looks: Looks) -> None:
    looks.gate = asyncio.Event()
    asking = asyncio.create_task(readiness.ask())
    await asyncio.sleep(0)
    await readiness.close()

    assert [type(outcome) for outcome in await asyncio.gather(asking, return_exceptions=True)] == [
        asyncio.CancelledError
    ]
