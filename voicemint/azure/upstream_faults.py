"""From Azure OpenAI's refusals to ours: which of our errors an upstream status and code mean, and what to do about it.

Codes and statuses are those that people have recorded on Azure. Only a code that is known here is logged; the text
beside it never leaves.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

import msgspec

from voicemint.errors import (
    UpstreamAuth,
    UpstreamError,
    UpstreamMalformed,
    UpstreamNotFound,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from voicemint.telemetry import log

_NOT_REALTIME = (
    "The deployment exists, but its model does not do realtime.",
    "Deploy a gpt-realtime model and put that deployment's name into AZURE_OPENAI_DEPLOYMENT.",
)

_MISSING_ROLE = "PermissionDenied"

_BY_CODE: Mapping[str, tuple[type[UpstreamError], str, str]] = {
    _MISSING_ROLE: (
        UpstreamAuth,
        "The server's identity has no right to use the deployment.",
        "Give it the role `Cognitive Services OpenAI User` on the resource; a new role can take ten minutes to count.",
    ),
    "AuthenticationTypeDisabled": (
        UpstreamAuth,
        "Keys are switched off on the Azure OpenAI resource.",
        "Set AZURE_OPENAI_AUTH=entra and give the identity the role `Cognitive Services OpenAI User`.",
    ),
    "DeploymentNotFound": (
        UpstreamNotFound,
        "The Azure OpenAI resource has no deployment of that name.",
        "Check AZURE_OPENAI_DEPLOYMENT; a new deployment can take five minutes to be found.",
    ),
    "OperationNotSupported": (UpstreamNotFound, *_NOT_REALTIME),
    "OpperationNotSupported": (UpstreamNotFound, *_NOT_REALTIME),  # so spelt by the service
}

_BAD_OFFER = (
    UpstreamRejected,
    "Azure OpenAI could not use the browser's connection offer.",
    "Reload the page and try again with a current browser; it must offer one audio line and a data channel.",
)
_CANNOT_END = (
    UpstreamRejected,
    "Azure OpenAI refused to end the call.",
    "Close the page: the call ends when the browser has left, and after an hour in any case.",
)

_BY_OPERATION: Mapping[tuple[str, int], tuple[type[UpstreamError], str, str]] = {
    ("connect", 400): _BAD_OFFER,
    ("connect", 413): _BAD_OFFER,
    ("connect", 415): _BAD_OFFER,
    ("connect", 422): _BAD_OFFER,
    ("connect", 401): (
        UpstreamAuth,
        "Azure OpenAI refused the secret that it had just given.",
        "Try again; if it stays, raise TOKEN_TTL_SECONDS.",
    ),
    ("hang_up", 400): _CANNOT_END,
    ("hang_up", 409): _CANNOT_END,
}


class _Error(msgspec.Struct):
    code: str | int | None = None


class _Refusal(msgspec.Struct):
    error: _Error


def refusal(operation: str, status: int, headers: Mapping[str, str], content: bytes) -> UpstreamError:
    """The error that an answer other than success means; logs the status and, if it is a known one, the code.

    `operation` is mint, connect or hang_up: the same status means something else where a browser's offer was sent.
    """
    code = _code(content)
    log(
        "upstream_refused",
        logging.WARNING,
        operation=operation,
        upstream_status=status,
        upstream_code=code if code in _BY_CODE else "other",
        upstream_request_id=_request_id(headers),
    )
    if (operation, status) in _BY_OPERATION:
        kind, detail, hint = _BY_OPERATION[operation, status]
        return kind(detail, hint=hint)
    if 400 <= status < 500 and status != 429 and code in _BY_CODE:
        kind, detail, hint = _BY_CODE[code]
        error = kind(detail, hint=hint)
        if isinstance(error, UpstreamAuth):
            error.missing_role = code == _MISSING_ROLE
        return error
    return _by_status(status, headers)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """The wait that the service asks for: seconds, if the header is a whole number of them; bounds are the error's."""
    value = headers.get("retry-after", "")
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


def _by_status(status: int, headers: Mapping[str, str]) -> UpstreamError:
    if status == 401:
        return UpstreamAuth()
    if status == 403:
        return UpstreamAuth(
            "Azure OpenAI refused the server's access.",
            hint="Check the resource's network rules and private endpoints, then the server's role.",
        )
    if status == 404:
        return UpstreamNotFound("Azure OpenAI does not know the deployment or the address.")
    if status == 408:
        return UpstreamTimeout()
    if status == 429:
        return UpstreamThrottled(retry_after=retry_after(headers))
    if 400 <= status < 500:
        return UpstreamRejected()
    if status >= 500:
        return UpstreamUnreachable(
            "Azure OpenAI answered that it has failed.",
            hint="Try again in a moment.",
            retry_after=retry_after(headers),
        )
    return UpstreamMalformed("Azure OpenAI answered neither with success nor with an error.")


def _code(content: bytes) -> str:
    try:
        return str(msgspec.json.decode(content, type=_Refusal).error.code or "")
    except (ValueError, RecursionError):
        return ""


def _request_id(headers: Mapping[str, str]) -> str:
    """What Microsoft's support asks for, if it is the UUID that it should be (header recorded on Azure, July 2026)."""
    value = headers.get("apim-request-id", "")
    return value if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value) else ""
