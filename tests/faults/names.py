"""The real services' names in this process, and what can become of a name: lost, or in other hands.

Certificates are still checked against the name. No name but these resolves, so nothing can leave the machine.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

import pytest

LOCAL = frozenset({None, "", "localhost", "127.0.0.1"})


class Names:
    """Name to loopback port, for port 443. `lost` are names that do not resolve; `moved` leads from the port where a
    service is to the port where a connection ends up."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._addresses = {name: f"127.87.1.{number}" for number, name in enumerate(sorted(ports), 1)}
        self._ports = {self._addresses[name]: port for name, port in ports.items()}
        self.lost: set[str] = set()
        self.moved: dict[int, int] = {}

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Replace name look-up and connecting. asyncio, anyio and urllib3 all come through here."""
        look_up, connect, connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex

        def getaddrinfo(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
            name = host.decode("ascii") if isinstance(host, bytes) else host
            if name in self._addresses and name not in self.lost:
                name = self._addresses[name]
            elif name not in LOCAL and name not in self._ports:
                raise socket.gaierror(socket.EAI_NONAME, "this name is not known here")
            return look_up(name, port, *arguments, **options)

        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        patch.setattr(socket.socket, "connect", lambda own, address: connect(own, self._there(address)))
        patch.setattr(socket.socket, "connect_ex", lambda own, address: connect_ex(own, self._there(address)))

    def restore(self) -> None:
        """Every name leads where it should."""
        self.lost.clear()
        self.moved.clear()

    def _there(self, address: Any) -> Any:
        if not isinstance(address, tuple):
            return address
        host, port = address[:2]
        if port == 443 and host in self._ports:
            host, port = "127.0.0.1", self._ports[host]
        return (host, self.moved.get(port, port), *address[2:])
