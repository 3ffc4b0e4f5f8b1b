"""The other end of a call as a network shows it: a UDP and a TCP port that answer connectivity checks, or do not.

It reads and signs messages by itself, so that it judges what the doctor sends: a check that is not as RFC 8445 wants it
is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
import socketserver
import struct
import threading
import zlib
from contextlib import ExitStack
from typing import Any, Literal

Manner = Literal["answers", "unsigned", "refuses", "babbles", "drops first", "elsewhere", "silent", "closed"]
"""`unsigned`: as something that knows no password; `babbles`: anything first, and an answer after it; `elsewhere`: from
another port than the one that was asked."""

UFRAG = "AbCd/realtime-api-vmss-prod-eastus2-canary"
PASSWORD = "canary0123456789canary0123456789"
COOKIE = 0x2112A442


class FarEnd:
    """Listens in its block. `asked` is over what each good check came, in order."""

    def __init__(
        self,
        udp: Manner = "answers",
        tcp: Manner = "answers",
        *,
        ufrag: str = UFRAG,
        password: str = PASSWORD,
        host: str = "127.0.0.1",
        udp_port: int = 0,
    ) -> None:
        self.manners: dict[str, Manner] = {"udp": udp, "tcp": tcp}
        self._ufrag, self._password, self._host = ufrag, password, host
        self.asked: list[str] = []
        self.udp_port, self.tcp_port = udp_port, 0
        self._freed = ExitStack()

    def __enter__(self) -> FarEnd:
        udp, tcp = (self._serve(transport, manner) for transport, manner in self.manners.items())
        self.udp_port, self.tcp_port = udp.server_address[1], tcp.server_address[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._freed.close()

    def _serve(self, transport: str, manner: Manner) -> Any:
        server = _server(self, transport, self._host, self.udp_port if transport == "udp" else 0)
        self._freed.callback(server.server_close)
        if manner == "closed":
            server.server_close()
        else:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            self._freed.callback(thread.join)
            self._freed.callback(server.shutdown)
        return server

    def candidates(self) -> list[str]:
        """Both transports, and each for both components, as Azure was recorded to name them."""
        return [
            line
            for component in (1, 2)
            for line in (
                f"a=candidate:1 {component} udp 2130706431 {self._host} {self.udp_port} typ host",
                f"a=candidate:2 {component} tcp 1671430143 {self._host} {self.tcp_port} typ host tcptype passive",
            )
        ]

    def answer(self) -> str:
        """An SDP answer that leads here."""
        lines = [
            "v=0", "o=- 1 2 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=group:BUNDLE 0 1",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=setup:active", "a=mid:0",
            f"a=ice-ufrag:{self._ufrag}", f"a=ice-pwd:{self._password}",
            *self.candidates(), "a=end-of-candidates",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:1", "a=sctp-port:5000",
        ]  # fmt: skip
        return "\r\n".join(lines) + "\r\n"

    def replies(self, transport: str, message: bytes) -> list[bytes]:
        """What goes back."""
        manner = self.manners[transport]
        good = _is_good(message, self._ufrag, self._password)
        dropped = manner == "silent" or (manner == "drops first" and transport not in self.asked)
        if good:
            self.asked.append(transport)
        if dropped:
            return []
        if manner == "refuses" or not good:
            return [_sealed(0x0111, message[8:20], _attribute(0x0009, b"\0\0\x04\x01Unauthenticated"), None)]
        if manner == "unsigned":
            return [_sealed(0x0101, message[8:20], _mapped(), None)]
        signed = _sealed(0x0101, message[8:20], _mapped(), self._password)
        if manner == "babbles":
            own = _sealed(0x0001, b"its own chec", _attribute(0x0024, b"\0\0\0\1"), self._password)
            forged = _sealed(0x0101, message[8:20], _mapped(), "another password")
            return [b"", b"\xff" * 40, own, forged, signed]
        return [signed]


def _server(far: FarEnd, transport: str, host: str, port: int) -> socketserver.BaseServer:
    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            message, own = self.request
            with socket.socket(own.family, socket.SOCK_DGRAM) as other:
                for reply in far.replies("udp", message):
                    (other if far.manners["udp"] == "elsewhere" else own).sendto(reply, self.client_address)

    class Stream(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while len(head := self.rfile.read(2)) == 2:
                message = self.rfile.read(int.from_bytes(head, "big"))
                framed = b"".join(len(one).to_bytes(2, "big") + one for one in far.replies("tcp", message))
                for part in (framed[:7], framed[7:]):  # a stream keeps no bounds
                    self.wfile.write(part)

    kind = socketserver.UDPServer if transport == "udp" else socketserver.TCPServer

    class Serving(socketserver.ThreadingMixIn, kind):  # type: ignore[misc, valid-type]
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        def handle_error(self, request: Any, client_address: Any) -> None:
            """The doctor closes a connection when it has heard enough."""

    made: socketserver.BaseServer = Serving((host, port), Datagram if transport == "udp" else Stream)
    return made


def _is_good(message: bytes, ufrag: str, password: str) -> bool:
    """A binding request as RFC 8445 wants it of the side that offered, whole, signed and sealed."""
    kind, length, cookie = struct.unpack_from("!HHI", message)
    if (kind, length, cookie) != (0x0001, len(message) - 20, COOKIE):
        return False
    found: dict[int, bytes] = {}
    at = 20
    while at < len(message):
        name, size = struct.unpack_from("!HH", message, at)
        if name == 0x0008 and not hmac.compare_digest(_hmac(message[:at], password), message[at + 4 : at + 24]):
            return False
        if name == 0x8028 and message[at + 4 : at + 8] != _crc(message[:at]):
            return False
        found[name] = message[at + 4 : at + 4 + size]
        at += 4 + size + -size % 4
    username = found.get(0x0006, b"").decode().split(":")
    nominates = 0x0025 in found
    lengths = {0x0008: 20, 0x0024: 4, 0x8028: 4, 0x802A: 8}
    whole = all(len(found.get(name, b"")) == size for name, size in lengths.items())
    return whole and not nominates and len(username) == 2 and username[0] == ufrag and len(username[1]) >= 4


def _mapped() -> bytes:
    return _attribute(0x0020, struct.pack("!HHI", 1, 9 ^ (COOKIE >> 16), 0x7F000001 ^ COOKIE))


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _sealed(kind: int, transaction: bytes, attributes: bytes, password: str | None) -> bytes:
    message = struct.pack("!HHI", kind, len(attributes), COOKIE) + transaction + attributes
    if password is not None:
        message += _attribute(0x0008, _hmac(message, password))
    message += _attribute(0x8028, _crc(message))
    return _sized(message, len(message))


def _hmac(before: bytes, password: str) -> bytes:
    return hmac.new(password.encode(), _sized(before, len(before) + 24), hashlib.sha1).digest()


def _crc(before: bytes) -> bytes:
    return (zlib.crc32(_sized(before, len(before) + 8)) ^ 0x5354554E).to_bytes(4, "big")


def _sized(message: bytes, size: int) -> bytes:
    return message[:2] + (size - 20).to_bytes(2, "big") + message[4:]
