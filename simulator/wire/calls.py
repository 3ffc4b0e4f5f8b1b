"""`/openai/v1/realtime/calls`: an SDP offer and a client secret come in, an SDP answer goes out; and hanging up.

Statuses, texts and headers: recorded on Azure, 2026. What an expired secret gets was never captured: our reading.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from simulator import faults
from simulator.engine.session import Session
from simulator.parts import Playback
from simulator.refusals import (
    bad_key,
    gateway_error,
    invalid_offer,
    secret_expired,
    secret_needed_instead_of_key,
    secret_needed_instead_of_token,
)
from simulator.wire.access import Credentials
from simulator.wire.client_secrets import ClientSecret
from simulator.wire.incoming import credentials_of, read_body, resource_of
from simulator.wire.resource import Resource

MAX_OFFER = 256 * 1024
CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Location,X-Request-Id",
    "timing-allow-origin": "*",
}


async def preflight(request: Request) -> Response:
    """A browser asks before it posts. Any header beyond these two makes the browser give up, as at Azure."""
    headers = {"access-control-allow-origin": "*", "access-control-allow-headers": "authorization,content-type"}
    return Response(status_code=200, headers=headers)


async def create(request: Request) -> Response:
    """Answer an offer with 201 and start the call. `?model=` is tolerated; the secret decides."""
    resource = resource_of(request)
    await resource.clock.sleep(resource.knobs.calls_latency_ms / 1000)
    fault = await faults.interrupt(resource.knobs, "calls", resource.clock)
    if fault is not None:
        return fault
    secret = _secret(resource, credentials_of(request))
    body = await read_body(request, MAX_OFFER)
    try:
        offer = body.decode()
    except UnicodeDecodeError:
        raise invalid_offer() from None
    if not resource.webrtc:
        raise gateway_error(503, "webrtc_unavailable", "This machine has no aiortc: only the WebSocket works.")
    return await _answer(resource, secret, offer, filtered=request.query_params.get("webrtcfilter") == "on")


async def _answer(resource: Resource, secret: ClientSecret, offer: str, *, filtered: bool) -> Response:
    from simulator.wire.webrtc import Peer  # aiortc takes half a second to import, and some machines have none

    call_id = resource.ids.webrtc_call()

    def open_session(playback: Playback) -> tuple[Session, Callable[[], None]]:
        session = resource.open(secret.config, resource.secrets.next_session_id(secret), playback)
        live = resource.live.add(session, "webrtc", call_id)
        return session, lambda: resource.live.remove(live)

    peer = await Peer.answer(offer, open_session, filtered=filtered, clock=resource.clock)
    headers = {**CORS, "location": f"/v1/realtime/calls/{call_id}"}
    return PlainTextResponse(peer.answer_sdp, status_code=201, headers=headers)


async def hang_up(request: Request) -> Response:
    """End a call, by standing credential. 200 with no body, 404 if there is no such call."""
    resource = resource_of(request)
    fault = await faults.interrupt(resource.knobs, "hangup", resource.clock)
    if fault is not None:
        return fault
    resource.access.check(credentials_of(request))
    live = resource.live.call(request.path_params["call_id"])
    await live.session.close("hangup")
    return Response(status_code=200)


def _secret(resource: Resource, given: Credentials) -> ClientSecret:
    if not given.is_client_secret:
        if given.bearer is not None:
            raise secret_needed_instead_of_token()
        raise secret_needed_instead_of_key() if given.api_key is not None else bad_key()
    secret = resource.secrets.find(given.bearer or "")
    if secret is None:
        raise secret_expired()
    return secret
