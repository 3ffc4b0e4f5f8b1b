"""Which credential opens a call."""

from __future__ import annotations

import pytest

from simulator.clock import ManualClock
from simulator.refusals import Refused
from simulator.wire.access import Credentials
from simulator.wire.calls import _secret
from simulator.wire.mint import configure
from tests.integration.offline_resource import new_resource

pytestmark = pytest.mark.anyio
SESSION = {"type": "realtime", "model": "gpt-realtime"}


async def test_a_living_secret_does() -> None:
    resource = new_resource(clock=ManualClock())
    secret = resource.secrets.mint(configure(resource, SESSION))
    assert _secret(resource, Credentials(bearer=secret.value)) is secret
    assert _secret(resource, Credentials(bearer=secret.value, api_key="beside it")) is secret


async def test_a_dead_secret_does_not() -> None:
    clock = ManualClock()
    resource = new_resource(clock=clock)
    secret = resource.secrets.mint(configure(resource, SESSION), seconds=10)
    await clock.advance(10)
    with pytest.raises(Refused) as caught:
        _secret(resource, Credentials(bearer=secret.value))
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (Credentials(api_key="k"), "Realtime session ephemeral token is required."),
        (Credentials(bearer="t"), "This operation requires ephemeral tokens for authentication."),
        (Credentials(api_key="k", bearer="t"), "This operation requires ephemeral tokens for authentication."),
    ],
)
async def test_a_standing_credential_does_not(given: Credentials, text: str) -> None:
    with pytest.raises(Refused) as caught:
        _secret(new_resource(), given)
    assert caught.value.body["error"]["message"] == text
