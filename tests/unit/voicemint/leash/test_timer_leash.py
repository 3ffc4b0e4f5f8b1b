"""Timers end calls at their time, try again with growing pauses, and are bounded."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from simulator.clock import ManualClock
from voicemint.errors import StorageUnavailable
from voicemint.leash.leashed_call import LeashedCall
from voicemint.leash.timer_leash import PAUSES, TimerLeash

pytestmark = pytest.mark.anyio


class Calls:
    """Notes when each call is ended; the first `failures` attempts fail."""

    def __init__(self, clock: ManualClock, failures: int = 0) -> None:
        self._clock = clock
        self._start = clock.time()
        self.failures = failures
        self.attempts: list[float] = []
        self.ended: list[tuple[str, float]] = []

    async def end(self, call: LeashedCall) -> None:
        now = self._clock.time() - self._start
        self.attempts.append(now)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("a text that must not be logged")
        self.ended.append((call.upstream_id, now))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def calls(clock: ManualClock) -> Calls:
    return Calls(clock)


@pytest.fixture
async def leash(clock: ManualClock, calls: Calls) -> AsyncIterator[TimerLeash]:
    leash = TimerLeash(clock, calls.end, sleep=clock.sleep, max_calls=2)
    yield leash
    await leash.close()


def call(clock: ManualClock, name: str, seconds: float) -> LeashedCall:
    return LeashedCall("a" * 32, "b" * 32, name, clock.time() + seconds)


async def test_each_call_ends_at_its_time(clock: ManualClock, calls: Calls, leash: TimerLeash) -> None:
    await leash.hold(call(clock, "later", 600))
    await leash.hold(call(clock, "sooner", 45.5))
    await clock.advance(45)
    assert calls.ended == []
    await clock.advance(1000)
    assert calls.ended == [("sooner", 45.5), ("later", 600)]


async def test_a_call_whose_time_has_passed_ends_at_once(clock: ManualClock, calls: Calls, leash: TimerLeash) -> None:
    await leash.hold(call(clock, "past", -5))
    await clock.advance(0)
    assert calls.ended == [("past", 0)]


async def test_a_machine_that_slept_looks_at_the_time_again(calls: Calls, clock: ManualClock) -> None:
    wall = ManualClock()
    leash = TimerLeash(wall, calls.end, sleep=clock.sleep)
    await leash.hold(call(wall, "slept", 600))
    await wall.advance(900)  # the wall clock ran on while this process was suspended
    await clock.advance(30)
    assert calls.ended == [("slept", 30)]


async def test_a_failure_is_tried_again_ever_later(
    clock: ManualClock, calls: Calls, leash: TimerLeash, caplog: pytest.LogCaptureFixture
) -> None:
    calls.failures = 3
    await leash.hold(call(clock, "hard", 10))
    await clock.advance(1000)
    assert calls.attempts == [10, 11, 13, 18]
    assert calls.ended == [("hard", 18)]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 3
    assert "RuntimeError" in caplog.text
    assert "must not be logged" not in caplog.text


async def test_it_gives_up_after_ten_minutes_and_says_so(
    clock: ManualClock, calls: Calls, leash: TimerLeash, caplog: pytest.LogCaptureFixture
) -> None:
    calls.failures = 1000
    await leash.hold(call(clock, "stuck", 0))
    await clock.advance(10_000)
    assert len(calls.attempts) == len(PAUSES) + 1
    assert 500 < calls.attempts[-1] < 700
    assert [record.levelname for record in caplog.records][-2:] == ["WARNING", "ERROR"]


async def test_there_is_an_end_to_the_timers(clock: ManualClock, calls: Calls, leash: TimerLeash) -> None:
    await leash.hold(call(clock, "one", 10))
    await leash.hold(call(clock, "two", 10))
    with pytest.raises(StorageUnavailable):
        await leash.hold(call(clock, "three", 10))
    await clock.advance(10)
    await leash.hold(call(clock, "four", 10))
    await clock.advance(10)
    assert [name for name, _ in calls.ended] == ["one", "two", "four"]


async def test_closed_it_ends_nothing_more(clock: ManualClock, calls: Calls, leash: TimerLeash) -> None:
    await leash.check()
    await leash.hold(call(clock, "one", 10))
    await leash.close()
    await clock.advance(100)
    assert calls.attempts == []
