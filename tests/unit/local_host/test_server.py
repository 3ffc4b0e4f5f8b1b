"""Binding a port: free, taken, impossible; the sentence says what to do."""

from __future__ import annotations

import re
import socket

import pytest

from local_host.server import PortError, bind, next_free_port


def test_any_free_port() -> None:
    with bind("127.0.0.1", 0) as listener:
        host, port = listener.getsockname()
        assert (host, port > 0) == ("127.0.0.1", True)
        with socket.create_connection((host, port)):
            pass


def test_a_taken_port_names_a_free_one() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortError, match=rf"^Port {port} is in use\. Try --port \d+\.$") as fault:
            bind("127.0.0.1", port)
        free = int(re.findall(r"--port (\d+)", str(fault.value))[0])
        with bind("127.0.0.1", free):
            assert free > port


def test_no_port_is_suggested_where_none_is_free() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert next_free_port("127.0.0.1", listener.getsockname()[1], tries=1) is None


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("no such host", 0), ("127.0.0.1", 70000)])
def test_an_impossible_address_is_a_sentence(host: str, port: int) -> None:
    with pytest.raises(PortError, match=rf"^Cannot listen on {host}, port {port}: .*[^.]\.$"):
        bind(host, port)
