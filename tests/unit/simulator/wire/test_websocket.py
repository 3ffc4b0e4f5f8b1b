"""Events on their way to a client that may not be reading."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket

from simulator.wire import websocket
from simulator.wire.websocket import _Outgoing

pytestmark = pytest.mark.anyio


class Reader:
    """A client that reads only while `reading` is set."""

    def __init__(self) -> None:
        self.reading = asyncio.Event()
        self.texts: list[str] = []

    async def send_text(self, text: str) -> None:
        await self.reading.wait()
        self.texts.append(text)


def written(outgoing: _Outgoing, reader: Reader) -> asyncio.Task[None]:
    return asyncio.create_task(outgoing.write_to(cast(WebSocket, reader)))


async def test_events_leave_in_order_and_all_of_them_before_the_end() -> None:
    outgoing, reader = _Outgoing(), Reader()
    reader.reading.set()
    writing = written(outgoing, reader)
    for number in range(3):
        outgoing.put({"type": str(number)})
        await asyncio.sleep(0)
    outgoing.put({"type": "last"})
    outgoing.finish()
    await writing
    assert [json.loads(text)["type"] for text in reader.texts] == ["0", "1", "2", "last"]


async def test_a_client_that_does_not_read_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "MAX_WAITING_CHARACTERS", 100)
    outgoing, reader = _Outgoing(), Reader()
    writing = written(outgoing, reader)
    event: dict[str, Any] = {"type": "x" * 30}
    for _ in range(10):
        outgoing.put(event)
        await asyncio.sleep(0)
    reader.reading.set()
    await writing
    assert len(reader.texts) == 1


async def test_finishing_with_nothing_to_say_is_fine() -> None:
    outgoing, reader = _Outgoing(), Reader()
    writing = written(outgoing, reader)
    await asyncio.sleep(0)
    outgoing.finish()
    await writing
    assert reader.texts == []
