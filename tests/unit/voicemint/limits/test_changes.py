"""Reading, changing and writing back: shared rounds, lost races, failures, and whoever stops waiting."""

from __future__ import annotations

import asyncio
import random

import pytest

from simulator.clock import ManualClock
from tests.unit.voicemint.limits.storage_doubles import TroubledLedgers, down
from voicemint.errors import RateLimited, StorageUnavailable
from voicemint.limits.changes import ATTEMPTS, LONGEST_PAUSE_SECONDS, Changes

pytestmark = pytest.mark.anyio


def add_one(stored: bytes | None) -> tuple[bytes, int]:
    number = int(stored or b"0") + 1
    return str(number).encode(), number


def refuse(stored: bytes | None) -> tuple[bytes, int]:
    raise RateLimited


class Pauses:
    """Notes pauses instead of making them."""

    def __init__(self) -> None:
        self.made: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.made.append(seconds)


def changes(ledgers: TroubledLedgers, *, seconds: float = 60, at_once: int = 8) -> tuple[Changes, Pauses]:
    pauses = Pauses()
    return Changes(ledgers, random.Random(7), seconds=seconds, at_once=at_once, sleep=pauses), pauses


async def test_changes_that_come_together_share_a_round_and_each_has_its_answer() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ours, _ = changes(ledgers)
    answers = await asyncio.gather(*(ours.submit("a", add_one) for _ in range(1000)))
    assert sorted(answers) == list(range(1, 1001))
    assert len(ledgers.reads) == len(ledgers.writes) == 1


async def test_changes_that_come_meanwhile_share_the_next_round() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ledgers.gate = asyncio.Event()
    ours, _ = changes(ledgers)
    first = ours.submit("a", add_one)
    await ledgers.reading["a"].wait()
    others = [ours.submit("a", add_one) for _ in range(5)]
    ledgers.gate.set()
    assert [await first, *await asyncio.gather(*others)] == [1, 2, 3, 4, 5, 6]
    assert len(ledgers.reads) == len(ledgers.writes) == 2


async def test_a_refusal_is_its_own_and_changes_nothing() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ours, _ = changes(ledgers)
    answers = await asyncio.gather(
        ours.submit("a", add_one), ours.submit("a", refuse), ours.submit("a", add_one), return_exceptions=True
    )
    assert [answers[0], answers[2]] == [1, 2]
    assert isinstance(answers[1], RateLimited)
    with pytest.raises(RateLimited):
        await ours.submit("a", refuse)
    assert len(ledgers.writes) == 1


async def test_a_fault_in_a_change_reaches_whoever_asked_and_nobody_else() -> None:
    ours, _ = changes(TroubledLedgers(ManualClock()))

    def broken(stored: bytes | None) -> tuple[bytes, int]:
        raise ZeroDivisionError

    one, other = await asyncio.gather(ours.submit("a", broken), ours.submit("a", add_one), return_exceptions=True)
    assert isinstance(one, ZeroDivisionError)
    assert other == 1


async def test_a_fault_in_the_storage_code_reaches_whoever_asked() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ledgers.read_failures = [ZeroDivisionError()]
    ours, _ = changes(ledgers)
    with pytest.raises(ZeroDivisionError):
        await ours.submit("a", add_one)
    assert await ours.submit("a", add_one) == 1


async def test_a_lost_race_is_decided_again_on_what_the_winner_wrote() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ledgers.lost, ledgers.meanwhile = 2, lambda key: b"40"
    ours, pauses = changes(ledgers)
    assert await ours.submit("a", add_one) == 41
    assert len(ledgers.reads) == 3
    assert len(pauses.made) == 2
    assert len(set(pauses.made)) == 2


async def test_races_are_lost_a_bounded_number_of_times() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ledgers.lost = 1000
    ours, pauses = changes(ledgers)
    with pytest.raises(StorageUnavailable, match="busy"):
        await ours.submit("a", add_one)
    assert len(ledgers.writes) == ATTEMPTS
    assert max(pauses.made) <= LONGEST_PAUSE_SECONDS
    ledgers.lost = 0
    assert await ours.submit("a", add_one) == 1


@pytest.mark.parametrize("which", ["read_failures", "write_failures"])
async def test_a_failure_fails_those_who_waited_and_the_next_try_again(which: str) -> None:
    ledgers = TroubledLedgers(ManualClock())
    setattr(ledgers, which, [down()])
    ours, _ = changes(ledgers)
    failed = await asyncio.gather(*(ours.submit("a", add_one) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in failed] == [StorageUnavailable] * 3
    assert len({id(error) for error in failed}) == 3
    assert await ours.submit("a", add_one) == 1


async def test_a_storage_that_hangs_is_given_up() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ledgers.gate = asyncio.Event()
    ours, _ = changes(ledgers, seconds=0.01)
    with pytest.raises(StorageUnavailable, match="in time"):
        await ours.submit("a", add_one)
    ledgers.gate = None
    assert await ours.submit("a", add_one) == 1


async def test_who_stops_waiting_takes_the_change_back() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ledgers.gate = asyncio.Event()
    ours, _ = changes(ledgers)
    gone, stays = ours.submit("a", add_one), ours.submit("a", add_one)
    gone.cancel()
    ledgers.gate.set()
    assert await stays == 1
    only = ours.submit("b", add_one)
    only.cancel()
    await asyncio.gather(*ours._workers)
    assert "b" not in ledgers.reads
    assert await ours.submit("b", add_one) == 1


async def test_no_more_rounds_run_together_than_allowed_and_all_come_to_an_end() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ours, _ = changes(ledgers, at_once=3)
    answers = await asyncio.gather(*(ours.submit(str(number), add_one) for number in range(100)))
    assert answers == [1] * 100
    assert ledgers.together == 3


async def test_what_has_begun_does_not_wait_behind_new_beginnings() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ours, _ = changes(ledgers, at_once=1)
    held = ledgers.gate = asyncio.Event()
    starts = [ours.submit(f"start-{number}", add_one) for number in range(5)]
    await ledgers.reading["start-0"].wait()
    await asyncio.sleep(0)  # so that it stands at the gate
    ledgers.gate = None
    assert await ours.submit("a call", add_one, begun=True) == 1
    assert not any(start.done() for start in starts)
    held.set()

    assert await asyncio.gather(*starts) == [1] * 5


async def test_nothing_is_kept_when_all_is_done() -> None:
    ours, _ = changes(TroubledLedgers(ManualClock()))
    await asyncio.gather(*(ours.submit(str(number), add_one) for number in range(50)))
    await asyncio.sleep(0)
    assert not ours._waiting
    assert not ours._workers


async def test_closing_cancels_whoever_waits() -> None:
    ledgers = TroubledLedgers(ManualClock())
    ledgers.gate = asyncio.Event()
    ours, _ = changes(ledgers, at_once=1)
    waiting = [ours.submit("a", add_one), ours.submit("b", add_one)]
    await ledgers.reading["a"].wait()
    waiting.append(ours.submit("a", add_one))
    await ours.close()
    assert all(one.cancelled() for one in waiting)
