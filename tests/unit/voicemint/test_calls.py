"""Calls in relay mode: the order in which one is made, and what is left of it whatever fails on the way."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

from simulator.clock import ManualClock
from tests.canaries import CANARY_TOKEN
from tests.mint_support import request
from voicemint.azure.azure_openai import ClientSecret, ConnectedCall
from voicemint.calls import LATE_SECONDS, Calls
from voicemint.errors import (
    StorageUnavailable,
    TooManyCalls,
    UnknownCall,
    UpstreamTimeout,
    UpstreamUnreachable,
    VoicemintError,
)
from voicemint.leash.leashed_call import LeashedCall
from voicemint.limits.ledger import OpenCall
from voicemint.masking import Secret
from voicemint.sessions import Session
from voicemint.timing import Deadline, Timing

pytestmark = pytest.mark.anyio

CALLER = "0123456789abcdef" * 2
CALL_ID = "c" * 32
UPSTREAM_ID = "rtc_0123456789"
OFFER = "v=0\r\n"
ANSWER = "v=0\r\no=answer\r\n"
SESSION = Session("assistant", "marin", None, None, (), {"type": "realtime", "model": "gpt-realtime"})


class Parts:
    """Stands for realtime service, limits and leash at once, notes what is done in which order, and fails on demand."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.done: list[str] = []
        self.fail: dict[str, VoicemintError] = {}
        self.wait: dict[str, asyncio.Event] = {}
        self.reached: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.closed = asyncio.Event()
        self.open: OpenCall | None = None
        self.held: LeashedCall | None = None
        self.talking = False

    async def _do(self, what: str) -> None:
        self.done.append(what)
        self.reached[what].set()
        if what in self.wait:
            await self.wait[what].wait()
        if what in self.fail:
            raise self.fail.pop(what)

    async def mint(self, session: Mapping[str, Any], timing: Timing, deadline: Deadline) -> ClientSecret:
        await self._do("mint")
        return ClientSecret(Secret(f"ek_{CANARY_TOKEN}"), 1_800_000_060, "sess_1")

    async def connect(self, secret: ClientSecret, offer: str, timing: Timing, deadline: Deadline) -> ConnectedCall:
        await self._do("connect")
        assert offer == OFFER
        self.talking = True
        return ConnectedCall(ANSWER, UPSTREAM_ID)

    async def hang_up(self, upstream_id: str, deadline: Deadline) -> bool:
        assert upstream_id == UPSTREAM_ID
        was_there, self.talking = self.talking, False
        await self._do("hang_up")
        return was_there

    async def open_call(self, caller: str) -> OpenCall:
        await self._do("open_call")
        self.open = OpenCall(CALL_ID, None, self.clock.time(), self.clock.time() + 600)
        return self.open

    async def connect_call(self, caller: str, call_id: str, upstream_id: str) -> OpenCall:
        await self._do("connect_call")
        assert self.open is not None
        self.open = OpenCall(call_id, upstream_id, self.open.started_at, self.open.ends_at)
        return self.open

    async def find_call(self, caller: str, call_id: str) -> OpenCall:
        if caller != CALLER or self.open is None or self.open.id != call_id:
            raise UnknownCall
        return self.open

    async def close_call(self, caller: str, call_id: str) -> OpenCall | None:
        await self._do("close_call")
        closed, self.open = self.open, None
        self.closed.set()
        return closed

    async def hold(self, call: LeashedCall) -> None:
        await self._do("hold")
        self.held = call


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def parts(clock: ManualClock) -> Parts:
    return Parts(clock)


@pytest.fixture
def calls(parts: Parts, clock: ManualClock) -> Calls:
    return Calls(parts, parts, clock)  # type: ignore[arg-type]


async def start(calls: Calls, parts: Parts) -> Any:
    return await calls.start(request(), CALLER, SESSION, OFFER, parts)  # type: ignore[arg-type]


async def test_the_place_is_taken_first_and_the_leash_is_held_before_the_answer(calls: Calls, parts: Parts) -> None:
    call = await start(calls, parts)

    assert parts.done == ["open_call", "mint", "connect", "connect_call", "hold"]
    assert (call.id, call.answer, call.ends_at - call.server_time) == (CALL_ID, ANSWER, 600)
    assert parts.held == LeashedCall(CALLER, CALL_ID, UPSTREAM_ID, call.ends_at)
    assert ANSWER not in repr(call)


