"""The sessions that are open right now, so that a call can be found, counted and hung up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.clock import Clock
from simulator.engine.session import Session
from simulator.refusals import call_not_found, throttled

MAX_SESSIONS = 100


@dataclass(frozen=True, eq=False)
class LiveSession:
    """One open session and how it is connected. `call_id` only on WebRTC."""

    session: Session = field(repr=False)
    kind: Literal["webrtc", "websocket"]
    opened: float
    call_id: str | None = None


class LiveSessions:
    """Every open session, at most `limit`."""

    def __init__(self, clock: Clock, limit: int = MAX_SESSIONS) -> None:
        self._clock = clock
        self._limit = limit
        self._open: list[LiveSession] = []
        self.empty = asyncio.Event()
        """Set while no session is open."""
        self.empty.set()

    def check_room(self) -> None:
        """Raise `Refused` 429 if no further session may open."""
        if len(self._open) >= self._limit:
            raise throttled(retry_after=None)

    def add(self, session: Session, kind: Literal["webrtc", "websocket"], call_id: str | None = None) -> LiveSession:
        """Register a session until `remove`."""
        live = LiveSession(session, kind, self._clock.monotonic(), call_id)
        self._open.append(live)
        self.empty.clear()
        return live

    def remove(self, live: LiveSession) -> None:
        """Forget a session that has ended."""
        self._open.remove(live)
        if not self._open:
            self.empty.set()

    def call(self, call_id: str) -> LiveSession:
        """The call in progress with this id. Raises `Refused` 404."""
        for live in self._open:
            if live.call_id == call_id and not live.session.ended.is_set():
                return live
        raise call_not_found()

    def describe(self) -> list[dict[str, Any]]:
        """What `GET /simulator/sessions` shows: ids, kinds and ages in seconds. Nothing that was said."""
        now = self._clock.monotonic()
        return [
            {
                "id": live.session.id,
                "call_id": live.call_id,
                "kind": live.kind,
                "type": live.session.config["type"],
                "seconds": round(now - live.opened, 3),
            }
            for live in self._open
        ]

    async def close_all(self, reason: str) -> None:
        """End every session and wait until each connection has let go of its own."""
        for live in list(self._open):
            await live.session.close(reason)
        await self.empty.wait()
