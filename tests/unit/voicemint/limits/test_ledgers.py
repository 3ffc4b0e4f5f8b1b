"""The records of one process."""

from __future__ import annotations

import pytest

from simulator.clock import ManualClock
from voicemint.errors import StorageUnavailable
from voicemint.limits.ledgers import KEPT_SECONDS, MemoryLedgers

pytestmark = pytest.mark.anyio


async def test_only_who_saw_the_last_version_may_replace_it() -> None:
    ledgers = MemoryLedgers(ManualClock())
    assert await ledgers.read("a") == (None, None)
    assert await ledgers.write("a", b"1", None)
    assert not await ledgers.write("a", b"2", None)
    content, etag = await ledgers.read("a")
    assert content == b"1"
    assert await ledgers.write("a", b"2", etag)
    assert not await ledgers.write("a", b"3", etag)
    assert not await ledgers.write("b", b"3", etag)
    assert (await ledgers.read("a"))[0] == b"2"


async def test_what_says_nothing_any_more_is_forgotten() -> None:
    clock = ManualClock()
    ledgers = MemoryLedgers(clock)
    for key in ("a", "b"):
        await ledgers.write(key, b"1", None)
    await clock.advance(KEPT_SECONDS - 1)
    await ledgers.write("a", b"2", (await ledgers.read("a"))[1])
    await clock.advance(1)
    await ledgers.write("c", b"1", None)
    assert [(await ledgers.read(key))[0] for key in "abc"] == [b"2", None, b"1"]
    assert len(ledgers._records) == 2


async def test_a_flood_of_callers_is_refused_and_none_is_forgotten() -> None:
    ledgers = MemoryLedgers(ManualClock(), max_records=2)
    for key in ("a", "b"):
        await ledgers.write(key, b"1", None)
    with pytest.raises(StorageUnavailable):
        await ledgers.write("c", b"1", None)
    assert await ledgers.write("a", b"2", (await ledgers.read("a"))[1])
    assert len(ledgers._records) == 2
