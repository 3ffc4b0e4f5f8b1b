"""What a probe works with: the resource, the clock, Azure's command line, and how much it may ask for."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devtools.live_smoke.answers import CannotAsk
from devtools.live_smoke.resource import Resource

if TYPE_CHECKING:
    from devtools.live_smoke.call import Call

ORIGIN = "https://voice.example"
"""A page's origin, made up: the service is said to let all of them in."""

Az = Callable[[Sequence[str]], Any]
"""Runs `az` with arguments and `--output json`; gives the answer. Raises `CannotAsk`."""


@dataclass(frozen=True)
class Bench:
    """`now` is seconds since 1970. `patience` is how many seconds an event of a call may take to come."""

    resource: Resource
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    az: Az
    entra: bool
    region: str
    flood: int
    patience: float = 20.0

    @asynccontextmanager
    async def peer(self) -> AsyncIterator[Call]:
        """A call that is not connected yet. Raises `CannotAsk` on a machine that cannot do WebRTC."""
        try:
            from devtools.live_smoke.call import Call  # some machines have no aiortc
        except ImportError as missing:
            raise CannotAsk(f"{missing.name} is not installed") from None
        call = Call(self.resource)
        try:
            yield call
        finally:
            await call.close()

    @asynccontextmanager
    async def call(self, query: str = "", origin: str = "") -> AsyncIterator[Call]:
        """A connected call, hung up afterwards."""
        async with self.peer() as call:
            await call.connect(await self.resource.secret(), query, origin)
            yield call


def az(arguments: Sequence[str]) -> Any:
    """Azure's command line. Raises `CannotAsk` if it is not here, not signed in, or says nothing that can be read."""
    program = shutil.which("az")
    if program is None:
        raise CannotAsk("Azure's command line is not installed")
    command = [program, *arguments, "--output", "json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=120)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        raise CannotAsk(f"az said: {words[-1][:140] if words else done.returncode}")
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        raise CannotAsk("az said nothing that can be read") from None
