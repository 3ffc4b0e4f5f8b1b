"""Two machines on a cable of their own: the servers on one, the browser on the other. The cable can be pulled.

They are network namespaces of this machine, joined by a pair of virtual interfaces; nothing else is in reach of either.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SERVER, BROWSER = "127.9.0.1", "127.9.0.2"
"""Addresses of loopback, so that the page is one of this machine to the browser and to the server, as everywhere."""
ROUTED = "echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet"


class Network:
    """`on_server` and `on_browser` are what a command begins with that is to run there."""

    def __init__(self) -> None:
        self._server, self._browser = (f"voicemint-{os.getpid()}-{side}" for side in "sb")
        self.on_server = ("ip", "netns", "exec", self._server)
        self.on_browser = ("ip", "netns", "exec", self._browser)

    def lay(self) -> None:
        for name in (self._server, self._browser):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
            # Most of loopback goes over the cable, all but the one address that everybody uses.
            _ip("-n", name, "address", "del", "127.0.0.1/8", "dev", "lo")
            _ip("-n", name, "address", "add", "127.0.0.1/32", "dev", "lo")
            _ip("netns", "exec", name, "sh", "-c", ROUTED)
        _ip("-n", self._server, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", self._browser)
        for name, address in ((self._server, SERVER), (self._browser, BROWSER)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")

    def pull_cable(self) -> None:
        """At the server's end: the browser's machine sees that it has no carrier, as with a real one."""
        _ip("-n", self._server, "link", "set", "cable", "down")

    def plug_cable(self) -> None:
        _ip("-n", self._server, "link", "set", "cable", "up")

    def drop_all(self, *, dropping: bool) -> None:
        """Whether packets get lost on their way to the browser, without a sign to either side."""
        _ip("-n", self._server, "rule", "add" if dropping else "del", "to", BROWSER, "blackhole")

    def forbid_udp(self, *, forbidden: bool) -> None:
        """Whether the browser's machine refuses to send UDP, as behind a strict firewall."""
        _ip("-n", self._browser, "rule", "add" if forbidden else "del", "ipproto", "udp", "prohibit")

    def take_up(self) -> None:
        for name in (self._server, self._browser):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


@contextmanager
def network() -> Iterator[Network]:
    """Laid, and taken up afterwards. Skips where that needs somebody's permission."""
    if not hasattr(os, "geteuid"):
        pytest.skip("platform: network namespaces are Linux's")
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("needs root on Linux and iproute2, to make networks of its own")
    laid = Network()
    try:
        laid.lay()
        yield laid
    finally:
        laid.take_up()


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, encoding="utf-8", timeout=20, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
