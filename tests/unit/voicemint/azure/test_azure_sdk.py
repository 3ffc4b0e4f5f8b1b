"""Microsoft's clients: which identity is chosen, what it is asked, that it is closed. Key Vault: tests/integration."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ChainedTokenCredential, ManagedIdentityCredential

from tests.canaries import CANARY_TOKEN
from tests.mint_support import ENTRA, HOSTED, KEY_VAULT, settings
from voicemint.azure.azure_sdk import PATIENCE, AzureSdk, open_transport

CLIENT_ID = "01234567-89ab-cdef-0123-456789abcdef"


class Identity(ThreadingHTTPServer):
    """Azure's identity endpoint for a function: gives a token and remembers what it was asked for."""

    asked: list[dict[str, list[str]]]
    left: threading.Event


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Identity

    def do_GET(self) -> None:
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        body = json.dumps({"access_token": CANARY_TOKEN, "expires_on": "4102444800", "token_type": "Bearer"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not to the console."""

    def finish(self) -> None:
        super().finish()
        self.server.left.set()


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> Iterator[Identity]:
    """The endpoint, offered as Azure offers it: the SDK reads these two names from the environment."""
    server = Identity(("127.0.0.1", 0), _Answer)
    server.asked, server.left = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{server.server_port}/token")
    monkeypatch.setenv("IDENTITY_HEADER", "header")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_in_azure_a_token_comes_from_the_named_managed_identity(identity: Identity) -> None:
    sdk = AzureSdk(settings(**HOSTED, AZURE_CLIENT_ID=CLIENT_ID))
    token = sdk.token("https://cognitiveservices.azure.com/.default")
    sdk.close()

    assert (token.token, token.expires_on) == (CANARY_TOKEN, 4102444800)
    (asked,) = identity.asked
    assert asked["resource"] == ["https://cognitiveservices.azure.com"]
    assert asked["client_id"] == [CLIENT_ID]


def test_a_token_is_remembered_unless_a_fresh_one_is_asked_for(identity: Identity) -> None:
    sdk = AzureSdk(settings(**HOSTED))
    scope = "https://cognitiveservices.azure.com/.default"
    sdk.token(scope)
    sdk.token(scope)
    assert len(identity.asked) == 1

    shared = sdk.identity()
    for _ in range(2):
        sdk.token(scope, fresh=True)
    sdk.token(scope)
    assert len(identity.asked) == 3
    assert shared.get_token(scope).token == CANARY_TOKEN, "who signs in with the first identity still can"
    assert sdk.identity() is shared
    shared.get_token("https://storage.azure.com/.default")
    assert len(identity.asked) == 4
    sdk.close()


def test_closing_ends_the_connection(identity: Identity) -> None:
    sdk = AzureSdk(settings(**HOSTED))
    sdk.token("https://cognitiveservices.azure.com/.default")
    assert not identity.left.is_set()
    sdk.close()

    assert identity.left.wait(10)


@pytest.mark.usefixtures("identity")
def test_there_is_one_identity_a_process() -> None:
    sdk = AzureSdk(settings(**HOSTED))

    assert isinstance(sdk.identity(), ManagedIdentityCredential)
    assert sdk.identity() is sdk.identity()
    sdk.close()


def test_on_a_laptop_it_is_azd_then_az() -> None:
    sdk = AzureSdk(settings(**ENTRA))
    identity = sdk.identity()

    assert isinstance(identity, ChainedTokenCredential)
    assert [type(link).__name__ for link in identity.credentials] == [
        "AzureDeveloperCliCredential",
        "AzureCliCredential",
    ]
    sdk.close()


def test_closing_what_was_never_used_is_fine() -> None:
    AzureSdk(settings(**KEY_VAULT)).close()


def test_a_pause_is_no_longer_than_ours_whatever_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(RequestsTransport, "sleep", lambda _, seconds: slept.append(seconds))
    with open_transport() as transport:
        transport.sleep(3600)
        transport.sleep(0.5)

    assert slept == [PATIENCE["retry_backoff_max"], 0.5]
    assert transport.connection_config.timeout == PATIENCE["connection_timeout"]
    assert transport.connection_config.read_timeout == PATIENCE["read_timeout"]


def test_nobody_waits_for_minutes() -> None:
    attempts = 1 + PATIENCE["retry_total"]

    assert attempts * (PATIENCE["connection_timeout"] + PATIENCE["read_timeout"]) <= 30
