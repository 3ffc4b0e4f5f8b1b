"""Messages to addresses that somebody named, over UDP or TCP, all at once, and what comes back from them.

Nothing is looked up, nobody else is listened to: every socket is connected to the one address that it asks.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal

LONGEST = 4_096
"""No message that is longer is read; over TCP it ends the connection."""

SENT_AT = (0.0, 1 / 12, 3 / 12, 7 / 12)
"""When a message goes out over UDP, where any may get lost: shares of the time that there is, pauses doubling."""

Transport = Literal["udp", "tcp"]

_LENGTH = struct.Struct("!H")


@dataclass(frozen=True)
class Letter:
    """One message to one address, which is a number and never a name."""

    transport: Transport
    host: str
    port: int
    content: bytes = field(repr=False)


Heard = Callable[[Letter, bytes], bool]
"""Told each message that comes, and the letter to whose address it belongs; whether it was enough."""

Exchange = Callable[[Sequence[Letter], float, Heard], None]
"""Send them all and listen, until it was enough, so many seconds are over, or nobody is left to listen to."""


class _Line:
    """A socket to one address."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.by_tcp = letter.transport == "tcp"
        self.connected = not self.by_tcp
        self._rest = b""
        family = socket.AF_INET6 if ":" in letter.host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM if self.by_tcp else socket.SOCK_DGRAM)
        self.socket.setblocking(False)

    def open(self) -> bool:
        """Connect, or begin to; False if there is no way there at all."""
        try:
            self.socket.connect((self.letter.host, self.letter.port))
        except BlockingIOError:  # on the way
            return True
        except OSError:
            return False
        return True

    def send(self) -> bool:
        """False if that shows that nobody will answer. Over UDP nothing shows that: the next one may get through."""
        try:
            if not self.by_tcp:
                self.socket.send(self.letter.content)
                return True
            # Framed as RFC 4571 says. So little goes into the buffer of a new connection at once.
            framed = _LENGTH.pack(len(self.letter.content)) + self.letter.content
            self.connected = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
            return self.connected and self.socket.send(framed) == len(framed)
        except OSError:
            return not self.by_tcp

    def receive(self) -> list[bytes] | None:
        """What has come; None if nothing more will."""
        try:
            came = self.socket.recv(LONGEST)
        except BlockingIOError:  # nothing after all
            return []
        except OSError:  # over UDP a refusal of what was sent before
            return None if self.by_tcp else []
        if not self.by_tcp:
            return [came]
        self._rest += came
        messages = list(self._whole())
        too_long = len(self._rest) >= _LENGTH.size and _LENGTH.unpack_from(self._rest)[0] > LONGEST
        return messages or (None if too_long or not came else [])

    def _whole(self) -> Iterator[bytes]:
        """The messages that are there whole, taken off what came."""
        while len(self._rest) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._rest)[0]
            if len(self._rest) < end:
                return
            yield self._rest[_LENGTH.size : end]
            self._rest = self._rest[end:]


def exchange(letters: Sequence[Letter], seconds: float, heard: Heard) -> None:
    """As `Exchange` says, with real sockets, all of which are closed when it returns."""
    with ExitStack() as opened, selectors.DefaultSelector() as selector:
        for letter in letters:
            try:
                line = _Line(letter)
            except OSError:  # no IPv6 on this machine
                continue
            opened.callback(line.socket.close)
            if line.open():
                selector.register(line.socket, selectors.EVENT_WRITE if line.by_tcp else selectors.EVENT_READ, line)
        _talk(selector, seconds, heard)


def _talk(selector: selectors.BaseSelector, seconds: float, heard: Heard) -> None:
    start = time.monotonic()
    due = [start + share * seconds for share in SENT_AT]
    while selector.get_map() and (now := time.monotonic()) < start + seconds:
        if due and due[0] <= now:
            due.pop(0)
            for key in selector.get_map().values():
                if not key.data.by_tcp:
                    key.data.send()
        for key, _ in selector.select(max(0.0, (due[0] if due else start + seconds) - now)):
            line: _Line = key.data
            if not line.connected:
                if line.send():
                    selector.modify(line.socket, selectors.EVENT_READ, line)
                else:
                    selector.unregister(line.socket)
                continue
            came = line.receive()
            if came is None:
                selector.unregister(line.socket)
            elif any(heard(line.letter, message) for message in came):
                return
