"""What the routes share: throttling by deployment, and room for sessions."""

from __future__ import annotations

import pytest

from simulator.clock import ManualClock
from simulator.knobs import Knobs
from simulator.refusals import Refused
from simulator.schema import session_config
from tests.integration.offline_resource import new_resource

pytestmark = pytest.mark.anyio


async def test_mints_are_counted_by_deployment_and_minute() -> None:
    clock = ManualClock()
    resource = new_resource(clock=clock, knobs=Knobs(requests_per_minute=1))
    resource.count_mint("one")
    resource.count_mint("two")
    await clock.advance(15)
    with pytest.raises(Refused) as caught:
        resource.count_mint("one")
    assert caught.value.headers == {"retry-after": "45"}
    await clock.advance(45)
    resource.count_mint("one")


async def test_no_limit_means_none() -> None:
    resource = new_resource(clock=ManualClock(), knobs=Knobs())
    for _ in range(1_000):
        resource.count_mint("one")


async def test_a_session_is_opened_only_if_there_is_room() -> None:
    resource = new_resource(clock=ManualClock())
    resource.live = type(resource.live)(resource.clock, limit=1)
    config = session_config.create({"type": "realtime", "model": "gpt-realtime"})
    session = resource.open(config, "sess_1", None)
    entry = resource.live.add(session, "websocket")
    with pytest.raises(Refused):
        resource.open(config, "sess_2", None)
    await session.close("over")
    resource.live.remove(entry)


async def test_nothing_secret_shows_in_its_repr() -> None:
    assert "canary" not in repr(new_resource())
