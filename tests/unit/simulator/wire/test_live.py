"""The register of open sessions."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from simulator.clock import ManualClock
from simulator.engine.session import Session
from simulator.refusals import Refused
from simulator.wire.live import LiveSessions

pytestmark = pytest.mark.anyio


class FakeSession:
    """As much of a session as the register looks at."""

    def __init__(self, id: str = "sess_1") -> None:
        self.id = id
        self.ended = asyncio.Event()
        self.config = {"type": "realtime", "instructions": "canary"}
        self.closed_with: list[str] = []

    async def close(self, reason: str) -> None:
        self.closed_with.append(reason)
        self.ended.set()


def fake(session: FakeSession) -> Session:
    return cast(Session, session)


async def test_a_call_is_found_by_its_id_until_it_ends() -> None:
    live = LiveSessions(ManualClock())
    session = FakeSession()
    entry = live.add(fake(session), "webrtc", "rtc_1")
    assert live.call("rtc_1") is entry
    session.ended.set()
    for call_id in ("rtc_1", "rtc_2"):
        with pytest.raises(Refused) as caught:
            live.call(call_id)
        assert caught.value.status == 404


async def test_it_says_what_is_open_and_nothing_that_was_said() -> None:
    clock = ManualClock()
    live = LiveSessions(clock)
    live.add(fake(FakeSession()), "websocket")
    await clock.advance(2.5)
    expected: list[dict[str, Any]] = [
        {"id": "sess_1", "call_id": None, "kind": "websocket", "type": "realtime", "seconds": 2.5}
    ]
    assert live.describe() == expected


async def test_there_is_room_up_to_the_bound() -> None:
    live = LiveSessions(ManualClock(), limit=1)
    live.check_room()
    entry = live.add(fake(FakeSession()), "websocket")
    with pytest.raises(Refused) as caught:
        live.check_room()
    assert caught.value.status == 429
    live.remove(entry)
    live.check_room()


async def test_it_knows_when_it_is_empty() -> None:
    live = LiveSessions(ManualClock())
    assert live.empty.is_set()
    entries = [live.add(fake(FakeSession()), "websocket") for _ in range(2)]
    live.remove(entries[0])
    assert not live.empty.is_set()
    live.remove(entries[1])
    assert live.empty.is_set()


async def test_closing_all_waits_until_each_connection_has_let_go() -> None:
    live = LiveSessions(ManualClock())
    session = FakeSession()
    entry = live.add(fake(session), "webrtc", "rtc_1")
    closing = asyncio.create_task(live.close_all("shutdown"))
    await session.ended.wait()
    assert session.closed_with == ["shutdown"]
    assert not closing.done()
    live.remove(entry)
    await closing
