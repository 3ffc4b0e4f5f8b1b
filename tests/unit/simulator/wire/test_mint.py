"""Which session a mint makes on the deployments of a resource."""

from __future__ import annotations

import pytest

from simulator.refusals import Refused, Rejected
from simulator.wire.mint import configure
from tests.integration.offline_resource import new_resource

pytestmark = pytest.mark.anyio


async def test_the_model_behind_the_name_decides() -> None:
    assert configure(new_resource(), {"type": "realtime", "model": "reasons"})["reasoning"] == {"effort": "low"}


async def test_fields_are_checked_before_the_deployment() -> None:
    with pytest.raises(Rejected):
        configure(new_resource(), {"type": "realtime", "model": "missing", "voice": "ash"})
    with pytest.raises(Refused):
        configure(new_resource(), {"type": "realtime", "model": "missing"})


async def test_a_transcription_session_needs_no_deployment_yet() -> None:
    assert configure(new_resource(), {"type": "transcription"})["type"] == "transcription"


@pytest.mark.parametrize(
    "session", [None, 1, "x", [], {"type": "realtime", "model": 5}, {"type": "realtime", "model": []}]
)
async def test_odd_sessions_are_rejected(session: object) -> None:
    with pytest.raises(Rejected):
        configure(new_resource(), session)
