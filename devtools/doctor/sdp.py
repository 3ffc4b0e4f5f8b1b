"""The offer of a call that nobody means to speak in, and where the answer to it wants to be reached.

The offer is what a browser's is: one microphone, one data channel, everything over one connection. It holds no address
of this machine; the other side learns it when the check arrives, as from a browser that does not wait for its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

from devtools.doctor.exchange import Transport

LONGEST_ANSWER = 65_536
MOST_CANDIDATES = 8
"""Of each transport. Azure was recorded to name one of each."""

_TRANSPORTS: dict[str, Transport] = {"udp": "udp", "tcp": "tcp"}
_MEDIA = """\
c=IN IP4 0.0.0.0
a=ice-ufrag:{ufrag}
a=ice-pwd:{password}
a=ice-options:trickle
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
"""
_TEXT = f"""\
v=0
o=- {{session}} 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic: WMS doctor
m=audio 9 UDP/TLS/RTP/SAVPF 111
{_MEDIA}a=mid:0
a=rtcp:9 IN IP4 0.0.0.0
a=sendrecv
a=msid:doctor microphone
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
{_MEDIA}a=mid:1
a=sctp-port:5000
a=max-message-size:262144
"""


@dataclass(frozen=True)
class Offer:
    text: str = field(repr=False)
    ufrag: str = field(repr=False)


@dataclass(frozen=True)
class Candidate:
    """An address at which the other side listens. Over TCP only one to which we may connect counts."""

    transport: Transport
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.transport.upper()} {f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """What a check needs to know; empty is what the answer does not say."""

    ufrag: str = field(repr=False)
    password: str = field(repr=False)
    candidates: tuple[Candidate, ...]


def offer(random_bytes: Callable[[int], bytes]) -> Offer:
    """A new one. Nobody will ever see the certificate of which it names the fingerprint."""
    ufrag = random_bytes(4).hex()
    words = {
        "session": str(int.from_bytes(random_bytes(7), "big")),
        "ufrag": ufrag,
        "password": random_bytes(16).hex(),
        "fingerprint": random_bytes(32).hex(":").upper(),
    }
    return Offer(_TEXT.format_map(words).replace("\n", "\r\n"), ufrag)


def read(body: bytes) -> Answer | None:
    """What the answer says for its first part, over which all others go; None if it is no SDP."""
    try:
        text = body.decode() if len(body) <= LONGEST_ANSWER else ""
    except UnicodeDecodeError:
        return None
    if not text.startswith("v=0"):
        return None
    said: dict[str, str] = {}
    found: list[Candidate] = []
    media = 0
    for line in text.splitlines():
        media += line.startswith("m=")
        if media > 1:
            break
        name, _, value = line.removeprefix("a=").partition(":")
        if name in ("ice-ufrag", "ice-pwd") and len(value.strip()) <= 256:
            said[name] = value.strip()
        elif name == "candidate":
            found += _candidates(value.split())
    each = list(dict.fromkeys(found))  # the same for both components
    udp, tcp = ([one for one in each if one.transport == transport] for transport in ("udp", "tcp"))
    few = (*udp[:MOST_CANDIDATES], *tcp[:MOST_CANDIDATES])
    return Answer(said.get("ice-ufrag", ""), said.get("ice-pwd", ""), few)


def _candidates(words: list[str]) -> list[Candidate]:
    """The one that is written there, if it can be asked: a number for an address, and nothing that means many."""
    if len(words) < 8 or words[6] != "typ" or len(words[5]) > 5 or not (words[5].isascii() and words[5].isdigit()):
        return []
    transport, port = _TRANSPORTS.get(words[2].lower()), int(words[5])
    passive = ("tcptype", "passive") in zip(words[8::2], words[9::2], strict=False)
    if transport is None or not 0 < port < 65_536 or (transport == "tcp" and not passive):
        return []
    try:
        address = ip_address(words[4])
    except ValueError:
        return []
    if address.is_multicast or address.is_unspecified:
        return []
    return [Candidate(transport, str(address), port)]
