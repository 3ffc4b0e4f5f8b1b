"""The rows in which Azure OpenAI, or the way to it, is at fault."""

from __future__ import annotations

from tests.faults.causes import (
    CALL_GONE,
    FAILS_FOR_A_CROWD,
    NO_OPENAI_ROLE,
    cut,
    name_lost,
    played,
    refused,
    tables,
    untrusted,
)
from tests.faults.row import Row, Section

ROLE = "Give it the role `Cognitive Services OpenAI User` on the resource; a new role can take ten minutes to count."
NETWORK = "Check the resource's network rules and private endpoints, then the server's role."
SOON = "Try again in a moment."
OPEN_CIRCUIT = "Try again after the Retry-After seconds; it recovers by itself once Azure OpenAI answers."
BAD_OFFER = "Reload the page and try again with a current browser; it must offer one audio line and a data channel."
CANNOT_END = "Close the page: the call ends when the browser has left, and after an hour in any case."
TOO_LONG = "Azure OpenAI's answer is far too long."
STILL_THERE = "the call is still on record; the next request ends it"

MINT = Section(
    "Minting",
    "`POST /api/session` with `CALL_MODE=token`. Three attempts within eight seconds at most.",
    "session",
    (
        Row("401, the credential", played("mint", "bad_key"), 502, "upstream_auth"),
        Row("401, the role is missing", NO_OPENAI_ROLE, 502, "upstream_auth", ROLE, 15),
        Row("401, the role is on its way", played("mint", "missing_role", times=2), 200),
        Row("403, network rules", played("mint", "403"), 502, "upstream_auth", NETWORK),
        Row(
            "403, keys are switched off",
            played("mint", "local_auth_disabled"),
            502,
            "upstream_auth",
            "Set AZURE_OPENAI_AUTH=entra and give the identity the role `Cognitive Services OpenAI User`.",
            credential="key_vault",
        ),
        Row(
            "404, the deployment",
            played("mint", "deployment_not_found"),
            502,
            "upstream_not_found",
            "Check AZURE_OPENAI_DEPLOYMENT; a new deployment can take five minutes to be found.",
        ),
        Row("404, the address", played("mint", "not_found"), 502, "upstream_not_found"),
        Row(
            "400, the model does not do realtime",
            played("mint", "operation_not_supported"),
            502,
            "upstream_not_found",
            "Deploy a gpt-realtime model and put that deployment's name into AZURE_OPENAI_DEPLOYMENT.",
        ),
        Row("400, the session", played("mint", "400"), 502, "upstream_rejected"),
        Row("400, another tenant's token", played("mint", "wrong_tenant"), 502, "upstream_rejected"),
        Row("408", played("mint", "408"), 504, "upstream_timeout"),
        Row("409", played("mint", "409"), 502, "upstream_rejected"),
        Row("429, a long wait", played("mint", "429", retry_after=30), 429, "upstream_throttled", None, 30),
        Row(
            "429, longer than a day", played("mint", "429", retry_after=10**7), 429, "upstream_throttled", None, 86_400
        ),
        Row("429, no wait is named", played("mint", "429"), 429, "upstream_throttled", None, 10),
        Row("429, a short wait", played("mint", "429", times=1, retry_after=2), 200),
        Row("500", played("mint", "500"), 502, "upstream_unreachable", SOON),
        Row("500, for a moment", played("mint", "500", times=2), 200),
        Row("503, a long wait", played("mint", "503", retry_after=20), 502, "upstream_unreachable", SOON, 20),
        Row("503, for a moment", played("mint", "503", times=1), 200),
        Row("slow", played("mint", "slow"), 504, "upstream_timeout"),
        Row("reset in the middle of the body", played("mint", "reset"), 502, "upstream_unreachable"),
        Row("reset, for a moment", played("mint", "reset", times=1), 200),
        Row("malformed JSON", played("mint", "malformed"), 502, "upstream_malformed"),
        Row("empty body", played("mint", "empty"), 502, "upstream_malformed"),
        Row("10 MB of body", played("mint", "oversized"), 502, "upstream_malformed", detail=TOO_LONG),
        Row("wrong content type: a proxy's page", played("mint", "wrong_content_type"), 502, "upstream_malformed"),
        Row("TLS failure", untrusted("openai"), 502, "upstream_unreachable"),
        Row("DNS failure", name_lost("openai"), 502, "upstream_unreachable"),
        Row("connection refused", refused("openai"), 502, "upstream_unreachable"),
        Row("connection cut while it is made", cut("openai"), 502, "upstream_unreachable"),
        Row(
            "it has failed many times in a row",
            FAILS_FOR_A_CROWD,
            502,
            "upstream_unreachable",
            OPEN_CIRCUIT,
            (1, 5),
            then="after 5 s, for which it is left alone, the next request succeeds",
            wait=5.0,
        ),
    ),
)

