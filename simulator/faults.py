"""Faults on demand: the answers of a service that is in trouble, shaped as Azure shapes them.

A `Fault` in the knobs names an operation and one of `KINDS` or a bare HTTP status. `interrupt` gives the answer to
send instead of the real one, or None to go on, perhaps after a wait.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from simulator import refusals
from simulator.clock import Clock
from simulator.knobs import Fault, Knobs
from simulator.refusals import Refused

OPERATIONS = ("mint", "calls", "hangup", "realtime", "secret", "token")
SLOW_SECONDS = 30.0
OVERSIZED_BYTES = 10 * 1024 * 1024

_REFUSALS: dict[str, Callable[[], Refused]] = {
    "bad_key": refusals.bad_key,
    "missing_role": refusals.missing_role,
    "wrong_tenant": refusals.wrong_tenant,
    "local_auth_disabled": refusals.local_auth_disabled,
    "deployment_not_found": refusals.deployment_not_found,
    "operation_not_supported": refusals.operation_not_supported,
    "not_found": refusals.not_found,
}
KINDS = (*_REFUSALS, "throttled", "slow", "reset", "malformed", "empty", "oversized", "wrong_content_type")


class Cut(Response):
    """An answer that stops in the middle: the head promises more than the body brings, and the connection drops."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = "websocket." if scope["type"] == "websocket" else ""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": f"{prefix}http.response.start", "status": 200, "headers": headers})
        await send({"type": f"{prefix}http.response.body", "body": b'{"value":"', "more_body": True})


def answer(fault: Fault) -> Response | None:
    """The answer that `fault` asks for; None for `slow`, which only delays. Raises `Refused` for Azure's refusals."""
    if fault.kind in _REFUSALS:
        raise _REFUSALS[fault.kind]()
    if fault.kind == "throttled" or fault.kind == "429":
        raise refusals.throttled(fault.retry_after)
    if fault.kind.isdecimal():
        raise _bare(int(fault.kind), fault.retry_after)
    spoilt: dict[str, Callable[[], Response]] = {
        "reset": Cut,
        "malformed": lambda: Response(b'{"value": "ek_', media_type="application/json"),
        "empty": lambda: Response(b"", media_type="application/json"),
        "oversized": lambda: JSONResponse({"value": "x" * OVERSIZED_BYTES}),
        "wrong_content_type": lambda: PlainTextResponse("<html>A proxy's page.</html>", media_type="text/html"),
    }
    return spoilt[fault.kind]() if fault.kind in spoilt else None


async def interrupt(knobs: Knobs, operation: str, clock: Clock) -> Response | None:
    """Take the fault that is due for `operation`, if any, and play it."""
    fault = knobs.take_fault(operation)
    if fault is None:
        return None
    if fault.kind == "slow":
        await clock.sleep(SLOW_SECONDS)
    return answer(fault)


def is_kind(kind: str) -> bool:
    """Whether `kind` is one that this module can play: a word of `KINDS` or an HTTP status from 400 to 599."""
    return kind in KINDS or (len(kind) == 3 and kind.isascii() and kind.isdecimal() and 400 <= int(kind) <= 599)


def _bare(status: int, retry_after: int | None) -> Refused:
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return refusals.gateway_error(status, str(status), "The service answered with a fault on demand.", headers)
