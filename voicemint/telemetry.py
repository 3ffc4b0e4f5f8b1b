"""What the outside is told: one line of JSON an event, masked once more before it leaves, and the metrics that follow.

The tables of `events.py` are the guard: a credential, an SDP, instructions or upstream text have no field to go into.
The whole event is the message, because that arrives unchanged however the worker is set up; see `docs/monitoring.md`.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePath

from voicemint import metrics
from voicemint.events import EVENTS
from voicemint.masking import redact

logger = logging.getLogger("voicemint")

_NOISY = ("azure", "httpx", "httpcore", "msal", "urllib3")

_about: ContextVar[dict[str, str]] = ContextVar("about")
"""What every line of the request under way has in common."""

_OURS = {"caller", "call_id"}
_HASH = re.compile(r"[0-9a-f]{32}")
"""Our own hashes and ids have the length of a key. In these two fields, and only in this shape, they are not masked."""


def log(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Write `event` and its fields as one JSON object, `event` first, and count it.

    What `about_request` and `about_caller` said is added to every event that has a field for it. An event or a field
    that `EVENTS` does not know is a mistake of ours and raises `ValueError`.
    """
    if event not in EVENTS:
        raise ValueError(f"not an event: {event}")
    allowed = EVENTS[event].fields
    unknown = fields.keys() - set(allowed)
    if unknown:
        raise ValueError(f"not a log field of {event}: {', '.join(sorted(unknown))}")
    common = {name: value for name, value in _about.get({}).items() if name in allowed}
    told = {**common, **fields}
    masked = {name: value if _is_ours(name, value) else _masked(value) for name, value in told.items()}
    logger.log(level, "%s", json.dumps({"event": event, **masked}))
    metrics.record(event, masked)


@contextmanager
def about_request(request_id: str) -> Iterator[None]:
    """Everything logged inside is about this request, also in the tasks and threads that it starts."""
    token = _about.set({"request_id": request_id})
    try:
        yield
    finally:
        _about.reset(token)


def about_caller(key: str) -> None:
    """From here on, everything logged about this request has its caller: the keyed hash, which is not a secret."""
    if _about.get({}):
        _about.get()["caller"] = key


def quieten_libraries() -> None:
    """Keep the libraries' own words out of the function's log: a line a request, and in warnings what was answered.

    azure-identity quotes an answer that it cannot read, and that may be most of a token.
    """
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


def where(error: BaseException) -> str:
    """The innermost places of a traceback, without the exception's text: that may hold a header or a body."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


def _is_ours(name: str, value: object) -> bool:
    return name in _OURS and isinstance(value, str) and _HASH.fullmatch(value) is not None


def _masked(value: object) -> object:
    """`value` as JSON can hold it, with whatever looks like a secret hidden."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return redact(str(value))
