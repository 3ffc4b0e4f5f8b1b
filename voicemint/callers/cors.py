"""Which pages of another origin may ask us and read our replies: exactly the listed ones, and never with cookies.

What is sent is the entry of ALLOWED_ORIGINS, never what the request says, and never `*`. A page on the API's own origin
needs none of this.
"""

from __future__ import annotations

from collections.abc import Mapping

from voicemint.requests import Request
from voicemint.settings import Settings

ALLOWED_METHODS = ("GET", "POST", "DELETE")
ALLOWED_HEADERS = ("content-type", "x-request-id")
EXPOSED_HEADERS = (
    "Location",
    "X-Voicemint-Expires-At",
    "X-Voicemint-Server-Time",
    "X-Request-Id",
    "Retry-After",
    "Server-Timing",
)
PREFLIGHT_SECONDS = 600

NO_PERMISSION: Mapping[str, str] = {"Vary": "Origin"}
"""What a page of an origin that is not listed gets."""


def cors_headers(request: Request, settings: Settings) -> Mapping[str, str]:
    """The headers by which a browser decides, for every reply: also a failure's, else the page could not read why.

    A preflight (OPTIONS with `Access-Control-Request-Method`) from an origin that is not listed gets no permission,
    which the browser takes as a no. In Azure the Functions host on Linux plans answers preflights by itself, from the
    platform's own CORS setting; then only the other replies come from here.
    """
    origin = _listed(request, settings)
    if origin is None:
        return NO_PERMISSION
    headers = {**NO_PERMISSION, "Access-Control-Allow-Origin": origin}
    if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
        return headers | {
            "Access-Control-Allow-Methods": ", ".join(ALLOWED_METHODS),
            "Access-Control-Allow-Headers": ", ".join(ALLOWED_HEADERS),
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }
    return headers | {"Access-Control-Expose-Headers": ", ".join(EXPOSED_HEADERS)}


def _listed(request: Request, settings: Settings) -> str | None:
    """The entry of ALLOWED_ORIGINS that equals the request's origin. Both are in lower case: browsers send it so."""
    asked = request.headers.get("origin")
    return next((entry for entry in settings.allowed_origins if entry == asked), None)
