"""`POST /openai/v1/realtime/client_secrets`: a session comes in, a client secret with that session inside goes out.

Order of checks: credential, body, session, deployment. Recorded on Azure in 2026, as are the codes; no CORS header, so
no browser can mint.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator import faults
from simulator.parts import SessionConfig
from simulator.refusals import Rejected, model_error
from simulator.schema import session_config
from simulator.schema.shapes import Check, decode, one_of, record, whole
from simulator.wire import deployments
from simulator.wire.client_secrets import DEFAULT_SECONDS, MAX_SECONDS, MIN_SECONDS
from simulator.wire.incoming import credentials_of, read_body, resource_of
from simulator.wire.resource import Resource

MAX_BODY = 16 * 1024 * 1024


def _as_it_is(value: Any, path: str) -> Any:
    """`session_config` checks the session."""
    return value


_EXPIRES_AFTER: Check = record({"anchor": one_of("created_at"), "seconds": whole(MIN_SECONDS, MAX_SECONDS)})
_BODY = record({"expires_after": _EXPIRES_AFTER, "session": _as_it_is})


async def mint(request: Request) -> Response:
    """Mint a client secret. Answers 200 with `value`, `expires_at` and the effective `session`."""
    resource = resource_of(request)
    await resource.clock.sleep(resource.knobs.mint_latency_ms / 1000)
    fault = await faults.interrupt(resource.knobs, "mint", resource.clock)
    if fault is not None:
        return fault
    resource.access.check(credentials_of(request))
    body = await read_body(request, MAX_BODY)
    try:
        asked = _BODY(decode(body), "")
        config = configure(resource, asked.get("session", {}))
    except Rejected as rejected:
        raise model_error(rejected) from None
    resource.count_mint(config.get("model", "transcription"))
    seconds = asked.get("expires_after", {}).get("seconds", DEFAULT_SECONDS)
    return JSONResponse(resource.secrets.mint(config, seconds).reply())


def configure(resource: Resource, session: object) -> SessionConfig:
    """The effective session on this resource's deployments. Raises `Rejected` for its fields, `Refused` for its model.

    The deployment of `transcription.model` is not looked up: Azure mints all the same and each turn then fails.
    """
    named = session.get("model") if isinstance(session, dict) else None
    found = resource.deployments.get(named) if isinstance(named, str) else None
    config = session_config.create(session, model=found.model if found else None)
    if config["type"] == "realtime":
        deployments.realtime(resource.deployments, config["model"])
    return config
