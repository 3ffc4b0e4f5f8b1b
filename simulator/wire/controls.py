"""The simulator's own routes: read and turn the knobs, and see which sessions are open. For this machine only."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_address
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator import faults
from simulator.knobs import Fault, Knobs
from simulator.refusals import Rejected, gateway_error, model_error
from simulator.schema.shapes import decode, flag, invalid_value, list_of, nullable, number, one_of, record, text, whole
from simulator.wire.incoming import read_body, resource_of

MAX_BODY = 64 * 1024


def _fault_kind(value: Any, path: str) -> str:
    kind: str = text(32)(value, path)
    if not faults.is_kind(kind):
        raise invalid_value(kind, (*faults.KINDS, "an HTTP status from 400 to 599"), path)
    return kind


_FAULT = record(
    {
        "on": one_of(*faults.OPERATIONS),
        "kind": _fault_kind,
        "times": whole(-1, 1_000_000),
        "retry_after": nullable(whole(0, 86_400)),
    },
    required=("on", "kind"),
)
_KNOBS = record(
    {
        "mint_latency_ms": whole(0, 600_000),
        "calls_latency_ms": whole(0, 600_000),
        "think_ms": whole(0, 600_000),
        "generation_speed": number(0, 1_000),
        "max_session_seconds": number(0.1, 86_400),
        "requests_per_minute": whole(0, 1_000_000),
        "send_rate_limits": flag,
        "faults": list_of(_FAULT, 100),
    }
)


def apply(knobs: Knobs, asked: object) -> None:
    """Set the knobs that `asked` names; the others stay. `faults` replaces the whole list. Raises `Rejected`."""
    for name, value in _KNOBS(asked, "").items():
        setattr(knobs, name, [Fault(**fault) for fault in value] if name == "faults" else value)


async def read_knobs(request: Request) -> Response:
    """Every knob as it stands."""
    _check_local(request)
    return JSONResponse(dataclasses.asdict(resource_of(request).knobs))


async def write_knobs(request: Request) -> Response:
    """Turn some knobs; answers with all of them."""
    _check_local(request)
    try:
        apply(resource_of(request).knobs, decode(await read_body(request, MAX_BODY)))
    except Rejected as rejected:
        raise model_error(rejected) from None
    return await read_knobs(request)


async def list_sessions(request: Request) -> Response:
    """The open sessions: ids, kinds, seconds."""
    _check_local(request)
    return JSONResponse(resource_of(request).live.describe())


def _check_local(request: Request) -> None:
    """Refuse other machines, and pages that reach this one under a name of their own."""
    peer = request.client.host if request.client else ""
    if not _is_loopback(peer) or not _is_loopback(request.url.hostname or ""):
        raise gateway_error(403, "local_only", "The knobs can be reached from this machine only, by a loopback name.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
