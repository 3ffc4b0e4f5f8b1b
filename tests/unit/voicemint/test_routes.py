"""The routes' functions: one app for all requests of a loop, and health without any."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator.clock import ManualClock
from tests.mint_support import ENVIRON, FakeAzure, app, request
from voicemint import __version__, routes
from voicemint.errors import NotConfigured
from voicemint.settings import HOSTED_MARKS, SETTINGS

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def fresh(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    for name in [*HOSTED_MARKS, "WEBSITE_HOSTNAME", *(setting.name for setting in SETTINGS)]:
        monkeypatch.delenv(name, raising=False)
    yield
    await routes.close()


async def test_health_needs_no_settings() -> None:
    health = await routes.health(request(method="GET"))

    assert (health.status, health.version) == ("ok", __version__)


async def test_without_settings_the_rest_says_what_is_missing() -> None:
    for route in (routes.create_session, routes.page_config):
        with pytest.raises(NotConfigured, match="AZURE_OPENAI_ENDPOINT is missing") as caught:
            await route(request())
        assert [name for name, _ in caught.value.faults] == ["AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_DEPLOYMENT"]


async def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    first = await routes.page_config(request(method="GET"))
    monkeypatch.setenv("EVENT_FILTER", "private")

    assert await routes.page_config(request(method="GET")) is first
    assert caplog.text.count("started") == 1


async def test_building_is_the_cold_part_and_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    asked = request(method="GET")
    await routes.page_config(asked)

    assert asked.timing.header().startswith("cold;dur=")


async def test_an_adopted_app_serves() -> None:
    azure = FakeAzure()
    routes.adopt(app(azure, ManualClock()))
    reply = await routes.create_session(request())

    assert reply.persona == "assistant"
    assert len(azure.mints) == 1


async def test_closing_lets_the_next_request_build_anew() -> None:
    azure = FakeAzure()
    routes.adopt(app(azure, ManualClock()))
    await routes.close()
    await routes.close()

    assert azure.closed
    with pytest.raises(NotConfigured):
        await routes.page_config(request())


async def test_an_app_of_another_loop_is_left_alone() -> None:
    azure = FakeAzure()

    async def adopt_elsewhere() -> None:
        routes.adopt(app(azure, ManualClock()))

    await asyncio.to_thread(asyncio.run, adopt_elsewhere())
    with pytest.raises(NotConfigured):
        await routes.create_session(request())
    assert azure.requests == []
