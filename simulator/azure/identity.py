"""A double of managed identity: the token endpoints of App Service and of a virtual machine (IMDS).

Its tokens have the shape of Entra's, because a storage emulator looks into them, but nobody's signature. The other
doubles do not look into them; they ask `verdict` what one is good for. Sources: Microsoft's `msal` 1.39 for what
clients send, its documentation for the replies, public bug reports for the errors, the example in Azurite's source for
a token's claims. App Service answers over plain HTTP; this one is behind TLS, which clients accept as well.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import faults
from simulator.clock import Clock
from simulator.knobs import Knobs
from simulator.refusals import Refused

APP_SERVICE_PATH = "/msi/token"
IMDS_PATH = "/metadata/identity/oauth2/token"

KEY_VAULT = "https://vault.azure.net"
COGNITIVE_SERVICES = "https://cognitiveservices.azure.com"
AI = "https://ai.azure.com"
STORAGE = "https://storage.azure.com"
AUDIENCES = frozenset({KEY_VAULT, COGNITIVE_SERVICES, AI, STORAGE})

SECRETS_USER = "Key Vault Secrets User"
OPENAI_USER = "Cognitive Services OpenAI User"
TABLES_USER = "Storage Table Data Contributor"
QUEUES_USER = "Storage Queue Data Contributor"
ROLES = frozenset({SECRETS_USER, OPENAI_USER, TABLES_USER, QUEUES_USER})

ISSUER = f"https://sts.windows.net/{uuid.UUID(int=0)}/"
LIFETIME_SECONDS = 86_400
MAX_TOKENS = 10_000


@dataclass(frozen=True)
class Token:
    """What an issued token stands for. `expires_on` is in seconds since 1970."""

    audience: str
    expires_on: float


@dataclass
class Identity:
    """One user-assigned managed identity. `roles` may change while it runs, `calls` counts requests for tokens.

    `header` is the secret that App Service gives to the app's own processes. With `system_assigned` a request without a
    client id is answered too; without it such a request fails, as it does on an app with a user-assigned identity only.
    """

    clock: Clock
    knobs: Knobs
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    header: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    roles: set[str] = field(default_factory=lambda: set(ROLES))
    system_assigned: bool = False
    calls: int = 0

    def __post_init__(self) -> None:
        self._tokens: dict[str, Token] = {}

    def issue(self, audience: str) -> tuple[str, Token]:
        """A fresh token for `audience` and what it stands for."""
        if len(self._tokens) >= MAX_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        now = int(self.clock.time())
        token = Token(audience, now + LIFETIME_SECONDS)
        value = _jwt({"iss": ISSUER, "aud": audience, "iat": now, "nbf": now, "exp": now + LIFETIME_SECONDS})
        self._tokens[value] = token
        return value, token

    def verdict(self, value: str, audiences: Collection[str], role: str) -> str | None:
        """What a service of `audiences` that asks for `role` makes of a token.

        "ok", "missing role" or "wrong audience"; None if the token is unknown or has expired.
        """
        token = self._tokens.get(value)
        if token is None or token.expires_on <= self.clock.time():
            return None
        if token.audience not in audiences:
            return "wrong audience"
        return "ok" if role in self.roles else "missing role"

    def audience_of(self, value: str) -> str | None:
        """The audience of a token that was issued here, expired or not."""
        token = self._tokens.get(value)
        return token.audience if token else None

    def issued(self) -> frozenset[str]:
        """Every token that was issued, for tests that look for them where they must not be."""
        return frozenset(self._tokens)

    def openai_verdict(self, value: str) -> str | None:
        """`verdict` for Azure OpenAI, which takes either of its two audiences (both recorded, 2026)."""
        return self.verdict(value, (COGNITIVE_SERVICES, AI), OPENAI_USER)

    def app(self) -> Starlette:
        """The ASGI app with both endpoints."""
        return Starlette(
            routes=[
                Route(APP_SERVICE_PATH, self._app_service, methods=["GET"]),
                Route(IMDS_PATH, self._imds, methods=["GET"]),
            ]
        )

    async def _app_service(self, request: Request) -> Response:
        self.calls += 1
        refused = await self._fault()
        if refused is not None:
            return refused if isinstance(refused, Response) else _app_service_error(refused.status, "On demand.")
        if not hmac.compare_digest(request.headers.get("x-identity-header", "").encode(), self.header.encode()):
            return _app_service_error(401, "The identity header is missing or wrong.")  # our reading
        problem = self._problem(request)
        if problem == "no identity":
            return _app_service_error(400, "Unable to load the proper Managed Identity.")
        if problem == "unknown identity":
            return _app_service_error(
                400,
                "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
            )
        if problem == "unknown resource":
            return _app_service_error(500, "An unexpected error occurred.")  # status from msal's notes, text ours
        value, token = self.issue(_audience(request))
        return JSONResponse(
            {
                "access_token": value,
                "expires_on": str(int(token.expires_on)),
                "resource": request.query_params["resource"],
                "token_type": "Bearer",
                "client_id": self.client_id,
            }
        )

    async def _imds(self, request: Request) -> Response:
        self.calls += 1
        refused = await self._fault()
        if refused is not None:
            return refused if isinstance(refused, Response) else _imds_error(refused.status, "unknown", "On demand.")
        if request.headers.get("metadata", "").lower() != "true":
            return _imds_error(400, "invalid_request", "Required metadata header not specified")
        problem = self._problem(request)
        if problem in ("no identity", "unknown identity"):
            return _imds_error(400, "invalid_request", "Identity not found")
        if problem == "unknown resource":
            return _imds_error(400, "invalid_resource", "AADSTS500011: The resource principal was not found.")
        now = int(self.clock.time())
        value, token = self.issue(_audience(request))
        return JSONResponse(
            {
                "access_token": value,
                "client_id": self.client_id,
                "expires_in": str(int(token.expires_on) - now),
                "expires_on": str(int(token.expires_on)),
                "ext_expires_in": str(int(token.expires_on) - now),
                "not_before": str(now),
                "refresh_in": str(LIFETIME_SECONDS // 2),  # our reading: clients that know it renew at half life
                "resource": request.query_params["resource"],
                "token_type": "Bearer",
            }
        )

    async def _fault(self) -> Response | Refused | None:
        try:
            return await faults.interrupt(self.knobs, "token", self.clock)
        except Refused as refused:
            return refused

    def _problem(self, request: Request) -> str | None:
        """Why the request cannot have a token, None if it can."""
        asked = request.query_params.get("client_id")
        if asked is None and not self.system_assigned:
            return "no identity"
        if asked is not None and asked.lower() != self.client_id.lower():
            return "unknown identity"
        return None if _audience(request) in AUDIENCES else "unknown resource"


def _jwt(claims: Mapping[str, object]) -> str:
    """A token that states `claims`; where the signature belongs, it has so many random bytes (as long as HS256's)."""
    parts = (json.dumps({"typ": "JWT", "alg": "HS256"}).encode(), json.dumps(claims).encode(), secrets.token_bytes(32))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _audience(request: Request) -> str:
    return request.query_params.get("resource", "").rstrip("/")


def _app_service_error(status: int, message: str) -> Response:
    body = {"statusCode": status, "message": message, "correlationId": str(uuid.uuid4())}
    return JSONResponse(body, status)


def _imds_error(status: int, code: str, description: str) -> Response:
    return JSONResponse({"error": code, "error_description": description}, status)
