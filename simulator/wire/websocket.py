"""`GET /openai/v1/realtime` as WebSocket: a session of its own, a sideband of a call, or a transcription session.

Until the handshake is done every refusal is an HTTP status (recorded). Frames are JSON as text; audio travels inside.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque

from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulator import faults
from simulator.engine.session import Attachment, Session
from simulator.parts import Event
from simulator.refusals import Refused, Rejected, bad_key, gateway_error, model_error
from simulator.wire.incoming import credentials_of, resource_of
from simulator.wire.live import LiveSession
from simulator.wire.mint import configure
from simulator.wire.resource import Resource

MAX_FRAME = 21 * 1024 * 1024
"""15 MiB of audio in base64, with the rest of its event."""
MAX_WAITING_CHARACTERS = 64 * 1024 * 1024
_TARGETS = ("model", "call_id", "intent")


async def connect(socket: WebSocket) -> None:
    """Check, shake hands, then carry frames both ways until one side ends."""
    resource = resource_of(socket)
    try:
        fault = await faults.interrupt(resource.knobs, "realtime", resource.clock)
        if fault is not None:
            await socket.send_denial_response(fault)
            return
        _check_access(socket, resource)
        session, live = _session(socket, resource)
    except Refused as refused:
        await socket.send_denial_response(JSONResponse(refused.body, refused.status, refused.headers))
        return
    try:
        offered = socket.scope.get("subprotocols", [])
        await socket.accept(subprotocol="realtime" if "realtime" in offered else None)
        await _carry(socket, session, announce=live is not None)
    finally:
        if live is not None:
            await session.close("peer_gone")
            resource.live.remove(live)


def _check_access(socket: WebSocket, resource: Resource) -> None:
    given = credentials_of(socket, key_in_query=True)
    # The preview's version parameter is answered with 401 on the GA path (documented); so is any other of its kind.
    if any(name.startswith("api-") and name != "api-key" for name in socket.query_params):
        raise bad_key()
    if given.is_client_secret:
        raise bad_key()  # never seen to work on Azure's WebSocket: our reading
    resource.access.check(given)


def _session(socket: WebSocket, resource: Resource) -> tuple[Session, LiveSession | None]:
    """The session to talk to; with its registration if it was opened here, None if it is a call's."""
    query = socket.query_params
    targets = [name for name in _TARGETS if name in query]
    if len(targets) != 1 or query.get("intent", "transcription") != "transcription":
        raise gateway_error(400, "400", "Exactly one of model, call_id or intent=transcription is needed.")
    if "call_id" in query:
        return resource.live.call(query["call_id"]).session, None
    asked = {"type": "transcription"} if "intent" in query else {"type": "realtime", "model": query["model"]}
    try:
        config = configure(resource, asked)
    except Rejected as rejected:
        raise model_error(rejected) from None
    session = resource.open(config, resource.ids.session(), None)
    return session, resource.live.add(session, "websocket")


async def _carry(socket: WebSocket, session: Session, *, announce: bool) -> None:
    """Frames in, events out, until the client leaves or the session ends; then close normally."""
    outgoing = _Outgoing()
    attachment = session.attach(outgoing.put, announce=announce)
    reading = asyncio.create_task(_read(socket, session, attachment))
    writing = asyncio.create_task(outgoing.write_to(socket))
    ending = asyncio.create_task(session.ended.wait())
    try:
        await asyncio.wait({reading, writing, ending}, return_when=asyncio.FIRST_COMPLETED)
        if ending.done() and not reading.done():
            outgoing.finish()
            await writing
            await socket.close()
    finally:
        attachment.detach()
        tasks = (reading, writing, ending)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            raise result


async def _read(socket: WebSocket, session: Session, attachment: Attachment) -> None:
    """Client frames one by one, in order, until the client has gone. While one is worked on the next must wait."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        frame = message.get("text")
        await session.receive(frame if frame is not None else message["bytes"], attachment)


class _Outgoing:
    """Events on their way to one client. One that does not read is left behind when too much waits for it."""

    def __init__(self) -> None:
        self._texts: deque[str] = deque()
        self._waiting = 0
        self._something = asyncio.Event()
        self._finished = False

    def put(self, event: Event) -> None:
        """Queue an event; never blocks."""
        text = json.dumps(event, ensure_ascii=False)
        self._waiting += len(text)
        if self._waiting > MAX_WAITING_CHARACTERS:
            self._texts.clear()
            self.finish()
        if not self._finished:
            self._texts.append(text)
            self._something.set()

    def finish(self) -> None:
        """Let `write_to` return once it has sent what waits."""
        self._finished = True
        self._something.set()

    async def write_to(self, socket: WebSocket) -> None:
        """Send what comes, until `finish`."""
        while self._texts or not self._finished:
            if not self._texts:
                self._something.clear()
                await self._something.wait()
                continue
            text = self._texts.popleft()
            await socket.send_text(text)
            self._waiting -= len(text)
