"""The real azure-identity and azure-keyvault-secrets, unmodified, against the doubles, with certificates checked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.azure.certificates import Certificates
from simulator.azure.doubles import SECRET_NAME, AzureDoubles, child_environment, start
from simulator.azure.identity import SECRETS_USER
from simulator.knobs import Fault
from tests.integration.offline_azure import bare_environment, silent_openai

CLIENT = Path(__file__).with_name("sdk_client.py")
SCOPE = "https://cognitiveservices.azure.com/.default"


@pytest.fixture
def doubles() -> Iterator[AzureDoubles]:
    with start(silent_openai) as running:
        yield running


def run(doubles: AzureDoubles, *arguments: str, imds: bool = False, **changes: str) -> dict[str, Any]:
    """What the child process says; `changes` override its environment."""
    environment = child_environment(bare_environment(), {**doubles.environment("key_vault", imds=imds), **changes})
    done = subprocess.run(
        [sys.executable, "-W", "error", CLIENT, *arguments], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_a_secret_is_read(doubles: AzureDoubles) -> None:
    said = run(doubles, "secret", SECRET_NAME)["ok"]
    assert said["value"] == said["same"] == doubles.key
    assert said["id"].startswith(f"{doubles.environment('key_vault')['KEY_VAULT_URL']}/secrets/{SECRET_NAME}/")
    assert said["enabled"] is True
    assert (doubles.identity.calls, doubles.vault.challenges, doubles.vault.reads) == (1, 1, 2)
    assert doubles.vault_server.connections == 1


def test_a_rotated_secret_is_seen(doubles: AzureDoubles) -> None:
    doubles.vault.set(SECRET_NAME, "the second key")
    assert run(doubles, "secret", SECRET_NAME)["ok"]["value"] == "the second key"


@pytest.mark.parametrize("imds", [False, True])
def test_a_token_is_fetched_once_and_is_good(doubles: AzureDoubles, imds: bool) -> None:
    said = run(doubles, "token", SCOPE, imds=imds)["ok"]
    assert said["cached"] is True
    assert doubles.identity.calls == 1
    assert doubles.identity.openai_verdict(said["token"]) == "ok"


def test_httpx_reaches_the_realtime_double_by_its_name(doubles: AzureDoubles) -> None:
    said = run(doubles, "https", f"https://{doubles.openai_host}/openai/v1/realtime/client_secrets")
    assert said == {"ok": {"status": 405}}


@pytest.mark.parametrize("arguments", [("secret", SECRET_NAME), ("token", SCOPE), ("https", "")])
def test_another_authority_is_not_trusted(doubles: AzureDoubles, tmp_path: Path, arguments: tuple[str, str]) -> None:
    other = str(Certificates(tmp_path).bundle)
    what, argument = arguments[0], arguments[1] or f"https://{doubles.openai_host}/"
    said = run(doubles, what, argument, REQUESTS_CA_BUNDLE=other, SSL_CERT_FILE=other)
    assert "CERTIFICATE_VERIFY_FAILED" in said["message"]
    assert (doubles.identity.calls, doubles.vault.reads) == (0, 0)


def test_a_certificate_for_another_name_is_refused(doubles: AzureDoubles) -> None:
    names = json.dumps({"imposter.vault.azure.net": doubles.vault_server.port})
    said = run(doubles, "secret", SECRET_NAME, AZURE_DOUBLES=names, KEY_VAULT_URL="https://imposter.vault.azure.net")
    assert "imposter.vault.azure.net" in said["message"]
    assert said["error"] == "ServiceRequestError"
    assert doubles.vault.challenges == 0


def test_a_missing_role_is_403(doubles: AzureDoubles) -> None:
    doubles.identity.roles.discard(SECRETS_USER)
    said = run(doubles, "secret", SECRET_NAME)
    assert (said["error"], said["status"]) == ("HttpResponseError", 403)
    assert "ForbiddenByRbac" in said["message"]


def test_a_disabled_secret_is_403(doubles: AzureDoubles) -> None:
    doubles.vault.disable(SECRET_NAME)
    said = run(doubles, "secret", SECRET_NAME)
    assert said["status"] == 403
    assert "disabled secret" in said["message"]


def test_an_unknown_secret_is_404(doubles: AzureDoubles) -> None:
    said = run(doubles, "secret", "no-such-secret")
    assert (said["error"], said["status"]) == ("ResourceNotFoundError", 404)


@pytest.mark.parametrize("imds", [False, True])
def test_an_unknown_identity(doubles: AzureDoubles, imds: bool) -> None:
    said = run(doubles, "token", SCOPE, imds=imds, AZURE_CLIENT_ID="00000000-0000-0000-0000-000000000000")
    assert said["error"] == "CredentialUnavailableError"
    assert ("Identity not found" if imds else "No User Assigned or Delegated Managed Identity") in said["message"]


def test_a_wrong_identity_header(doubles: AzureDoubles) -> None:
    assert run(doubles, "token", SCOPE, IDENTITY_HEADER="guessed")["error"] == "CredentialUnavailableError"


def test_identity_down(doubles: AzureDoubles) -> None:
    doubles.knobs.faults = [Fault("token", "503", times=-1)]
    said = run(doubles, "secret", SECRET_NAME)
    assert said["error"] in ("CredentialUnavailableError", "ClientAuthenticationError", "HttpResponseError")
    assert doubles.identity.calls == 1
    assert doubles.vault.reads == 0


def test_identity_gone(doubles: AzureDoubles) -> None:
    said = run(doubles, "token", SCOPE, IDENTITY_ENDPOINT="https://localhost:1/msi/token")
    assert said["error"] == "ServiceRequestError"


def test_vault_down(doubles: AzureDoubles) -> None:
    doubles.knobs.faults = [Fault("secret", "503", times=-1)]
    assert run(doubles, "secret", SECRET_NAME)["status"] == 503


def test_nothing_but_the_doubles_has_a_name(doubles: AzureDoubles) -> None:
    assert "not one of the Azure doubles" in run(doubles, "https", "https://example.com/")["message"]