async def test_the_log_of_a_call_has_its_caller_as_a_hash_and_no_secret(
    calls: Calls, parts: Parts, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    await start(calls, parts)
    await clock.advance(90)
    await calls.hang_up(CALLER, CALL_ID)

    minted, started, ended = (record.getMessage() for record in caplog.records)
    assert '"minted"' in minted
    assert '"mode": "relay"' in minted
    assert '"call_started"' in started
    assert '"allowed_seconds": 600' in started
    assert '"call_ended"' in ended
    assert '"why": "hung_up", "seconds": 90' in ended
    assert CALLER in started
    assert CALLER in ended
    assert UPSTREAM_ID not in caplog.text
    assert CANARY_TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("where", "after"),
    [
        ("mint", ["close_call"]),
        ("connect", ["close_call"]),
        ("connect_call", ["hang_up", "close_call"]),
        ("hold", ["hang_up", "close_call"]),
    ],
)
async def test_what_fails_on_the_way_leaves_nothing(calls: Calls, parts: Parts, where: str, after: list[str]) -> None:
    parts.fail[where] = UpstreamTimeout()
    with pytest.raises(UpstreamTimeout):
        await start(calls, parts)

    assert parts.done[parts.done.index(where) + 1 :] == after
    assert parts.open is None


async def test_a_caller_who_may_not_costs_nothing(calls: Calls, parts: Parts) -> None:
    parts.fail["open_call"] = TooManyCalls()
    with pytest.raises(TooManyCalls):
        await start(calls, parts)

    assert parts.done == ["open_call"]


async def test_a_cancelled_start_is_undone_to_the_end(calls: Calls, parts: Parts) -> None:
    parts.wait["hold"] = asyncio.Event()
    parts.wait["hang_up"] = asyncio.Event()
    starting = asyncio.create_task(start(calls, parts))
    await parts.reached["hold"].wait()
    starting.cancel()
    await parts.reached["hang_up"].wait()
    starting.cancel()
    parts.wait["hang_up"].set()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await parts.closed.wait()

    assert parts.open is None


async def test_what_cannot_be_undone_is_logged_and_the_first_failure_is_told(
    calls: Calls, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    parts.fail = {"hold": StorageUnavailable(), "hang_up": UpstreamUnreachable()}
    with pytest.raises(StorageUnavailable):
        await start(calls, parts)

    assert '"call_not_undone"' in caplog.text
    assert "upstream_unreachable" in caplog.text


@pytest.mark.parametrize(("caller", "call_id"), [("f" * 32, CALL_ID), (CALLER, "d" * 32)])
async def test_nobody_ends_a_call_that_is_not_theirs(calls: Calls, parts: Parts, caller: str, call_id: str) -> None:
    await start(calls, parts)
    with pytest.raises(UnknownCall):
        await calls.hang_up(caller, call_id)

    assert "hang_up" not in parts.done


async def test_a_call_that_is_still_being_made_cannot_be_hung_up(calls: Calls, parts: Parts) -> None:
    await parts.open_call(CALLER)
    with pytest.raises(UnknownCall):
        await calls.hang_up(CALLER, CALL_ID)


async def test_a_call_whose_hanging_up_fails_stays_on_record(calls: Calls, parts: Parts) -> None:
    await start(calls, parts)
    parts.fail["hang_up"] = UpstreamUnreachable()
    with pytest.raises(UpstreamUnreachable):
        await calls.hang_up(CALLER, CALL_ID)

    assert parts.open is not None
    await calls.hang_up(CALLER, CALL_ID)
    assert parts.open is None


async def test_the_leash_ends_a_call(
    calls: Calls, parts: Parts, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    await start(calls, parts)
    assert parts.held is not None
    await clock.advance(600 + LATE_SECONDS)
    await calls.end(parts.held)

    assert parts.done[-2:] == ["hang_up", "close_call"]
    assert '"why": "leash", "seconds": 600' in caplog.text
    assert "leash_late" not in caplog.text


async def test_the_leash_of_a_call_that_has_ended_is_harmless_and_never_late(
    calls: Calls, parts: Parts, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    await start(calls, parts)
    held = parts.held
    assert held is not None
    await calls.hang_up(CALLER, CALL_ID)
    await clock.advance(600 + LATE_SECONDS + 1)
    await calls.end(held)

    assert parts.done[-2:] == ["hang_up", "close_call"]
    assert "leash_late" not in caplog.text


async def test_a_leash_that_fails_says_so_to_be_tried_again(calls: Calls, parts: Parts) -> None:
    await start(calls, parts)
    assert parts.held is not None
    parts.fail["hang_up"] = UpstreamUnreachable()
    with pytest.raises(UpstreamUnreachable):
        await calls.end(parts.held)

    assert parts.open is not None


async def test_a_late_leash_is_logged(
    calls: Calls, parts: Parts, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    await start(calls, parts)
    assert parts.held is not None
    await clock.advance(600 + LATE_SECONDS + 1)
    await calls.end(parts.held)

    assert '"leash_late"' in caplog.text
