"""What the app asks: keys, starts, calls, and what happens when the records cannot be had."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from dataclasses import replace

import pytest

from simulator.clock import ManualClock
from tests.unit.voicemint.limits.storage_doubles import TroubledLedgers, down
from voicemint.callers.caller import Caller
from voicemint.errors import (
    DailyLimitReached,
    RateLimited,
    StorageUnavailable,
    TooManyCalls,
    UnknownCall,
    VoicemintError,
)
from voicemint.limits.ledger import DAY_SECONDS, Policy
from voicemint.limits.limits import ALL_CALLERS, CALLERS_AT_ONCE, SECRET, Limits

pytestmark = pytest.mark.anyio

POLICY = Policy(starts_per_minute=10, open_calls=2, seconds_per_day=7200, call_seconds=1800, starts_per_day=1000)
KEY, OTHER = "a" * 32, "b" * 32


def limits(
    clock: ManualClock, ledgers: TroubledLedgers | None = None, policy: Policy = POLICY, *, seconds: float = 60
) -> Limits:
    return Limits(ledgers or TroubledLedgers(clock), policy, clock, deadline_seconds=seconds)


async def codes(*waiting: object) -> Counter[str]:
    """How often each of these ended how."""
    answers = await asyncio.gather(*waiting, return_exceptions=True)  # type: ignore[call-overload]
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, VoicemintError)]
    return Counter(one.code if isinstance(one, VoicemintError) else "ok" for one in answers)


async def test_a_key_says_nothing_and_is_the_same_for_all_who_share_the_records() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    one, other = limits(clock, ledgers), limits(clock, ledgers)
    caller = Caller("anonymous", "203.0.113.9")
    keys = await asyncio.gather(*(each.key(caller) for each in (one, other) for _ in range(5)))
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert int(keys[0], 16) > 0
    assert keys[0] != hashlib.sha256(b"anonymous\x00203.0.113.9").hexdigest()[:32]
    assert len({keys[0], await one.key(Caller("user", "203.0.113.9")), await one.key(Caller("anonymous", "9"))}) == 3
    assert keys[0] != await limits(clock).key(caller)


async def test_the_secret_is_read_once() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ours = limits(clock, ledgers)
    await ours.warm_up()
    before = len(ledgers.reads)
    await ours.key(Caller("local"))
    assert len(ledgers.reads) == before


async def test_a_secret_that_was_spoilt_is_never_used() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    await ledgers.write(SECRET, b"short", None)
    with pytest.raises(StorageUnavailable):
        await limits(clock, ledgers).key(Caller("local"))


async def test_so_many_starts_a_minute_for_each_caller() -> None:
    clock = ManualClock()
    ours = limits(clock)
    assert await codes(*(ours.admit(KEY) for _ in range(200))) == {"ok": 10, "rate_limited": 190}
    assert await codes(ours.admit(OTHER)) == {"ok": 1}
    await clock.advance(60)
    assert await codes(*(ours.admit(KEY) for _ in range(11))) == {"ok": 10, "rate_limited": 1}


async def test_four_processes_share_the_records() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ours = [limits(clock, ledgers) for _ in range(4)]
    ended = await codes(*(ours[number % 4].admit(KEY) for number in range(200)))
    assert ended["ok"] == 10
    assert ended["ok"] + ended["rate_limited"] == 200


async def test_all_callers_together_have_so_many_starts_a_day() -> None:
    clock = ManualClock(20_000.5 * DAY_SECONDS)
    ledgers = TroubledLedgers(clock)
    ours, other = (limits(clock, ledgers, replace(POLICY, starts_per_day=30)) for _ in range(2))
    ended = await codes(*((ours, other)[number % 2].admit(f"{number:032x}") for number in range(100)))
    assert ended == {"ok": 30, "daily_limit_reached": 70}
    reads = len(ledgers.reads)
    with pytest.raises(DailyLimitReached) as refused:
        await ours.admit(OTHER)
    assert refused.value.retry_after == DAY_SECONDS / 2
    with pytest.raises(DailyLimitReached):
        await ours.open_call(OTHER)
    assert len(ledgers.reads) == reads
    await clock.advance(DAY_SECONDS / 2)
    await ours.admit(OTHER)


async def test_whoever_is_over_their_own_limit_uses_nothing_of_the_others() -> None:
    clock = ManualClock()
    ours = limits(clock, policy=replace(POLICY, starts_per_day=11))
    assert (await codes(*(ours.admit(KEY) for _ in range(100))))["ok"] == 10
    assert await codes(*(ours.admit(OTHER) for _ in range(2))) == {"ok": 1, "daily_limit_reached": 1}


async def test_the_life_of_a_call() -> None:
    clock = ManualClock()
    ours = limits(clock)
    call = await ours.open_call(KEY)
    assert call.ends_at == clock.time() + 1800
    assert await ours.find_call(KEY, call.id) == call
    connected = await ours.connect_call(KEY, call.id, "rtc_one")
    assert connected.upstream_id == "rtc_one"
    assert await ours.find_call(KEY, call.id) == connected
    assert await ours.close_call(KEY, call.id) == connected
    assert await ours.close_call(KEY, call.id) is None
    with pytest.raises(UnknownCall):
        await ours.find_call(KEY, call.id)


async def test_a_call_that_has_begun_goes_on_while_a_crowd_wants_to_begin() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ours = limits(clock, ledgers)
    call = await ours.open_call(KEY)
    held = ledgers.gate = asyncio.Event()
    crowd = [asyncio.ensure_future(ours.admit(f"{number:032x}")) for number in range(CALLERS_AT_ONCE + 3)]
    await ledgers.reading[f"{CALLERS_AT_ONCE - 1:032x}"].wait()
    await asyncio.sleep(0)
    ledgers.gate = None
    async with asyncio.timeout(20):
        assert (await ours.connect_call(KEY, call.id, "rtc_1")).upstream_id == "rtc_1"
        assert await ours.close_call(KEY, call.id) is not None
    assert not any(one.done() for one in crowd)
    held.set()

    await asyncio.gather(*crowd)


async def test_another_callers_call_is_unknown() -> None:
    ours = limits(ManualClock())
    call = await ours.open_call(KEY)
    with pytest.raises(UnknownCall):
        await ours.find_call(OTHER, call.id)
    with pytest.raises(UnknownCall):
        await ours.connect_call(OTHER, call.id, "rtc_one")
    assert await ours.close_call(OTHER, call.id) is None
    assert await ours.find_call(KEY, call.id) == call


async def test_closing_what_never_was_writes_nothing() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    assert await limits(clock, ledgers).close_call(KEY, "c" * 32) is None
    assert not ledgers.writes


async def test_so_many_calls_at_a_time() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ours = [limits(clock, ledgers) for _ in range(4)]
    ended = await codes(*(ours[number % 4].open_call(KEY) for number in range(10)))
    assert ended == {"ok": 2, "too_many_calls": 8}


@pytest.mark.parametrize("trouble", ["daily limit", "storage"])
async def test_a_call_that_all_callers_limit_refuses_gives_its_place_back(trouble: str) -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ours = limits(clock, ledgers, replace(POLICY, open_calls=1, starts_per_day=0 if trouble == "daily limit" else 9))
    if trouble == "storage":
        write = ledgers.write

        async def fail_for_all(key: str, content: bytes, etag: str | None) -> bool:
            if key == ALL_CALLERS:
                raise down()
            return await write(key, content, etag)

        ledgers.write = fail_for_all  # type: ignore[method-assign]
    with pytest.raises((DailyLimitReached, StorageUnavailable)):
        await ours.open_call(KEY)
    again = limits(clock, ledgers, replace(POLICY, open_calls=1))
    ledgers.__dict__.pop("write", None)
    await asyncio.gather(*ours._callers._workers)
    await again.open_call(KEY)


async def test_a_caller_who_leaves_leaves_no_call_behind() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ours = limits(clock, ledgers, replace(POLICY, open_calls=1))
    asked = asyncio.create_task(ours.open_call(KEY))
    await ledgers.reading[ALL_CALLERS].wait()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    call = await ours.open_call(KEY)
    assert call.ends_at == clock.time() + 1800


async def test_a_thousand_at_once_each_get_an_answer() -> None:
    ours = limits(ManualClock())
    assert await codes(*(ours.admit(f"{number:032x}") for number in range(1000))) == {"ok": 1000}
    assert await codes(ours.admit(OTHER)) == {"daily_limit_reached": 1}


@pytest.mark.parametrize("which", ["read_failures", "write_failures"])
async def test_without_storage_nobody_starts_and_the_next_request_does(which: str) -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ours = limits(clock, ledgers)
    setattr(ledgers, which, [down()])
    with pytest.raises(StorageUnavailable) as refused:
        await ours.admit(KEY)
    assert refused.value.retry_after == 5
    await ours.admit(KEY)


async def test_a_storage_that_hangs_has_a_deadline_for_everything() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ledgers.gate = asyncio.Event()
    ours = limits(clock, ledgers, seconds=0.1)
    asked = (
        ours.key(Caller("local")),
        ours.admit(KEY),
        ours.open_call(KEY),
        ours.find_call(KEY, OTHER),
        ours.close_call(KEY, OTHER),
        ours.connect_call(KEY, OTHER, "rtc_one"),
        ours.check(),
    )
    assert await codes(*asked) == {"storage_unavailable": 7}
    ledgers.gate = None
    await ours.check()
    await ours.admit(KEY)
    await ours.close()


async def test_an_unreadable_ledger_closes_the_door_to_its_caller_only() -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    await ledgers.write(KEY, b"{}garbage", None)
    ours = limits(clock, ledgers)
    with pytest.raises(StorageUnavailable):
        await ours.admit(KEY)
    with pytest.raises(StorageUnavailable):
        await ours.find_call(KEY, OTHER)
    await ours.admit(OTHER)


async def test_warming_up_never_fails(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    ledgers = TroubledLedgers(clock)
    ledgers.read_failures = [down()]
    with caplog.at_level(logging.WARNING):
        await limits(clock, ledgers).warm_up()
    assert "storage_unavailable" in caplog.text


async def test_an_unknown_call_has_no_ends_and_two_ids_are_never_alike() -> None:
    ours = limits(ManualClock())
    one, other = await asyncio.gather(ours.open_call(KEY), ours.open_call(KEY))
    assert one.id != other.id
    assert len(one.id) == 32
    with pytest.raises(TooManyCalls):
        await ours.open_call(KEY)


async def test_a_refusal_names_its_wait() -> None:
    ours = limits(ManualClock(), policy=replace(POLICY, starts_per_minute=1))
    await ours.admit(KEY)
    with pytest.raises(RateLimited) as refused:
        await ours.admit(KEY)
    assert refused.value.retry_after == 60
