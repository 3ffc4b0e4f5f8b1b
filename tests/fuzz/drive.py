"""Runs drawn requests through the real triggers of `function_app`, one after another, and judges every reply."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import azure.functions as func
from azure.functions.decorators.function_app import FunctionBuilder

import function_app
from tests.fuzz import worlds
from tests.fuzz.asking import Asked, Asker
from tests.fuzz.promises import Answered, Broken, Judge, secrets_in
from tests.fuzz.rules import Rules
from tests.fuzz.shrinking import shrink
from tests.fuzz.virtual_time import VirtualLoop
from tests.fuzz.worlds import World
from voicemint import routes

ANSWERED_WITHIN = 30.0
"""Seconds of virtual time for one request; Static Web Apps would give up after 45."""

_TRIGGERS = [builder._function for builder in vars(function_app).values() if isinstance(builder, FunctionBuilder)]
HANDLERS = {
    f"/api/{function.get_trigger().route}": function.get_user_function()
    for function in _TRIGGERS
    if hasattr(function.get_trigger(), "route")
}
"""The triggers by their route."""


class Ears(logging.Handler):
    """Hears what is logged, and looks for secrets in it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard += secrets_in(record.getMessage())


@contextmanager
def listening() -> Iterator[Ears]:
    """Every record of every logger goes to our ears and to nobody else: pytest would keep them all."""
    root, ears = logging.getLogger(), Ears()
    before, level = root.handlers, root.level
    root.handlers, root.level = [ears], logging.INFO
    try:
        yield ears
    finally:
        root.handlers, root.level = before, level


async def ask(asked: Asked) -> Answered:
    """The reply of the trigger, called the way the worker calls it."""
    path = asked.path.replace("{id}", asked.parameters.get("id", ""))
    request = func.HttpRequest(
        asked.method,
        f"http://{asked.headers.get('Host', '')}{path}",
        headers=dict(asked.headers),
        route_params=dict(asked.parameters),
        body=asked.body,
    )
    async with asyncio.timeout(ANSWERED_WITHIN):
        reply = await HANDLERS[asked.path](request)
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return Answered(reply.status_code, reply.mimetype or "", headers, reply.get_body())


class _Found(Exception):
    """A request that broke a promise, and the chance with which it did."""

    def __init__(self, number: int, asked: Asked, chance: Any, fault: str) -> None:
        self.number = number
        self.asked = asked
        self.chance = chance
        self.fault = fault
        super().__init__(fault)


class Run:
    """A row of requests against one world.

    What is asked, and what fails behind it, comes from `seed` and the request's number; only the product's own chance
    (ids, and the length of a pause, which takes no time here) is free.
    """

    def __init__(self, world: World, seed: int, document: Mapping[str, Any]) -> None:
        self.world = world
        self.seed = seed
        self.judge = Judge(document)
        self.codes: Counter[tuple[str, str, str]] = Counter()
        self._rules = Rules(world, self.judge)
        self._asker = Asker(document, world, self._rules.calls)
        self._rng = random.Random()

    @property
    def answered(self) -> int:
        """How many requests were asked, answered and judged."""
        return self.codes.total()

    def run(self, count: int) -> None:
        """Ask `count` requests. Raises `Broken` with all that is needed to see it again."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner, listening() as ears:
            try:
                runner.run(self._run(count, ears))
            except _Found as found:
                failure = found
            else:
                return
        raise Broken(self._sentence(failure)) from failure.__cause__

    def breaks_alone(self, asked: Asked, chance: Any) -> str:
        """What promise this request breaks alone in a new world, or "". `chance` is the state of a `Random`."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner, listening() as ears:
            return runner.run(Run(self.world, self.seed, self.judge.document)._alone(asked, chance, ears))

    async def _run(self, count: int, ears: Ears) -> None:
        loop = self._adopt()
        for number in range(count):
            self._rng.seed(f"{self.world.name}/{self.seed}/{number}")
            loop.skip(self._rng.expovariate(0.5))
            asked = self._asker.draw(self._rng)
            chance = self._rng.getstate()
            try:
                await self._judged(asked, ears)
            except Exception as error:
                raise _Found(number, asked, chance, str(error) or repr(error)) from error
        await routes.close()

    async def _alone(self, asked: Asked, chance: Any, ears: Ears) -> str:
        self._adopt()
        self._rng.setstate(chance)
        try:
            await self._judged(asked, ears)
        except Exception as error:
            return str(error) or repr(error)
        finally:
            await routes.close()
        return ""

    def _sentence(self, found: _Found) -> str:
        """How to see the failure again, with the smallest request that still shows it."""
        if self.breaks_alone(found.asked, found.chance) == found.fault:
            how = "This request alone shows it:"
            asked = shrink(found.asked, lambda smaller: self.breaks_alone(smaller, found.chance) == found.fault)
        else:
            how, asked = "It takes the requests before it, too:", found.asked
        return f"{self.world.name}, seed {self.seed}, request {found.number}: {found.fault}\n{how}\n{asked}"

    def _adopt(self) -> VirtualLoop:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        routes.adopt(worlds.build(self.world, loop, self._rng))
        return loop

    async def _judged(self, asked: Asked, ears: Ears) -> None:
        answered = await ask(asked)
        self.judge.judge(asked, answered)
        self._rules.judge(asked, answered)
        if ears.heard:
            raise Broken(f"the log shows {ears.heard}")
        self.codes[asked.method, asked.path, answered.code or str(answered.status)] += 1
