"""Client secrets: lifetime, reuse, bounds."""

from __future__ import annotations

import random

import pytest
from openai.types.realtime import ClientSecretCreateResponse

from simulator.clock import ManualClock
from simulator.ids import Ids
from simulator.refusals import Refused
from simulator.schema.session_config import create
from simulator.wire.client_secrets import ClientSecrets

pytestmark = pytest.mark.anyio
CONFIG = create({"type": "realtime", "model": "gpt-realtime", "instructions": "canary"})


def secrets(clock: ManualClock, limit: int = 10) -> ClientSecrets:
    return ClientSecrets(Ids(random.Random(1)), clock, limit)


async def test_a_secret_lives_as_long_as_asked() -> None:
    clock = ManualClock()
    store = secrets(clock)
    secret = store.mint(CONFIG, seconds=60)
    assert secret.expires_at == clock.time() + 60
    await clock.advance(59)
    assert store.find(secret.value) is secret
    await clock.advance(1)
    assert store.find(secret.value) is None
    assert len(store) == 0


async def test_without_a_wish_it_lives_two_hours() -> None:
    clock = ManualClock()
    assert secrets(clock).mint(CONFIG).expires_at == clock.time() + 7_200


async def test_the_first_session_has_the_minted_id_and_the_next_a_new_one() -> None:
    store = secrets(ManualClock())
    secret = store.mint(CONFIG)
    first, second = store.next_session_id(secret), store.next_session_id(secret)
    assert first == secret.session_id
    assert second.startswith("sess_")
    assert second != first


async def test_the_reply_is_one_of_the_official_type() -> None:
    secret = secrets(ManualClock()).mint(CONFIG)
    reply = secret.reply()
    ClientSecretCreateResponse.model_validate(reply, strict=True)
    assert set(reply) == {"value", "expires_at", "session"}
    assert reply["value"].startswith("ek_")
    assert reply["session"]["id"] == secret.session_id
    assert reply["session"]["expires_at"] == 0
    assert reply["session"]["object"] == "realtime.session"


async def test_there_is_a_bound_and_expiry_makes_room() -> None:
    clock = ManualClock()
    store = secrets(clock, limit=2)
    store.mint(CONFIG, seconds=10)
    store.mint(CONFIG, seconds=20)
    with pytest.raises(Refused) as caught:
        store.mint(CONFIG)
    assert caught.value.status == 429
    await clock.advance(10)
    store.mint(CONFIG)


async def test_a_secret_does_not_show_what_it_holds() -> None:
    secret = secrets(ManualClock()).mint(CONFIG)
    assert "canary" not in repr(secret)
    assert secret.value not in repr(secret)
