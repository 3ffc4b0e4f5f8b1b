"""The shim leads the services' names to loopback ports, however a client connects, and no other name anywhere."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import anyio
import pytest

from simulator.azure.name_shim.sitecustomize import install

pytestmark = pytest.mark.anyio

NAME = "Some.vault.azure.net"


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A listening socket that the shim leads `NAME` to; the patches are undone afterwards."""
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", socket.socket.connect)
    monkeypatch.setattr(socket.socket, "connect_ex", socket.socket.connect_ex)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        install({NAME: listener.getsockname()[1], "other.openai.azure.com": 1})
        yield listener


def accepted(listener: socket.socket) -> bool:
    listener.settimeout(5)
    listener.accept()[0].close()
    return True


def test_create_connection(listener: socket.socket) -> None:
    with socket.create_connection((NAME.lower(), 443)):
        assert accepted(listener)


def test_a_name_as_bytes_and_connect_ex(listener: socket.socket) -> None:
    address = socket.getaddrinfo(NAME.encode(), "https", type=socket.SOCK_STREAM)[0][4]
    with socket.socket() as client:
        assert client.connect_ex(address) == 0
        assert accepted(listener)


async def test_asyncio(listener: socket.socket) -> None:
    _, writer = await asyncio.open_connection(NAME, 443)
    assert accepted(listener)
    writer.close()
    await writer.wait_closed()


async def test_anyio(listener: socket.socket) -> None:
    async with await anyio.connect_tcp(NAME, 443):
        assert accepted(listener)


def test_two_names_have_two_addresses(listener: socket.socket) -> None:
    one, other = (socket.getaddrinfo(name, 443)[0][4][0] for name in (NAME, "other.openai.azure.com"))
    assert one != other
    assert str(one).startswith("127.")
    assert str(other).startswith("127.")


@pytest.mark.parametrize("name", ["example.com", "login.microsoftonline.com", "none.vault.azure.net"])
def test_no_other_name_resolves(listener: socket.socket, name: str) -> None:
    with pytest.raises(socket.gaierror, match="not one of the Azure doubles"):
        socket.create_connection((name, 443))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_loopback_stays_as_it_is(listener: socket.socket, host: str) -> None:
    with socket.create_connection((host, listener.getsockname()[1])):
        assert accepted(listener)
