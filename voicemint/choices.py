"""What the page may choose for one session: the bodies of `POST /api/session` and `POST /api/call`, checked strictly.

Every bad field is found before one `InvalidRequest` names them all. The message says what is allowed and never repeats
a value. Null means the same as leaving the field out.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from voicemint.errors import BodyTooLarge, InvalidRequest, UnsupportedMediaType
from voicemint.masking import redact
from voicemint.personas import VOICES, Language, Speed, Voice
from voicemint.requests import Request
from voicemint.turn_detection import PRESETS, TurnDetectionName

MAX_BODY_BYTES = 65_536
MAX_INSTRUCTIONS_CHARACTERS = 4000
MAX_OFFER_CHARACTERS = 32_768
"""A browser's offer has 2,000 to 8,000."""

MAX_FAULTS_NAMED = 10


class Choices(msgspec.Struct, frozen=True):
    """The choices; None leaves it to the persona. `instructions` replace the persona's own where that is allowed."""

    persona: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    voice: Voice | None = None
    language: Language | None = None
    turn_detection: TurnDetectionName | None = None
    speed: Speed | None = None
    instructions: Annotated[str, Meta(min_length=1, max_length=MAX_INSTRUCTIONS_CHARACTERS)] | None = None

    def __repr__(self) -> str:
        return f"Choices(persona={self.persona!r})"


class CallRequest(Choices, frozen=True, kw_only=True):
    """The choices and the browser's SDP offer, which goes upstream as it is."""

    sdp: Annotated[str, Meta(pattern=r"^v=0\r?\n[ -~\t\r\n]*$", max_length=MAX_OFFER_CHARACTERS)]

    def __repr__(self) -> str:
        return f"CallRequest(persona={self.persona!r})"


Body = TypeVar("Body", bound=Choices)

_ALLOWED = {
    "persona": "a persona's name, 1 to 64 characters",
    "voice": f"one of {', '.join(VOICES)}",
    "language": "a language tag such as en or pt-BR",
    "turn_detection": f"one of {', '.join(PRESETS)}",
    "speed": "a number from 0.25 to 1.5",
    "instructions": f"a text of 1 to {MAX_INSTRUCTIONS_CHARACTERS} characters",
    "sdp": f"an SDP offer: text that starts with v=0, at most {MAX_OFFER_CHARACTERS} characters",
}


def read_choices(request: Request, *, custom_instructions: bool) -> Choices:
    """The choices in the request's body; an empty body chooses nothing.

    Raises `BodyTooLarge`, `UnsupportedMediaType` or `InvalidRequest`.
    """
    return _read(request, Choices, custom_instructions=custom_instructions)


def read_call_request(request: Request, *, custom_instructions: bool) -> CallRequest:
    """The choices and the offer in the request's body. Raises as `read_choices` does."""
    return _read(request, CallRequest, custom_instructions=custom_instructions)


def _read(request: Request, kind: type[Body], *, custom_instructions: bool) -> Body:
    if len(request.body) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"The body is over {MAX_BODY_BYTES} bytes.")
    if not request.body:
        if "chunked" in request.headers.get("transfer-encoding", "").lower():
            # The Functions host hands on only bodies whose length was announced; silence here would ignore the choices.
            raise InvalidRequest("The body did not arrive.", hint="Send the body with a Content-Length, not in chunks.")
        return _checked({}, kind, custom_instructions=custom_instructions)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType
    return _checked(_parsed(request.body), kind, custom_instructions=custom_instructions)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        msgspec.json.decode(body)  # strict: UTF-8, no NaN, no lone surrogate, bounded depth
        value = json.loads(body, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not valid JSON, or it has a key twice.") from None
    if not isinstance(value, dict):
        raise InvalidRequest("The body must be a JSON object.")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _checked(body: dict[str, Any], kind: type[Body], *, custom_instructions: bool) -> Body:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    faults = [
        f"{name} is missing; it must be {_ALLOWED[name]}"
        for name, field in fields.items()
        if field.required and name not in body
    ]
    for name, value in body.items():
        if name not in fields:
            faults.append(f"{_printable(name)} is not a field of this request")
        elif name == "instructions" and value is not None and not custom_instructions:
            faults.append("instructions are not allowed here")
        elif not _fits(value, fields[name].type):
            faults.append(f"{name} must be {_ALLOWED[name]}")
    if len(faults) > MAX_FAULTS_NAMED:
        faults[MAX_FAULTS_NAMED:] = [f"and {len(faults) - MAX_FAULTS_NAMED} more"]
    if faults:
        raise InvalidRequest(f"{'; '.join(faults)}.")
    return msgspec.convert(body, kind)


def _fits(value: object, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _printable(name: str) -> str:
    """The caller's field name if it is harmless to repeat."""
    return name if re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", name) and redact(name) == name else "an unknown name"
