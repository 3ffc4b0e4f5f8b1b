"""What each field of the contract means, in a sentence. The types come from the code; a test misses no field here."""

from __future__ import annotations

from collections.abc import Mapping

_CHOICES = {
    "persona": "The name of a persona; GET /api/config lists them. Left out: the default one.",
    "voice": "The assistant's voice. Left out: the persona's.",
    "language": "The language of the conversation as a BCP 47 tag, such as en or pt-BR. Left out: the persona's.",
    "turn_detection": "The preset that decides when it is the assistant's turn. Left out: the persona's.",
    "speed": "How fast the assistant speaks; 1 is normal. Left out: the persona's.",
    "instructions": "What the assistant is told, in place of the persona's own. Refused unless the server allows it.",
}

FIELDS: Mapping[str, Mapping[str, str]] = {
    "Choices": _CHOICES,
    "CallRequest": {"sdp": "The browser's SDP offer, as `createOffer` gave it.", **_CHOICES},
    "SessionReply": {
        "id": "The session's name at Azure.",
        "model": "The deployment that will answer.",
        "expires_at": "When the client secret expires, in seconds since 1970. A call that was opened goes on.",
        "client_secret": "The credential with which the browser opens its call.",
        "webrtc_url": "Where the browser posts its SDP offer, complete.",
        "voice": "The voice that was chosen.",
        "persona": "The persona that was chosen.",
        "turn_detection": "Turn detection as Azure was told; null where a button decides.",
        "input_audio_transcription": "How the caller's words become captions; null where they do not.",
        "tools": "The names of the functions that the page must run.",
        "event_filter": "`private` where Azure keeps most events from the browser.",
        "max_call_seconds": "How long a call should last; in this mode the page keeps to it, the server cannot.",
        "server_time": "The server's clock, in seconds since 1970; the page's own may be wrong.",
    },
    "ClientSecretReply": {
        "value": "The secret. Send it as a bearer token with the SDP offer.",
        "expires_at": "When it expires, in seconds since 1970.",
    },
    "PageConfig": {
        "mode": "`token`: POST /api/session and call Azure. `relay`: POST /api/call, and the server calls.",
        "version": "The server's version.",
        "default_persona": "The persona of a call that names none.",
        "personas": "Who can be called, the default one first.",
        "voices": "Every voice that may be chosen.",
        "turn_detection": "Every preset that may be chosen.",
        "event_filter": "`private` where Azure keeps most events from the browser.",
        "allow_custom_instructions": "Whether `instructions` may be sent.",
        "limits": "What a page should know of the limits before it starts a call.",
        "sign_in": "Whether one must sign in, and where.",
    },
    "PersonaCard": {
        "name": "The name to send.",
        "title": "The name to show.",
        "description": "A sentence about it.",
        "greeting": "What the page says before the first word.",
        "voice": "Its own voice.",
        "turn_detection": "Its own preset.",
        "language": "Its own language as a BCP 47 tag; null where it follows the caller.",
        "tools": "The names of the functions that it may ask the page to run.",
    },
    "TurnDetectionCard": {
        "name": "The name to send.",
        "title": "The name to show.",
        "description": "A sentence about it.",
    },
    "LimitsCard": {
        "max_call_seconds": "How long a call may last.",
        "token_ttl_seconds": "How long a client secret opens calls.",
        "max_instructions_characters": "The longest `instructions`.",
        "calls_per_minute": "How many calls one caller may start in a minute.",
        "open_calls": "How many calls one caller may have at once; null where the server does not see calls.",
        "minutes_per_day": "How long one caller may talk in a day (UTC); null where the server does not see calls.",
    },
    "SignInCard": {
        "required": "Whether only signed-in people may start calls.",
        "signed_in": "Whether whoever asked is signed in.",
        "links": "Where to sign in.",
    },
    "SignInLink": {
        "provider": "The provider's name.",
        "title": "The name to show.",
        "url": "The path to open on this site.",
    },
    "Health": {"status": "`ok` from /api/health, `ready` from /api/ready.", "version": "The server's version."},
    "Problem": {
        "type": "The code as a URN: a name, not an address.",
        "title": "What went wrong, the same for every failure of this code.",
        "status": "The HTTP status.",
        "detail": "What went wrong this time. Never a value that was sent, never a word of Azure's.",
        "code": "The stable name to act upon.",
        "hint": "What to do about it.",
        "request_id": "The name of this request in the server's log.",
        "retry_after": "Seconds to wait, as in the header `Retry-After`; missing where that is.",
    },
}
