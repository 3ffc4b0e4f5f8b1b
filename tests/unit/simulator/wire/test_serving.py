"""The server says when it is ready, and takes frames as large as the protocol's."""

from __future__ import annotations

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from simulator.wire.service import build
from simulator.wire.serving import Server
from tests.integration.offline_resource import new_resource
from tests.integration.serving import serving

pytestmark = pytest.mark.anyio


async def test_it_answers_once_it_is_ready() -> None:
    async with serving(new_resource()) as address, httpx.AsyncClient() as http:
        assert (await http.get(f"http://{address}/simulator/sessions")).json() == []


async def test_an_event_of_fifteen_megabytes_fits() -> None:
    assert Server(build(new_resource()), lambda: None).config.ws_max_size > 15 * 1024 * 1024 * 4 // 3


async def test_a_refused_handshake_is_not_logged_as_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(new_resource()) as address:
        with pytest.raises(InvalidStatus):
            await connect(f"ws://{address}/openai/v1/realtime?model=gpt-realtime", proxy=None)
    assert caplog.messages == []


async def test_no_path_is_logged_since_a_path_may_carry_a_key() -> None:
    config = Server(build(new_resource()), lambda: None).config
    assert (config.access_log, config.log_level) == (False, "warning")
