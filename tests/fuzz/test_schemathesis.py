"""Another fuzzer's opinion: Schemathesis reads the document and asks the local host, over ASGI.

It knows nothing of this project, so it finds what our own fuzzers and our own reading of OpenAPI have in common.
"""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from local_host.functions import Functions, HttpFunction
from local_host.route_templates import parse_template
from tests.fuzz import drive, worlds
from voicemint import openapi, routes
from voicemint.openapi.operations import OPERATIONS, Operation

CASES = 40
"""For each operation and kind of data."""


class _Calm(random.Random):
    """No stand-in fails by this chance."""

    def random(self) -> float:
        return 1.0


class _Served:
    """The local host, with a new app for each request: each has an event loop of its own, and limits would count."""

    def __init__(self, world: worlds.World) -> None:
        self._world = world
        self._functions = Functions(
            HttpFunction(path, parse_template(path.removeprefix("/")), None, "req", handler)
            for path, handler in drive.HANDLERS.items()
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        routes.adopt(worlds.build(self._world, asyncio.get_running_loop(), _Calm()))
        try:
            await self._functions(scope, receive, send)
        finally:
            await routes.close()


def _world(operation: Operation) -> worlds.World:
    """One in which nothing keeps a request out that fits the document."""
    changes = {"ALLOW_CUSTOM_INSTRUCTIONS": "true", "CALL_MODE": operation.mode or "token"}
    return worlds.World("calm", changes["CALL_MODE"], "local", changes)


DATA = [(operation, GenerationMode.POSITIVE) for operation in OPERATIONS] + [
    (operation, GenerationMode.NEGATIVE) for operation in OPERATIONS if operation.body or "{" in operation.path
]
"""Where a request has neither body nor path to get wrong, only fitting data can be made."""


@pytest.mark.parametrize(("of", "mode"), DATA, ids=lambda one: getattr(one, "id", None) or one.value)
def test_it_finds_nothing(of: Operation, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(json.loads(openapi.document()))
    schema.app = _Served(_world(of))
    operation = schema.find_operation_by_id(of.id)
    asked = []

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        asked.append(case)
        case.call_and_validate(headers={"Host": "localhost:7071"})

    ask()
    assert asked
