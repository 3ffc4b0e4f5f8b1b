"""What one caller has used, as one value, and the pure functions that change it or refuse to.

Starts count in an exact sliding window. A relay call reserves a place and its seconds when it opens, and gives the
unused ones back when it closes; one that nobody closes frees its place by itself, and its seconds stay used.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec

from voicemint.errors import MinutesUsedUp, RateLimited, StorageUnavailable, TooManyCalls, UnknownCall

WINDOW_SECONDS = 60.0
DAY_SECONDS = 86_400

GRACE_SECONDS = 120.0
"""A call that is this long past its end is gone, whether or not anybody closed it."""

SHORTEST_CALL_SECONDS = 30
"""What must be left of a day for another call to be worth starting."""

_UPSTREAM_ID = r"[!-~]{1,200}"


@dataclass(frozen=True)
class Policy:
    """How much is allowed: to one caller, and (the last) to all of them together."""

    starts_per_minute: int
    open_calls: int
    seconds_per_day: int
    call_seconds: int
    starts_per_day: int


class OpenCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relay call that has its place. Times are seconds since 1970; `upstream_id` is None until it is connected."""

    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    upstream_id: Annotated[str, msgspec.Meta(pattern=f"^{_UPSTREAM_ID}$")] | None
    started_at: float
    ends_at: float


class Ledger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One caller's use. `day` counts days since 1970 in UTC, `seconds` are those used or reserved on it."""

    starts: Annotated[tuple[float, ...], msgspec.Meta(max_length=10_000)] = ()
    calls: Annotated[tuple[OpenCall, ...], msgspec.Meta(max_length=1_000)] = ()
    day: int = 0
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0


def start(ledger: Ledger, policy: Policy, now: float) -> Ledger:
    """Count one start. Raises `RateLimited`."""
    ledger = _at(ledger, now)
    excess = len(ledger.starts) - policy.starts_per_minute
    if excess >= 0:
        raise RateLimited(retry_after=_whole(ledger.starts[excess] + WINDOW_SECONDS - now))
    return msgspec.structs.replace(ledger, starts=tuple(sorted((*ledger.starts, now))))


def open_call(ledger: Ledger, policy: Policy, now: float, call_id: str) -> tuple[Ledger, OpenCall]:
    """Count one start, and reserve a place and the seconds of a whole call, or what is left of the day's.

    Raises `RateLimited`, `TooManyCalls`, `MinutesUsedUp`.
    """
    ledger = start(ledger, policy, now)
    excess = len(ledger.calls) - policy.open_calls
    if excess >= 0:
        raise TooManyCalls(retry_after=_whole(sorted(_free_at(call, now) for call in ledger.calls)[excess] - now))
    seconds = min(policy.call_seconds, policy.seconds_per_day - ledger.seconds)
    if seconds < min(policy.call_seconds, SHORTEST_CALL_SECONDS):
        raise MinutesUsedUp(retry_after=until_midnight(now))
    call = OpenCall(call_id, None, now, now + seconds)
    return msgspec.structs.replace(ledger, calls=(*ledger.calls, call), seconds=ledger.seconds + seconds), call


def connect(ledger: Ledger, now: float, call_id: str, upstream_id: str) -> tuple[Ledger, OpenCall]:
    """Note the name that the call has upstream. Raises `UnknownCall`; ValueError if that is no name."""
    if not re.fullmatch(_UPSTREAM_ID, upstream_id):
        raise ValueError("An upstream id is 1 to 200 printable characters.")
    call = find(ledger, now, call_id)
    connected = msgspec.structs.replace(call, upstream_id=upstream_id)
    ledger = _at(ledger, now)
    calls = tuple(connected if one.id == call_id else one for one in ledger.calls)
    return msgspec.structs.replace(ledger, calls=calls), connected


def find(ledger: Ledger, now: float, call_id: str) -> OpenCall:
    """The open call of that id. Raises `UnknownCall`."""
    for call in _at(ledger, now).calls:
        if call.id == call_id:
            return call
    raise UnknownCall


def close(ledger: Ledger, now: float, call_id: str) -> tuple[Ledger, OpenCall | None]:
    """Free the call's place and give back the seconds that it did not use; None if it has no place any more."""
    try:
        call = find(ledger, now, call_id)
    except UnknownCall:
        return ledger, None
    ledger = _at(ledger, now)
    # A call counts on the day on which it started: once that is over, there is nothing to give back to.
    same_day = day_of(call.started_at) == ledger.day
    unused = max(0.0, call.ends_at - max(now, call.started_at)) if same_day else 0.0
    calls = tuple(one for one in ledger.calls if one.id != call_id)
    return msgspec.structs.replace(ledger, calls=calls, seconds=max(0.0, ledger.seconds - unused)), call


def day_of(now: float) -> int:
    """The UTC day, counted from 1970."""
    return int(now // DAY_SECONDS)


def until_midnight(now: float) -> int:
    """Whole seconds until the UTC day ends."""
    return _whole((day_of(now) + 1) * DAY_SECONDS - now)


T = TypeVar("T", bound=msgspec.Struct)


def decode(content: bytes | None, kind: type[T]) -> T:
    """What is stored, or a new one where nothing is. Raises `StorageUnavailable`: unreadable is not the same as empty,
    or whoever could spoil a ledger would be free of its limits."""
    if content is None:
        return kind()
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StorageUnavailable("A record of the limits cannot be read.") from error


def encode(ledger: msgspec.Struct) -> bytes:
    """As it is stored: JSON."""
    return msgspec.json.encode(ledger)


def _at(ledger: Ledger, now: float) -> Ledger:
    """The ledger without what no longer counts at `now`.

    The clocks of two instances differ a little, so a ledger may be ahead of `now`; its day never goes back for that. A
    start more than a window ahead is no start but a clock that was wrong.
    """
    starts = tuple(at for at in ledger.starts if abs(now - at) < WINDOW_SECONDS)
    calls = tuple(call for call in ledger.calls if now < call.ends_at + GRACE_SECONDS)
    day = max(ledger.day, day_of(now))
    return Ledger(starts, calls, day, ledger.seconds if day == ledger.day else 0.0)


def _free_at(call: OpenCall, now: float) -> float:
    """When the call's place is free: its end, or once that is past without anybody closing it, the end of its grace."""
    return call.ends_at if call.ends_at > now else call.ends_at + GRACE_SECONDS


def _whole(seconds: float) -> int:
    """Rounded up, so that nobody who waits so long comes too early."""
    return max(1, math.ceil(seconds))
