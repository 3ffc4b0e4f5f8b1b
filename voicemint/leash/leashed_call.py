"""A call that must end at its time, and how it is written down for whoever will end it.

The text travels through a queue that other software may write to, so it is read as strictly as a request: one version,
known fields, bounded values. It holds nothing that opens a call or names a person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Literal, Protocol

import msgspec

MAX_TEXT = 1000
"""Characters (or bytes) that are looked at. What `encode` writes is shorter than 400."""

_Hex = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]


@dataclass(frozen=True)
class LeashedCall:
    """`caller` is the key under which the limits know the caller and `call_id` our own name of the call (32 hex each);
    `upstream_id` is Azure's name of it; `ends_at` is in seconds since 1970."""

    caller: str
    call_id: str
    upstream_id: str
    ends_at: float


class Leash(Protocol):
    """What sees to it that a call ends at its time, whatever the browser does."""

    async def hold(self, call: LeashedCall) -> None:
        """Once this returns, the call will be ended at `ends_at` or soon after. Raises `StorageUnavailable`."""
        ...

    async def check(self) -> None:
        """Whether a call could be held now. Raises `StorageUnavailable`."""
        ...

    async def close(self) -> None:
        """Free what is held in this process."""
        ...


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: Literal[1]
    caller: _Hex
    call_id: _Hex
    upstream_id: Annotated[str, msgspec.Meta(pattern=r"\Artc_[A-Za-z0-9_-]{1,128}\Z")]
    ends_at: Annotated[float, msgspec.Meta(ge=0, lt=1e11)]


def encode(call: LeashedCall) -> str:
    """`call` as JSON text. Raises `ValueError` for one that `decode` would not take: it would never be ended."""
    text = msgspec.json.encode({"v": 1, **asdict(call)}).decode()
    if decode(text) != call:
        raise ValueError("this call cannot be written down")
    return text


def decode(text: str | bytes) -> LeashedCall | None:
    """The call in `text`; None for anything that `encode` does not write."""
    if len(text) > MAX_TEXT:
        return None
    try:
        written = msgspec.json.decode(text, type=_Written)
    except (msgspec.DecodeError, UnicodeError):
        return None
    return LeashedCall(written.caller, written.call_id, written.upstream_id, written.ends_at)
