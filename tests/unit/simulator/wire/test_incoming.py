"""Bodies within a bound, credentials from where they may stand."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection, Request
from starlette.types import Message

from simulator.refusals import Refused
from simulator.wire.access import Credentials
from simulator.wire.incoming import credentials_of, read_body

pytestmark = pytest.mark.anyio


def request(*pieces: bytes) -> Request:
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        return messages.pop(0)

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def test_a_body_comes_whole() -> None:
    assert await read_body(request(b"ab", b"cd"), 4) == b"abcd"


async def test_reading_stops_at_the_bound() -> None:
    asked = request(b"ab", b"cd", b"never read")
    with pytest.raises(Refused) as caught:
        await read_body(asked, 3)
    assert caught.value.status == 413
    assert (await asked.receive())["body"] == b"never read"


def test_a_key_in_the_query_counts_only_where_it_may() -> None:
    connection = HTTPConnection({"type": "websocket", "headers": [], "query_string": b"api-key=k", "path": "/"})
    assert credentials_of(connection) == Credentials()
    assert credentials_of(connection, key_in_query=True) == Credentials(api_key="k")
