"""Apps behind TLS in a thread: reachable while the block lasts, counted, gone afterwards."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from simulator.azure.certificates import Certificates
from simulator.azure.tls_server import TlsServer, serving


def test_served_counted_and_gone(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    servers = [TlsServer(PlainTextResponse(f"app {n}"), certificates.server_context("localhost")) for n in range(2)]
    trust = ssl.create_default_context(cafile=str(certificates.bundle))
    with serving(servers):
        assert servers[0].port != servers[1].port
        with httpx.Client(verify=trust, trust_env=False) as client:
            for _ in range(3):
                assert client.get(f"https://localhost:{servers[1].port}").text == "app 1"
        assert [server.connections for server in servers] == [0, 1]
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", servers[1].port)):
        pass


def test_plain_http_is_not_served(tmp_path: Path) -> None:
    server = TlsServer(PlainTextResponse("hello"), Certificates(tmp_path).server_context("localhost"))
    with serving([server]):
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"http://localhost:{server.port}", trust_env=False)
        assert server.connections == 0


def test_an_app_that_does_not_start_is_told(tmp_path: Path) -> None:
    @asynccontextmanager
    async def fails(app: Starlette) -> AsyncIterator[None]:
        raise RuntimeError("no model")
        yield

    certificates = Certificates(tmp_path)
    healthy = TlsServer(PlainTextResponse("hello"), certificates.server_context("localhost"))
    broken = TlsServer(Starlette(lifespan=fails), certificates.server_context("localhost"))
    with pytest.raises(RuntimeError, match="did not start"), serving([healthy, broken]):
        pytest.fail("the block must not run")
