"""A double of a key vault's secrets: reading by name or by version, with the real service's opening challenge.

Bodies and texts are those recorded by Microsoft's own SDK tests and in public bug reports, unless a line says "our
reading". Every version of the API is accepted; the query that names it is not looked at.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import faults
from simulator.azure.identity import KEY_VAULT, SECRETS_USER, Identity
from simulator.clock import Clock
from simulator.knobs import Knobs
from simulator.refusals import Refused
from simulator.wire.access import credentials

FORBIDDEN = (
    "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role "
    "definitions were changed recently, please observe propagation time.\r\n"
    "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nDecisionReason: 'DeniedWithNoValidRBAC'"
)
NOT_FOUND = (
    "A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret you may be "
    "able to recover it using the correct recovery command. For help resolving this issue, please see "
    "https://go.microsoft.com/fwlink/?linkid=2125182"
)


@dataclass
class SecretVersion:
    """One version of a secret. `created` is in seconds since 1970."""

    value: str = field(repr=False)
    id: str
    created: int
    enabled: bool = True


@dataclass
class KeyVault:
    """One vault. Secrets may be set, rotated, disabled and removed while it runs.

    `challenges` counts requests that were sent away to fetch a token, `reads` those that were given a secret.
    """

    name: str
    identity: Identity
    clock: Clock
    knobs: Knobs
    tenant_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    challenges: int = 0
    reads: int = 0

    def __post_init__(self) -> None:
        self._secrets: dict[str, list[SecretVersion]] = {}

    @property
    def host(self) -> str:
        return f"{self.name}.vault.azure.net"

    def set(self, name: str, value: str) -> SecretVersion:
        """Store `value` as the newest version of the secret, which is what a rotation is."""
        version = SecretVersion(value, secrets.token_hex(16), int(self.clock.time()))
        self._secrets.setdefault(name.lower(), []).append(version)
        return version

    def disable(self, name: str) -> None:
        """Switch off the newest version. Raises KeyError if there is no such secret."""
        self._secrets[name.lower()][-1].enabled = False

    def remove(self, name: str) -> None:
        """Delete the secret with all its versions. Raises KeyError if there is no such secret."""
        del self._secrets[name.lower()]

    def app(self) -> Starlette:
        """The ASGI app."""
        return Starlette(
            routes=[
                # The SDK leaves the version empty to ask for the newest.
                Route("/secrets/{name}", self._read, methods=["GET"]),
                Route("/secrets/{name}/", self._read, methods=["GET"]),
                Route("/secrets/{name}/{version}", self._read, methods=["GET"]),
            ]
        )

    async def _read(self, request: Request) -> Response:
        token = credentials(request.headers).bearer
        if token is None:
            self.challenges += 1
            return self._challenge("AKV10000: Request is missing a Bearer or PoP token.")
        try:
            fault = await faults.interrupt(self.knobs, "secret", self.clock)
        except Refused as refused:
            return JSONResponse(refused.body, refused.status, refused.headers)
        return fault or self._answer(token, request.path_params["name"], request.path_params.get("version"))

    def _answer(self, token: str, name: str, version_id: str | None) -> Response:
        verdict = self.identity.verdict(token, (KEY_VAULT,), SECRETS_USER)
        if verdict is None:
            return self._challenge("The token is not valid or has expired.")  # our reading
        if verdict == "wrong audience":
            found = self.identity.audience_of(token)
            return self._challenge(f"AKV10022: Invalid audience. Expected {KEY_VAULT}, found: {found}.")
        if verdict == "missing role":
            return _error(403, "Forbidden", FORBIDDEN, inner="ForbiddenByRbac")
        versions = self._secrets.get(name.lower(), [])
        version = next((one for one in reversed(versions) if version_id in (None, one.id)), None)
        if version is None:
            asked = name if version_id is None else f"{name}/{version_id}"
            return _error(404, "SecretNotFound", NOT_FOUND.format(name=asked))
        if not version.enabled:
            return _error(
                403, "Forbidden", "Operation get is not allowed on a disabled secret.", inner="SecretDisabled"
            )
        self.reads += 1
        return JSONResponse(
            {
                "value": version.value,
                "id": f"https://{self.host}/secrets/{name}/{version.id}",
                "attributes": {
                    "enabled": True,
                    "created": version.created,
                    "updated": version.created,
                    "recoveryLevel": "Recoverable+Purgeable",
                    "recoverableDays": 90,
                },
            }
        )

    def _challenge(self, message: str) -> Response:
        reply = _error(401, "Unauthorized", message)
        where = f"https://login.microsoftonline.com/{self.tenant_id}"
        reply.headers["www-authenticate"] = f'Bearer authorization="{where}", resource="{KEY_VAULT}"'
        return reply


def _error(status: int, code: str, message: str, *, inner: str | None = None) -> Response:
    error: dict[str, Any] = {"code": code, "message": message}
    if inner is not None:
        error["innererror"] = {"code": inner}
    return JSONResponse({"error": error}, status)
