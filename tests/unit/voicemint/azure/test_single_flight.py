"""Single flight: one fetch for everyone, failures that pass, renewals that nobody waits for."""

from __future__ import annotations

import asyncio

import pytest

from simulator.clock import ManualClock
from voicemint.azure.single_flight import RENEWAL_PAUSE_SECONDS, REPLACE_PAUSE_SECONDS, Fetched, SingleFlight
from voicemint.errors import CredentialsUnavailable

pytestmark = pytest.mark.anyio


class Source:
    """A fetch that a test lets through, or makes fail, one at a time. Values are "v1", "v2" ..."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.calls = 0
        self.started = asyncio.Event()
        self.gate: asyncio.Event | None = None
        self.failing = False
        self.same: str | None = None
        self.refused: list[bool] = []

    async def fetch(self, refused: bool) -> Fetched[str]:
        self.calls += 1
        self.refused.append(refused)
        self.started.set()
        value = f"v{self.calls}"
        if self.gate is not None:
            await self.gate.wait()
        if self.failing:
            raise CredentialsUnavailable
        now = self.clock.time()
        return Fetched(self.same or value, renew_at=now + 100, good_until=now + 1000)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def source(clock: ManualClock) -> Source:
    return Source(clock)


@pytest.fixture
def flight(source: Source, clock: ManualClock) -> SingleFlight[str]:
    return SingleFlight(source.fetch, clock, sleep=clock.sleep)


async def test_a_hundred_who_ask_at_once_cause_one_fetch(flight: SingleFlight[str], source: Source) -> None:
    source.gate = asyncio.Event()
    asking = [asyncio.create_task(flight.get()) for _ in range(100)]
    await source.started.wait()
    source.gate.set()

    assert set(await asyncio.gather(*asking)) == {"v1"}
    assert await flight.get() == "v1"
    assert source.calls == 1


async def test_a_failing_fetch_fails_all_who_wait_once_and_the_next_tries_again(
    flight: SingleFlight[str], source: Source
) -> None:
    source.failing = True
    outcomes = await asyncio.gather(*(flight.get() for _ in range(10)), return_exceptions=True)
    source.failing = False

    assert {type(outcome) for outcome in outcomes} == {CredentialsUnavailable}
    assert source.calls == 1
    assert await flight.get() == "v2"


async def test_a_caller_who_leaves_does_not_take_the_fetch_away(flight: SingleFlight[str], source: Source) -> None:
    source.gate = asyncio.Event()
    leaving, staying = asyncio.create_task(flight.get()), asyncio.create_task(flight.get())
    await source.started.wait()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    source.gate.set()

    assert await staying == "v1"
    assert source.calls == 1


async def test_a_failure_that_everyone_has_left_is_not_complained_of(
    flight: SingleFlight[str], source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    source.gate = asyncio.Event()
    source.failing = True
    asking = asyncio.create_task(flight.get())
    await source.started.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    source.gate.set()
    await flight.close()

    assert caplog.records == []


async def test_a_renewal_runs_behind_while_the_old_value_serves(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(100)
    source.gate = asyncio.Event()
    source.started.clear()

    async with asyncio.timeout(10):
        assert [await flight.get(), await flight.get()] == ["v1", "v1"]
    await source.started.wait()
    source.gate.set()
    await clock.advance(0)
    assert await flight.get() == "v2"


async def test_a_failed_renewal_leaves_the_old_value_and_pauses(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(100)
    source.failing = True
    await flight.get()
    await clock.advance(RENEWAL_PAUSE_SECONDS - 1)

    assert await flight.get() == "v1"
    assert source.calls == 2
    await clock.advance(1)
    assert await flight.get() == "v1"
    await clock.advance(0)
    assert source.calls == 3


async def test_a_value_past_its_time_is_never_served(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(1000)
    source.failing = True

    with pytest.raises(CredentialsUnavailable):
        await flight.get()


async def test_a_refused_value_is_replaced_by_a_fetch_that_knows_it(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(30)

    assert await flight.replace("v1", patience=0) == "v2"
    assert await flight.get() == "v2"
    assert source.refused == [False, True]


async def test_a_value_that_has_been_replaced_already_costs_no_fetch(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(30)
    await flight.replace("v1", patience=0)

    assert await flight.replace("v1", patience=0) == "v2"
    assert source.calls == 2


async def test_many_refusals_of_one_value_cause_one_fetch(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(30)

    assert set(await asyncio.gather(*(flight.replace("v1", patience=2) for _ in range(50)))) == {"v2"}
    assert source.calls == 2


async def test_a_source_that_still_gives_the_same_has_no_other(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    source.same = "wrong"
    await flight.get()
    await clock.advance(30)
    replacing = [asyncio.create_task(flight.replace("wrong", patience=2)) for _ in range(50)]
    await clock.advance(REPLACE_PAUSE_SECONDS)

    assert set(await asyncio.gather(*replacing)) == {None}
    assert source.calls == 3, "one for the first, and one that began after all the others were refused"


async def test_a_value_that_changes_just_after_it_was_fetched_is_found_after_the_pause(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(0.5)
    replacing = [asyncio.create_task(flight.replace("v1", patience=2)) for _ in range(10)]
    await clock.advance(REPLACE_PAUSE_SECONDS - 0.75)
    assert source.calls == 1

    await clock.advance(0.25)
    assert set(await asyncio.gather(*replacing)) == {"v2"}
    assert source.calls == 2


async def test_who_cannot_wait_is_told_at_once_that_there_is_no_other(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()

    assert await flight.replace("v1", patience=REPLACE_PAUSE_SECONDS - 0.5) is None
    assert source.calls == 1


async def test_a_fetch_that_began_before_the_refusal_does_not_settle_it(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(100)
    source.gate, source.same = asyncio.Event(), "v1"
    await flight.get()
    replacing = asyncio.create_task(flight.replace("v1", patience=2))
    await clock.advance(1)
    source.gate.set()
    await clock.advance(0)
    assert source.calls == 2
    source.same = None
    await clock.advance(REPLACE_PAUSE_SECONDS)

    assert await replacing == "v3"


async def test_however_many_refusals_the_source_is_asked_at_its_pace(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    source.same = "wrong"
    await flight.get()
    for _ in range(200):
        asking = [asyncio.create_task(flight.replace("wrong", patience=2)) for _ in range(3)]
        await clock.advance(0.25)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    assert source.calls <= 1 + 200 * 0.25 / REPLACE_PAUSE_SECONDS + 1


async def test_while_the_source_fails_a_refused_value_is_kept(
    flight: SingleFlight[str], source: Source, clock: ManualClock
) -> None:
    await flight.get()
    await clock.advance(30)
    source.failing = True

    assert await flight.replace("v1", patience=0) is None
    assert await flight.get() == "v1"
    await clock.advance(1000)
    with pytest.raises(CredentialsUnavailable):
        await flight.replace("v1", patience=0)


async def test_closing_stops_the_fetch_under_way(flight: SingleFlight[str], source: Source) -> None:
    source.gate = asyncio.Event()
    asking = asyncio.create_task(flight.get())
    await source.started.wait()
    await flight.close()

    assert [type(outcome) for outcome in await asyncio.gather(asking, return_exceptions=True)] == [
        asyncio.CancelledError
    ]


def test_a_fetched_value_does_not_print() -> None:
    assert repr(Fetched("hidden", 1.0, 2.0)) == "Fetched(renew_at=1.0, good_until=2.0)"
