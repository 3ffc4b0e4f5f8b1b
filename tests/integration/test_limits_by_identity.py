"""The limits through managed identity: the real SDKs fetch a token and show it to the table over TLS."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from simulator.azure import identity as identity_double
from simulator.azure.identity import APP_SERVICE_PATH, Identity
from simulator.azure.tls_server import TlsServer, serving
from simulator.clock import RealClock
from simulator.knobs import Knobs
from tests.integration.azurite import running
from tests.integration.offline_azure import bare_environment
from tests.mint_support import ENTRA, ENVIRON, ROOT

WORKER = Path(__file__).with_name("limits_worker.py")
POLICY = json.dumps(
    {"starts_per_minute": 2, "open_calls": 1, "seconds_per_day": 60, "call_seconds": 60, "starts_per_day": 10}
)
KEY = "a" * 32


def test_starts_are_counted_with_a_token_and_not_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    managed = Identity(RealClock(), Knobs())
    server = TlsServer(managed.app(), context)
    oauth = ("--oauth", "basic", "--cert", str(tmp_path / "certificate.pem"), "--key", str(tmp_path / "key.pem"))
    with serving([server]), running(None, oauth, scheme="https") as azurite:
        environment = {
            **bare_environment(),
            **ENVIRON,
            **ENTRA,
            "IDENTITY_ENDPOINT": f"https://localhost:{server.port}{APP_SERVICE_PATH}",
            "IDENTITY_HEADER": managed.header,
            "AZURE_CLIENT_ID": managed.client_id,
            "REQUESTS_CA_BUNDLE": str(tmp_path / "authority.pem"),
            "PYTHONPATH": str(ROOT),
        }
        assert starts(azurite.tables, environment) == {"ok": 2, "rate_limited": 3}
        assert managed.calls == 1
        monkeypatch.setattr(identity_double, "AUDIENCES", frozenset())
        assert starts(azurite.tables, environment) == {"storage_unavailable": 5}


def starts(endpoint: str, environment: Mapping[str, str]) -> object:
    """What a process that asks for five starts is told, of which two are allowed."""
    command = [sys.executable, "-W", "error", str(WORKER), endpoint, "admit", KEY, "5", POLICY]
    done = subprocess.run(
        command, input="go\n", env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
