"""What the log may say: an event name and fields from one short list, on one line, masked once more before it leaves.

The list is the guard: a credential, an SDP, instructions or upstream text have no field to go into.
"""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import PurePath

from voicemint.masking import redact

logger = logging.getLogger("voicemint")

FIELDS = frozenset(
    {
        "auth",
        "code",
        "credential",
        "deployment",
        "endpoint",
        "error_type",
        "event_filter",
        "faults",
        "hosted",
        "model",
        "notes",
        "persona",
        "personas",
        "request_id",
        "session_id",
        "status",
        "token_seconds",
        "transcription",
        "upstream_code",
        "upstream_request_id",
        "upstream_status",
        "version",
        "webrtc_url",
        "where",
    }
)

_NOISY = ("azure", "httpx", "httpcore", "msal", "urllib3")


def log(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Write `event` and its fields. A field that is not in `FIELDS` is a mistake of ours and raises `ValueError`."""
    unknown = fields.keys() - FIELDS
    if unknown:
        raise ValueError(f"not a log field: {', '.join(sorted(unknown))}")
    logger.log(level, "%s", redact(f"{event} {json.dumps(fields, ensure_ascii=False, default=str)}"))


def quieten_libraries() -> None:
    """Keep the libraries' own chatter (one line a request, headers at debug level) out of the function's log."""
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def where(error: BaseException) -> str:
    """The innermost places of a traceback, without the exception's text: that may hold a header or a body."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
