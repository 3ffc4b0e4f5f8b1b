"""What `python -m simulator` prints before it is ready: which part plays which role, and why not a better one."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

BEST = "full quality"
WEBSOCKET_ONLY = "WebSocket only"


class Line(Protocol):
    """A row of the table. `reason` says why nothing better is in use; "" if nothing is."""

    @property
    def role(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class Row:
    """A row of the simulator's own."""

    role: str
    name: str
    reason: str = ""


def table(lines: Iterable[Line]) -> str:
    """The rows below one another, one line each, without a line end after the last."""
    rows = [(line.role, line.name, " ".join(line.reason.split()) or BEST) for line in lines]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    return "\n".join(f"  {role:<{widths[0]}}  {name:<{widths[1]}}  {reason}" for role, name, reason in rows)


def connection() -> Row:
    """How a client can connect on this machine. Imports aiortc, which takes half a second."""
    try:
        importlib.import_module("simulator.wire.webrtc")
    except ImportError as missing:
        return Row("connection", WEBSOCKET_ONLY, f"aiortc cannot be used here ({missing.name} is missing).")
    return Row("connection", "WebRTC and WebSocket")
