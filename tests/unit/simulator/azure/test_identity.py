"""The token endpoints answer as App Service's and a virtual machine's do, and every token can be judged later."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from simulator.azure.identity import (
    AI,
    APP_SERVICE_PATH,
    COGNITIVE_SERVICES,
    IMDS_PATH,
    ISSUER,
    KEY_VAULT,
    LIFETIME_SECONDS,
    MAX_TOKENS,
    OPENAI_USER,
    SECRETS_USER,
    STORAGE,
    Identity,
)
from simulator.clock import ManualClock
from simulator.knobs import Fault, Knobs

pytestmark = pytest.mark.anyio


@pytest.fixture
def identity() -> Identity:
    return Identity(ManualClock(), Knobs())


async def ask(identity: Identity, *, imds: bool = False, headers: Any = None, **query: str) -> httpx.Response:
    """Ask for a token as the SDK does; `headers` replaces the header that the endpoint wants."""
    own = {"Metadata": "true"} if imds else {"X-IDENTITY-HEADER": identity.header}
    asked = {"resource": KEY_VAULT, "client_id": identity.client_id, **query}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(identity.app()), base_url="https://localhost") as client:
        return await client.get(
            IMDS_PATH if imds else APP_SERVICE_PATH,
            params={name: value for name, value in asked.items() if value},
            headers=own if headers is None else headers,
        )


async def test_app_service_gives_a_token(identity: Identity) -> None:
    reply = await ask(identity)
    body = reply.json()
    assert reply.status_code == 200
    assert set(body) == {"access_token", "expires_on", "resource", "token_type", "client_id"}
    assert body["expires_on"] == str(int(identity.clock.time()) + LIFETIME_SECONDS)
    assert (body["resource"], body["token_type"], body["client_id"]) == (KEY_VAULT, "Bearer", identity.client_id)
    assert identity.verdict(body["access_token"], [KEY_VAULT], SECRETS_USER) == "ok"
    assert identity.calls == 1


async def test_imds_gives_a_token(identity: Identity) -> None:
    body = (await ask(identity, imds=True, resource=AI)).json()
    assert (body["expires_in"], body["refresh_in"]) == (str(LIFETIME_SECONDS), str(LIFETIME_SECONDS // 2))
    assert identity.openai_verdict(body["access_token"]) == "ok"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"headers": {}}, 401, "header"),
        ({"headers": {"X-IDENTITY-HEADER": "guessed"}}, 401, "header"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, 400, "No User Assigned or Delegated Managed Identity"),
        ({"client_id": ""}, 400, "Unable to load the proper Managed Identity."),
        ({"resource": "https://nowhere.example"}, 500, "unexpected"),
        ({"resource": ""}, 500, "unexpected"),
    ],
)
async def test_app_service_refuses(identity: Identity, changes: Any, status: int, said: str) -> None:
    reply = await ask(identity, **changes)
    body = reply.json()
    assert (reply.status_code, body["statusCode"]) == (status, status)
    assert set(body) == {"statusCode", "message", "correlationId"}
    assert said in body["message"]
    assert identity.calls == 1


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"headers": {}}, "invalid_request", "Required metadata header not specified"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "invalid_request", "Identity not found"),
        ({"client_id": ""}, "invalid_request", "Identity not found"),
        ({"resource": "https://nowhere.example"}, "invalid_resource", "AADSTS500011"),
    ],
)
async def test_imds_refuses(identity: Identity, changes: Any, error: str, said: str) -> None:
    reply = await ask(identity, imds=True, **changes)
    assert (reply.status_code, reply.json()["error"]) == (400, error)
    assert said in reply.json()["error_description"]


async def test_a_system_assigned_identity_needs_no_client_id() -> None:
    identity = Identity(ManualClock(), Knobs(), system_assigned=True)
    assert (await ask(identity, client_id="")).status_code == 200


@pytest.mark.parametrize("imds", [False, True])
async def test_faults_on_demand(identity: Identity, imds: bool) -> None:
    identity.knobs.faults = [Fault("token", "503"), Fault("token", "malformed")]
    assert (await ask(identity, imds=imds)).status_code == 503
    with pytest.raises(ValueError):
        (await ask(identity, imds=imds)).json()
    assert (await ask(identity, imds=imds)).status_code == 200
    assert identity.calls == 3


async def test_a_token_says_for_whom_and_until_when(identity: Identity) -> None:
    value = (await ask(identity, resource=STORAGE)).json()["access_token"]
    claims, now = jwt.decode(value, options={"verify_signature": False}), int(identity.clock.time())
    assert claims == {"iss": ISSUER, "aud": STORAGE, "iat": now, "nbf": now, "exp": now + LIFETIME_SECONDS}
    assert value != (await ask(identity, resource=STORAGE)).json()["access_token"]


async def test_verdicts(identity: Identity) -> None:
    assert isinstance(identity.clock, ManualClock)
    vault, _ = identity.issue(KEY_VAULT)
    openai, _ = identity.issue(COGNITIVE_SERVICES)
    assert identity.verdict("forged", [KEY_VAULT], SECRETS_USER) is None
    assert identity.verdict(vault, [COGNITIVE_SERVICES, AI], OPENAI_USER) == "wrong audience"
    assert identity.openai_verdict(openai) == "ok"
    identity.roles.discard(OPENAI_USER)
    assert identity.openai_verdict(openai) == "missing role"
    await identity.clock.advance(LIFETIME_SECONDS)
    assert identity.openai_verdict(openai) is None


def test_old_tokens_are_forgotten(identity: Identity) -> None:
    first, _ = identity.issue(KEY_VAULT)
    for _ in range(MAX_TOKENS):
        identity.issue(KEY_VAULT)
    assert identity.verdict(first, [KEY_VAULT], SECRETS_USER) is None


def test_nothing_secret_in_its_repr(identity: Identity) -> None:
    token, _ = identity.issue(KEY_VAULT)
    assert identity.header not in repr(identity)
    assert token not in repr(identity)
