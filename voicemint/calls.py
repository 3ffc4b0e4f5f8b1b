"""Calls in relay mode: the server makes the call for the browser, knows it, and can end it.

A call is made in an order that leaves nothing behind when the process dies at any point: the caller's place is taken
first, the browser gets the answer last. Without the answer nobody can talk, so a call that was not yet on its leash
when the process died is a call without a voice, and Azure drops it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from voicemint.azure.realtime import Realtime
from voicemint.errors import UnknownCall, VoicemintError
from voicemint.leash.leashed_call import Leash, LeashedCall
from voicemint.limits.ledger import OpenCall
from voicemint.limits.limits import Limits
from voicemint.requests import Request
from voicemint.sessions import Session
from voicemint.telemetry import log
from voicemint.timing import Clock, Deadline

RELAY_SECONDS = 15.0
"""For a call until it is connected. Noting and leashing it have 3 seconds each after that, undoing it has 11: all in
all less than the 45 after which Static Web Apps would give up."""

HANG_UP_SECONDS = 8.0
LATE_SECONDS = 30.0
"""A leash that pulls later than this after the end of its call is worth a warning."""


@dataclass(frozen=True)
class StartedCall:
    """A call that the browser may now join with `answer`, an SDP. Times are the server's, in seconds since 1970."""

    id: str
    answer: str = field(repr=False)
    ends_at: float
    server_time: float


class Calls:
    """The calls of one process: made, hung up and ended. What is known of them is kept in the limits' store."""

    def __init__(self, realtime: Realtime, limits: Limits, clock: Clock) -> None:
        self._realtime = realtime
        self._limits = limits
        self._clock = clock

    async def start(self, request: Request, caller: str, session: Session, offer: str, leash: Leash) -> StartedCall:
        """Make a call for `caller`, a keyed hash. Raises `VoicemintError`, after which nothing of the call is left."""
        deadline = Deadline(self._clock, RELAY_SECONDS)
        with request.timing.measure("limit"):
            call = await self._limits.open_call(caller)
        upstream_id: str | None = None
        try:
            secret = await self._realtime.mint(session.body, request.timing, deadline)
            log(
                "minted",
                caller=caller,
                mode="relay",
                session_id=secret.session_id,
                persona=session.persona,
                model=session.body["model"],
            )
            connected = await self._realtime.connect(secret, offer, request.timing, deadline)
            upstream_id = connected.upstream_id
            with request.timing.measure("limit"):
                call = await self._limits.connect_call(caller, call.id, upstream_id)
                await leash.hold(LeashedCall(caller, call.id, upstream_id, call.ends_at))
        except BaseException:
            await _to_the_end(self._undo(caller, call, upstream_id))
            raise
        log(
            "call_started",
            caller=caller,
            call_id=call.id,
            session_id=secret.session_id,
            persona=session.persona,
            model=session.body["model"],
            allowed_seconds=round(call.ends_at - call.started_at),
        )
        return StartedCall(call.id, connected.answer, call.ends_at, self._clock.time())

    async def hang_up(self, caller: str, call_id: str) -> None:
        """End a call of this caller's. Raises `UnknownCall` if they have none of that id, or `VoicemintError`."""
        call = await self._limits.find_call(caller, call_id)
        if call.upstream_id is None:
            raise UnknownCall
        await self._realtime.hang_up(call.upstream_id, Deadline(self._clock, HANG_UP_SECONDS))
        await self._close(caller, call_id, "hung_up")

    async def end(self, call: LeashedCall) -> None:
        """The leash pulls: the call's time is up. Harmless if it has ended; raises if it should be tried again."""
        was_there = await self._realtime.hang_up(call.upstream_id, Deadline(self._clock, HANG_UP_SECONDS))
        late = self._clock.time() - call.ends_at
        if was_there and late > LATE_SECONDS:
            log("leash_late", logging.WARNING, caller=call.caller, call_id=call.call_id, seconds=round(late))
        await self._close(call.caller, call.call_id, "leash")

    async def _close(self, caller: str, call_id: str, why: str) -> None:
        call = await self._limits.close_call(caller, call_id)
        if call is not None:
            seconds = round(min(self._clock.time(), call.ends_at) - call.started_at)
            log("call_ended", caller=caller, call_id=call_id, why=why, seconds=seconds)

    async def _undo(self, caller: str, call: OpenCall, upstream_id: str | None) -> None:
        """Leave nothing of a call that did not come about. What fails here frees itself when the call's time is up."""
        try:
            if upstream_id is not None:
                await self._realtime.hang_up(upstream_id, Deadline(self._clock, HANG_UP_SECONDS))
            await self._close(caller, call.id, "failed")
        except VoicemintError as error:
            log("call_not_undone", logging.WARNING, caller=caller, call_id=call.id, code=error.code)


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish `work` although the task around it may be cancelled."""
    await asyncio.shield(asyncio.ensure_future(work))
