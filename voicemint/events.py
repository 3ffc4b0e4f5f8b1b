"""Everything that the log can say: each event with its fields, and each field with its meaning.

`telemetry.log` refuses what is not here, and no field can hold a credential, an SDP, instructions or upstream text.
`docs/monitoring.md` shows the same two tables; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """What has happened, in words, and the fields that a line about it may have."""

    says: str
    fields: tuple[str, ...]


EVENTS: Mapping[str, Event] = {
    "started": Event(
        "the settings are good; what this process will do",
        (
            "version",
            "endpoint",
            "notes",
            "deployment",
            "transcription",
            "auth",
            "mode",
            "event_filter",
            "webrtc_url",
            "hosted",
            "limits",
            "personas",
        ),
    ),
    "not_configured": Event("the settings are wrong; every fault of them", ("version", "faults")),
    "nobody_may_call": Event("hosted, and the settings let nobody start a call", ("hosted",)),
    "principal_unguarded": Event(
        "TRUST_CLIENT_PRINCIPAL is true, but nothing says that the platform removes a forged header", ("hosted",)
    ),
    "mint_requested": Event(
        "a caller was let in and asks for a session", ("request_id", "caller", "mode", "persona", "model")
    ),
    "minted": Event(
        "Azure OpenAI gave a session",
        ("request_id", "caller", "mode", "session_id", "persona", "model", "token_seconds"),
    ),
    "call_started": Event(
        "relay mode: the call is connected and leashed",
        ("request_id", "caller", "call_id", "session_id", "persona", "model", "allowed_seconds"),
    ),
    "call_ended": Event("relay mode: the call is over, and why", ("request_id", "caller", "call_id", "why", "seconds")),
    "call_not_undone": Event(
        "a call that failed while it was set up could not be taken back; its place is free when its time is up",
        ("request_id", "caller", "call_id", "code"),
    ),
    "call_not_ended": Event(
        "a call whose time is up could not be ended; tried again, unless this is an error or the queue's last try",
        ("caller", "call_id", "error_type", "where"),
    ),
    "leash_unreadable": Event("a message of the leash's queue says nothing, and is dropped", ()),
    "leash_late": Event("a call was cut later than it should have been", ("caller", "call_id", "seconds")),
    "request_done": Event(
        "a request was answered, well or badly", ("request_id", "caller", "route", "status", "milliseconds")
    ),
    "request_failed": Event("a request was refused, or failed", ("request_id", "caller", "route", "code", "status")),
    "internal_error": Event("a mistake of Voicemint's own", ("request_id", "error_type", "where")),
    "upstream_call": Event(
        "one operation on Azure OpenAI, its repetitions included",
        ("request_id", "operation", "upstream_status", "milliseconds", "attempts", "error_type"),
    ),
    "upstream_refused": Event(
        "Azure OpenAI answered with a fault",
        ("request_id", "operation", "upstream_status", "upstream_code", "upstream_request_id"),
    ),
    "breaker_opened": Event(
        "Azure OpenAI failed too often; requests are refused without asking it",
        ("request_id", "failures", "seconds"),
    ),
    "breaker_closed": Event("Azure OpenAI answers again", ("request_id", "seconds")),
    "credential_failed": Event(
        "the identity or the key vault gave nothing", ("request_id", "credential", "error_type")
    ),
    "warm_up_failed": Event("connecting ahead of the first mint failed", ("request_id", "error_type")),
    "storage_failed": Event(
        "the tables or the queue did not do what was asked",
        ("request_id", "operation", "upstream_status", "code", "error_type"),
    ),
}

FIELDS: Mapping[str, str] = {
    "allowed_seconds": "how long the call may last",
    "attempts": "how often it was tried",
    "auth": "AZURE_OPENAI_AUTH",
    "call_id": "the call's id, Voicemint's own: 32 hexadecimal digits",
    "caller": "keyed hash of the user or address: 32 hexadecimal digits",
    "code": "the error code, as in the list of errors",
    "credential": "which credential: entra or key_vault",
    "deployment": "AZURE_OPENAI_DEPLOYMENT",
    "endpoint": "the base of AZURE_OPENAI_ENDPOINT",
    "error_type": "the Python class of the exception, never its text",
    "event_filter": "EVENT_FILTER",
    "failures": "failures in a row",
    "faults": "what is wrong with the settings",
    "hosted": "true in Azure",
    "limits": "whether the limits are shared by all instances",
    "milliseconds": "how long it took",
    "mode": "token or relay",
    "model": "the deployment that was asked for",
    "notes": "what was corrected in the settings",
    "operation": "what was asked of Azure OpenAI or of the storage",
    "persona": "the persona's name",
    "personas": "the names of all personas",
    "request_id": "the X-Request-Id of the reply",
    "route": "the route, without what stands in its places",
    "seconds": "call_ended: the call's length; leash_late: the delay; breakers: how long it is or was open",
    "session_id": "Azure OpenAI's id of the session",
    "status": "the HTTP status of the reply",
    "token_seconds": "how long the client secret opens a call",
    "transcription": "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT",
    "upstream_code": "the service's error code, if it is a known one",
    "upstream_request_id": "what Microsoft's support asks for",
    "upstream_status": "the HTTP status that the service answered with",
    "version": "Voicemint's version",
    "webrtc_url": "where browsers will connect to",
    "where": "files, lines and functions of an internal error",
    "why": "how a call ended: hung_up, leash or failed",
}
