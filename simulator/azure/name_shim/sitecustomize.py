"""Lets a child process reach the doubles under the real services' names. Python imports it at start from PYTHONPATH.

`AZURE_DOUBLES` holds JSON, `{"<host name>": <loopback port>}`. Each name resolves to a loopback address of its own, and
a connection to port 443 of that address goes to the port that stands for it. Certificates are still checked against the
name. No other name resolves, so nothing can leave the machine unnoticed.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from typing import Any

LOCAL = frozenset({None, "", "localhost"})


def install(ports: Mapping[str, int]) -> None:
    """Replace name look-up and connecting in this process. asyncio, anyio and urllib3 all come through here.

    (Not asyncio's proactor loop of Windows, which connects without the socket object.)
    """
    addresses = {name.lower(): f"127.87.0.{number}" for number, name in enumerate(sorted(ports), 1)}
    real_ports = {(addresses[name.lower()], 443): port for name, port in ports.items()}
    look_up, connect, connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex

    def getaddrinfo(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode("ascii") if isinstance(host, bytes) else host
        known = addresses.get(name.lower()) if isinstance(name, str) else None
        if known is None and name not in LOCAL and not _is_address(name):
            raise socket.gaierror(socket.EAI_NONAME, f"'{name}' is not one of the Azure doubles")
        return look_up(known or host, port, *arguments, **options)

    def there(address: Any) -> Any:
        port = real_ports.get(address[:2]) if isinstance(address, tuple) else None
        return address if port is None else ("127.0.0.1", port)

    def connect_there(self: socket.socket, address: Any) -> None:
        connect(self, there(address))

    def connect_ex_there(self: socket.socket, address: Any) -> int:
        return connect_ex(self, there(address))

    socket.getaddrinfo = getaddrinfo
    socket.socket.connect = connect_there  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = connect_ex_there  # type: ignore[method-assign, assignment]


def _is_address(text: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except OSError:
            continue
        return True
    return False


if "AZURE_DOUBLES" in os.environ:
    install(json.loads(os.environ["AZURE_DOUBLES"]))
