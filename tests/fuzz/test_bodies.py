"""Properties of one body, with Hypothesis, which shrinks what it finds: whatever is sent, the promises are kept."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz import worlds
from tests.fuzz.asking import OWN, Asked
from tests.fuzz.drive import ask, listening
from tests.fuzz.promises import Answered, Broken, Judge
from tests.fuzz.rules import Rules
from tests.fuzz.virtual_time import VirtualLoop
from tests.fuzz.worlds import WORLDS, World
from voicemint import openapi, routes

JUDGE = Judge(json.loads(openapi.document()))
PATHS = {"token": "/api/session", "relay": "/api/call"}
LOCAL = [world for world in WORLDS if world.rule == "local"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(["persona", "voice", "language", "turn_detection", "speed", "instructions", "sdp"])
nearly = st.dictionaries(fields, json_values | st.just("v=0\r\n"), max_size=7)
bodies = st.binary(max_size=200) | (json_values | nearly).map(json.dumps).map(str.encode)


def answered(world: World, body: bytes) -> tuple[Asked, Answered]:
    """The answer of a new app, and what was asked."""
    asked = Asked(
        "POST", PATHS[world.mode], headers={"Host": OWN, "Content-Type": "application/json"}, body=body, who="me"
    )

    async def only() -> Answered:
        loop: Any = asyncio.get_running_loop()
        routes.adopt(worlds.build(world, loop, random.Random(1)))
        try:
            return await ask(asked)
        finally:
            await routes.close()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner, listening() as ears:
        reply = runner.run(only())
    if ears.heard:
        raise Broken(f"the log shows {ears.heard}")
    return asked, reply


@pytest.mark.parametrize("world", LOCAL, ids=lambda world: world.name)
@given(body=bodies)
@example(body=b'{"speed": 1e400}')
@example(body=b'{"speed": ' + b"9" * 5000 + b"}")
@example(body=b'{"persona": "\\ud800"}')
@example(body=b"[" * 60_000)
@settings(max_examples=300)
def test_any_body_is_answered_as_the_document_says(world: World, body: bytes) -> None:
    asked, reply = answered(world, body)

    JUDGE.judge(asked, reply)
    Rules(world, JUDGE).judge(asked, reply)


@given(value=json_values)
def test_only_what_the_document_takes_gets_past_the_check(value: object) -> None:
    _, reply = answered(LOCAL[1], json.dumps({"sdp": value}).encode())

    assert (reply.code == "invalid_request") == (
        not isinstance(value, str) or not JUDGE.accepts("CallRequest", {"sdp": value})
    )
