"""The app as a whole: its routes, and that its sessions end with it."""

from __future__ import annotations

import asyncio

import pytest

from simulator.clock import ManualClock
from simulator.schema import session_config
from simulator.wire.service import build
from tests.integration.offline_resource import new_resource

pytestmark = pytest.mark.anyio


async def test_the_routes_are_the_ga_ones_and_the_simulators_own() -> None:
    paths = {getattr(route, "path", "") for route in build(new_resource()).routes}
    assert paths == {
        "/openai/v1/realtime",
        "/openai/v1/realtime/client_secrets",
        "/openai/v1/realtime/calls",
        "/openai/v1/realtime/calls/{call_id}/hangup",
        "/simulator/knobs",
        "/simulator/sessions",
    }


async def test_sessions_end_with_the_app() -> None:
    resource = new_resource(clock=ManualClock())
    app = build(resource)
    session = resource.open(session_config.create({"type": "realtime", "model": "gpt-realtime"}), "sess_1", None)
    entry = resource.live.add(session, "websocket")

    async def let_go_at_its_end() -> None:
        await session.ended.wait()
        resource.live.remove(entry)

    letting_go = asyncio.create_task(let_go_at_its_end())
    async with app.router.lifespan_context(app):
        assert not session.ended.is_set()
    assert session.end_reason == "shutdown"
    await letting_go
