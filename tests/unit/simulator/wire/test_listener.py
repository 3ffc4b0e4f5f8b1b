"""Binding a port: free, taken, impossible; the sentence says what to do."""

from __future__ import annotations

import socket

import pytest

from simulator.wire.listener import PortError, bind


def test_any_free_port_without_nagle() -> None:
    with bind("127.0.0.1", 0) as listener:
        host, port = listener.getsockname()
        assert (host, port > 0) == ("127.0.0.1", True)
        assert listener.proto == socket.IPPROTO_TCP  # asyncio switches Nagle off only where it reads this
        with socket.create_connection((host, port)):
            pass


def test_a_taken_port_is_a_sentence() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortError, match=rf"^Port {port} is in use\. .*--port 0 "):
            bind("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("no such host", 0), ("127.0.0.1", 70000)])
def test_an_impossible_address_is_a_sentence(host: str, port: int) -> None:
    with pytest.raises(PortError, match=rf"^Cannot listen on {host}, port {port}: "):
        bind(host, port)
