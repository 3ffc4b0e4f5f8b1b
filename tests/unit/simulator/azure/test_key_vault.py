"""The vault answers with the real one's challenge, secrets and refusals."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from simulator.azure.identity import COGNITIVE_SERVICES, KEY_VAULT, LIFETIME_SECONDS, SECRETS_USER, Identity
from simulator.azure.key_vault import KeyVault
from simulator.clock import ManualClock
from simulator.knobs import Fault, Knobs
from tests.canaries import CANARY_KEY

pytestmark = pytest.mark.anyio


@pytest.fixture
def vault() -> KeyVault:
    clock, knobs = ManualClock(), Knobs()
    vault = KeyVault("kv", Identity(clock, knobs), clock, knobs, tenant_id="tenant")
    vault.set("Key-1", "old")
    vault.set("key-1", "new")
    return vault


async def read(vault: KeyVault, path: str = "key-1/", *, token: str | None = "") -> httpx.Response:
    """Read a secret; `token` "" is a good one, None is none."""
    given = vault.identity.issue(KEY_VAULT)[0] if token == "" else token
    headers = {} if given is None else {"authorization": f"Bearer {given}"}
    transport = httpx.ASGITransport(vault.app())
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{vault.host}") as client:
        return await client.get(f"/secrets/{path}", headers=headers)


async def test_the_first_answer_is_a_challenge(vault: KeyVault) -> None:
    reply = await read(vault, token=None)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == (
        'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"'
    )
    assert reply.json() == {
        "error": {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}
    }
    assert (vault.challenges, vault.reads) == (1, 0)


@pytest.mark.parametrize("path", ["key-1", "key-1/", "KEY-1/"])
async def test_the_newest_version(vault: KeyVault, path: str) -> None:
    body = (await read(vault, path)).json()
    assert body["value"] == "new"
    assert body["id"].startswith(f"https://kv.vault.azure.net/secrets/{path.strip('/')}/")
    assert body["attributes"]["enabled"] is True
    assert body["attributes"]["created"] == int(vault.clock.time())
    assert vault.reads == 1


async def test_a_rotation_shows_at_once_and_old_versions_stay(vault: KeyVault) -> None:
    before = (await read(vault)).json()
    rotated = vault.set("key-1", "newest")
    assert (await read(vault)).json()["value"] == "newest"
    assert (await read(vault, f"key-1/{rotated.id}")).json()["value"] == "newest"
    assert (await read(vault, "key-1/" + before["id"].rsplit("/", 1)[1])).json()["value"] == "new"


def unknown_secret(vault: KeyVault) -> str:
    return "none/"


def unknown_version(vault: KeyVault) -> str:
    return "key-1/0"


def disabled(vault: KeyVault) -> str:
    vault.disable("key-1")
    return "key-1/"


def removed(vault: KeyVault) -> str:
    vault.remove("KEY-1")
    return "key-1/"


def without_role(vault: KeyVault) -> str:
    vault.identity.roles.discard(SECRETS_USER)
    return "key-1/"


@pytest.mark.parametrize(
    ("arrange", "status", "code", "inner", "said"),
    [
        (unknown_secret, 404, "SecretNotFound", None, "A secret with (name/id) none was not found in this key vault."),
        (unknown_version, 404, "SecretNotFound", None, "A secret with (name/id) key-1/0 was not found"),
        (removed, 404, "SecretNotFound", None, "A secret with (name/id) key-1 was not found"),
        (disabled, 403, "Forbidden", "SecretDisabled", "Operation get is not allowed on a disabled secret."),
        (without_role, 403, "Forbidden", "ForbiddenByRbac", "Caller is not authorized to perform action on resource."),
    ],
)
async def test_refusals(
    vault: KeyVault, arrange: Callable[[KeyVault], str], status: int, code: str, inner: str | None, said: str
) -> None:
    reply = await read(vault, arrange(vault))
    error = reply.json()["error"]
    assert (reply.status_code, error["code"], error.get("innererror", {}).get("code")) == (status, code, inner)
    assert error["message"].startswith(said)
    assert vault.reads == 0


async def test_a_token_for_another_service_is_challenged(vault: KeyVault) -> None:
    reply = await read(vault, token=vault.identity.issue(COGNITIVE_SERVICES)[0])
    assert reply.status_code == 401
    assert "www-authenticate" in reply.headers
    assert reply.json()["error"]["message"] == (
        "AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://cognitiveservices.azure.com."
    )


async def test_a_forged_and_an_expired_token_are_challenged(vault: KeyVault) -> None:
    assert isinstance(vault.clock, ManualClock)
    token, _ = vault.identity.issue(KEY_VAULT)
    await vault.clock.advance(LIFETIME_SECONDS)
    for bad in (token, "forged"):
        reply = await read(vault, token=bad)
        assert (reply.status_code, "www-authenticate" in reply.headers) == (401, True)


async def test_faults_on_demand(vault: KeyVault) -> None:
    vault.knobs.faults = [Fault("secret", "429", retry_after=7), Fault("secret", "malformed")]
    throttled = await read(vault)
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "7")
    assert (await read(vault)).text.startswith('{"value"')
    assert (await read(vault)).json()["value"] == "new"


def test_nothing_secret_in_its_repr(vault: KeyVault) -> None:
    version = vault.set("canary", CANARY_KEY)
    assert CANARY_KEY not in repr(vault) + repr(version)
