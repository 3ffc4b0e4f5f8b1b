"""The circuit breaker: opens after a row of failures only, tells so at once, and comes back by itself."""

from __future__ import annotations

import asyncio
import json

import pytest

from simulator.clock import ManualClock
from voicemint.azure.circuit_breaker import FAILURES_TO_OPEN, OPEN_SECONDS, CircuitBreaker
from voicemint.azure.upstream_client import MAX_CONNECTIONS
from voicemint.errors import UpstreamUnreachable

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def breaker(clock: ManualClock) -> CircuitBreaker:
    return CircuitBreaker(clock, failures=3)


def attempt(breaker: CircuitBreaker, *failed: bool | None, forced: bool = False) -> None:
    for verdict in failed:
        with breaker.passage(forced=forced) as passage:
            passage.failed = verdict


async def test_a_row_of_failures_opens_it(breaker: CircuitBreaker) -> None:
    attempt(breaker, True, True, True)

    with pytest.raises(UpstreamUnreachable, match="failed several times") as caught:
        attempt(breaker, False)
    assert caught.value.retry_after == OPEN_SECONDS
    assert "recovers by itself" in caught.value.hint


async def test_an_answer_ends_the_row(breaker: CircuitBreaker) -> None:
    attempt(breaker, True, True, False, True, True, False)


async def test_what_says_nothing_neither_ends_the_row_nor_counts(breaker: CircuitBreaker) -> None:
    attempt(breaker, True, None, None, None, True)
    attempt(breaker, True)

    with pytest.raises(UpstreamUnreachable):
        attempt(breaker, False)


async def test_a_block_that_is_cancelled_says_nothing(breaker: CircuitBreaker) -> None:
    for _ in range(5):
        with pytest.raises(asyncio.CancelledError), breaker.passage():
            raise asyncio.CancelledError
    attempt(breaker, False)


async def test_the_wait_that_is_told_shrinks(breaker: CircuitBreaker, clock: ManualClock) -> None:
    attempt(breaker, True, True, True)
    await clock.advance(OPEN_SECONDS - 1.5)

    with pytest.raises(UpstreamUnreachable) as caught:
        attempt(breaker, False)
    assert caught.value.retry_after == 2


async def test_when_the_time_is_up_one_attempt_may_pass_and_its_answer_opens_the_way(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    attempt(breaker, True, True, True)
    await clock.advance(OPEN_SECONDS)

    with breaker.passage() as probe:
        with pytest.raises(UpstreamUnreachable) as caught:
            attempt(breaker, False)
        probe.failed = False
    assert caught.value.retry_after == 1
    attempt(breaker, False, True, True, False)


async def test_a_probe_that_fails_keeps_it_open_for_the_same_time(breaker: CircuitBreaker, clock: ManualClock) -> None:
    attempt(breaker, True, True, True)
    await clock.advance(OPEN_SECONDS)
    attempt(breaker, True)
    await clock.advance(OPEN_SECONDS - 1)

    with pytest.raises(UpstreamUnreachable):
        attempt(breaker, False)
    await clock.advance(1)
    attempt(breaker, False, False)


async def test_a_probe_that_is_cancelled_leaves_its_place_to_the_next(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    attempt(breaker, True, True, True)
    await clock.advance(OPEN_SECONDS)
    with pytest.raises(asyncio.CancelledError), breaker.passage():
        raise asyncio.CancelledError

    attempt(breaker, False, False)


async def test_late_failures_of_earlier_attempts_do_not_prolong_it(breaker: CircuitBreaker, clock: ManualClock) -> None:
    with breaker.passage() as early:
        attempt(breaker, True, True, True)
        await clock.advance(OPEN_SECONDS)
        early.failed = True

    attempt(breaker, False)


async def test_a_forced_attempt_passes_and_its_answer_counts(breaker: CircuitBreaker) -> None:
    attempt(breaker, True, True, True)
    attempt(breaker, True, forced=True)
    attempt(breaker, False, forced=True)

    attempt(breaker, False)


async def test_it_says_when_it_opens_and_closes(
    breaker: CircuitBreaker, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    attempt(breaker, True, True, True)
    await clock.advance(OPEN_SECONDS)
    attempt(breaker, True)
    await clock.advance(OPEN_SECONDS)
    attempt(breaker, False, False)

    assert [json.loads(record.getMessage()) for record in caplog.records] == [
        {"event": "breaker_opened", "failures": 3, "seconds": OPEN_SECONDS},
        {"event": "breaker_closed", "seconds": 2 * OPEN_SECONDS},
    ]


def test_connections_that_were_closed_under_us_at_once_are_no_outage() -> None:
    assert FAILURES_TO_OPEN > MAX_CONNECTIONS
