"""The one table of what each route takes, gives and can fail with.

Everything else of the document is derived from it and from the code's own types. Tests walk it: against the functions
that are registered, against the replies that they give, and, by the fuzzers, against the errors that really occur.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from voicemint.choices import CallRequest, Choices
from voicemint.errors import (
    AuthNotConfigured,
    BodyTooLarge,
    CredentialsUnavailable,
    DailyLimitReached,
    InternalError,
    InvalidRequest,
    MinutesUsedUp,
    NotConfigured,
    OriginNotAllowed,
    RateLimited,
    RoleRequired,
    SignInRequired,
    StorageUnavailable,
    TooManyCalls,
    UnknownCall,
    UnknownPersona,
    UnsupportedMediaType,
    UpstreamAuth,
    UpstreamMalformed,
    UpstreamNotFound,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
    VoicemintError,
    WrongCallMode,
)
from voicemint.health import Health
from voicemint.page_config import PageConfig
from voicemint.session_reply import SessionReply

Errors = tuple[type[VoicemintError], ...]


@dataclass(frozen=True)
class Success:
    """What a route answers when all is well. `body` is a struct, None for no body, or text of `media_type`."""

    status: int
    description: str
    media_type: str | None = "application/json"
    body: type[msgspec.Struct] | Literal["sdp", "document"] | None = None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method of one route. `mode` is the value of CALL_MODE that it belongs to, None for both."""

    method: str
    path: str
    id: str
    tag: str
    summary: str
    description: str
    success: Success
    errors: Errors
    mode: Literal["token", "relay"] | None = None
    body: type[msgspec.Struct] | None = None
    body_required: bool = False


ALWAYS: Errors = (InternalError,)
"""Every route catches what nobody foresaw."""

SET_UP: Errors = (NotConfigured, *ALWAYS)
"""Every route that reads the settings."""

CALLER: Errors = (SignInRequired, OriginNotAllowed, RoleRequired, AuthNotConfigured)
BODY: Errors = (InvalidRequest, UnknownPersona, BodyTooLarge, UnsupportedMediaType)
STARTS: Errors = (RateLimited, DailyLimitReached)
UPSTREAM: Errors = (
    UpstreamAuth,
    UpstreamNotFound,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
    UpstreamMalformed,
)
SERVICES: Errors = (CredentialsUnavailable, StorageUnavailable, *UPSTREAM)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "post",
        "/api/session",
        "create_session",
        "calls",
        "Mint a session for the browser",
        "Answers with a client secret and the address to which the browser posts its SDP offer with it. The secret is "
        "short-lived and opens calls until it expires; what is said in them is between the browser and Azure. An empty "
        "body chooses the default persona with its own voice.",
        Success(200, "A session was minted.", body=SessionReply),
        (*BODY, *CALLER, WrongCallMode, *STARTS, *SERVICES, *SET_UP),
        mode="token",
        body=Choices,
    ),
    Operation(
        "post",
        "/api/call",
        "start_call",
        "calls",
        "Start a call for the browser",
        "The server makes the call with the browser's SDP offer, and answers with Azure's SDP. The browser never holds "
        "a credential, and the server ends the call when its time is up.",
        Success(
            201,
            "The call is there; the body is the SDP answer.",
            "application/sdp",
            "sdp",
            ("Location", "X-Voicemint-Expires-At", "X-Voicemint-Server-Time"),
        ),
        (*BODY, *CALLER, WrongCallMode, *STARTS, TooManyCalls, MinutesUsedUp, *SERVICES, *SET_UP),
        mode="relay",
        body=CallRequest,
        body_required=True,
    ),
    Operation(
        "delete",
        "/api/call/{id}",
        "hang_up_call",
        "calls",
        "Hang up a call",
        "Ends a call that the same caller has started. `Location` of the call's start is its address.",
        Success(204, "The call has ended.", None),
        (*CALLER, UnknownCall, WrongCallMode, *SERVICES, *SET_UP),
        mode="relay",
    ),
    Operation(
        "get",
        "/api/config",
        "page_config",
        "page",
        "What a page may know",
        "The mode, the personas and the choices of this deployment. Names and titles, never instructions. Reading it "
        "also makes the server fetch its credential and connect, so that the first call starts sooner.",
        Success(200, "The configuration.", body=PageConfig),
        SET_UP,
    ),
    Operation(
        "get",
        "/api/health",
        "health",
        "operation",
        "Is the process alive?",
        "No I/O, and true even where the settings are wrong.",
        Success(200, "It is.", body=Health),
        ALWAYS,
    ),
    Operation(
        "get",
        "/api/ready",
        "ready",
        "operation",
        "Can calls be started?",
        "Whether Azure OpenAI mints for this server, and the storage answers. The answer is kept for some seconds, a "
        "mint for ten minutes, so asking often costs nothing.",
        Success(200, "They can.", body=Health),
        (*SERVICES, *SET_UP),
    ),
    Operation(
        "get",
        "/api/openapi.json",
        "openapi",
        "operation",
        "This document",
        "The same for every deployment; `x-voicemint-mode` says which routes belong to one value of CALL_MODE only.",
        Success(200, "The document.", body="document"),
        ALWAYS,
    ),
)