RELAY_MINT = Section(
    "Minting for the relay",
    "`POST /api/call` with `CALL_MODE=relay`. A failure gives the caller's place back: here each caller has one.",
    "call",
    (
        Row("401", played("mint", "bad_key"), 502, "upstream_auth"),
        Row("500", played("mint", "500"), 502, "upstream_unreachable", SOON),
        Row("slow", played("mint", "slow"), 504, "upstream_timeout"),
        Row("malformed", played("mint", "malformed"), 502, "upstream_malformed"),
    ),
)

CONNECT = Section(
    "Connecting",
    "`POST /api/call` again: the mint was good, the browser's offer meets the fault. Where no answer came, a call may "
    "exist whose id nobody has learnt; nobody has its answer either, so it is never asked for twice and stays silent.",
    "call",
    (
        Row("400, the offer", played("calls", "400"), 502, "upstream_rejected", BAD_OFFER),
        Row(
            "401, the secret",
            played("calls", "bad_key"),
            502,
            "upstream_auth",
            "Try again; if it stays, raise TOKEN_TTL_SECONDS.",
        ),
        Row("403", played("calls", "403"), 502, "upstream_auth", NETWORK),
        Row("404", played("calls", "not_found"), 502, "upstream_not_found"),
        Row("409", played("calls", "409"), 502, "upstream_rejected"),
        Row("429, a long wait", played("calls", "429", retry_after=30), 429, "upstream_throttled", None, 30),
        Row("429, no wait is named", played("calls", "429"), 429, "upstream_throttled", None, 10),
        Row("500", played("calls", "500"), 502, "upstream_unreachable", SOON),
        Row("500, for a moment", played("calls", "500", times=1), 201),
        Row("503, a long wait", played("calls", "503", retry_after=20), 502, "upstream_unreachable", SOON, 20),
        Row("slow", played("calls", "slow"), 504, "upstream_timeout"),
        Row("reset in the middle of the body", played("calls", "reset"), 502, "upstream_unreachable"),
        Row("JSON instead of an SDP", played("calls", "malformed"), 502, "upstream_malformed"),
        Row("empty body", played("calls", "empty"), 502, "upstream_malformed"),
        Row("10 MB of body", played("calls", "oversized"), 502, "upstream_malformed", detail=TOO_LONG),
        Row("wrong content type: a proxy's page", played("calls", "wrong_content_type"), 502, "upstream_malformed"),
    ),
)

HANG_UP = Section(
    "Hanging up",
    "`DELETE /api/call/{id}` of a call that was started before. After it has ended it is 404 `unknown_call`.",
    "hang_up",
    (
        Row("404, it has gone already", CALL_GONE, 204, then="the call is off the record"),
        Row("401", played("hangup", "bad_key"), 502, "upstream_auth", then=STILL_THERE),
        Row("409", played("hangup", "409"), 502, "upstream_rejected", CANNOT_END, then=STILL_THERE),
        Row(
            "429, a long wait",
            played("hangup", "429", retry_after=30),
            429,
            "upstream_throttled",
            None,
            30,
            then=STILL_THERE,
        ),
        Row("500", played("hangup", "500"), 502, "upstream_unreachable", SOON, then=STILL_THERE),
        Row("500, for a moment", played("hangup", "500", times=1), 204, then="the call is off the record"),
        Row("slow", played("hangup", "slow"), 504, "upstream_timeout", then=STILL_THERE),
        Row(
            "reset in the middle of the body",
            played("hangup", "reset", times=1),
            204,
            then="the call is off the record",
        ),
        Row(
            "the table cannot be reached",
            tables("refuses", "nobody listens on its port"),
            503,
            "storage_unavailable",
            None,
            5,
            then=STILL_THERE,
        ),
    ),
)

LEASH = Section(
    "The leash",
    "The message of a call whose time is up. There is nobody to tell: the function raises, so that the host delivers "
    "the message again. The code is what it raises.",
    "leash",
    (
        Row("404, it has gone already", CALL_GONE, 0, then="the message is done with"),
        Row("401", played("hangup", "bad_key"), 0, "upstream_auth", then="the next delivery ends the call"),
        Row("500", played("hangup", "500"), 0, "upstream_unreachable", SOON, then="the next delivery ends the call"),
        Row("slow", played("hangup", "slow"), 0, "upstream_timeout", then="the next delivery ends the call"),
        Row(
            "the table cannot be reached",
            tables("refuses", "nobody listens on its port"),
            0,
            "storage_unavailable",
            None,
            5,
            then="the next delivery ends the call",
        ),
    ),
)

SECTIONS = (MINT, RELAY_MINT, CONNECT, HANG_UP, LEASH)
