"""A connectivity check as a browser makes it (RFC 8445), in STUN (RFC 8489): the request, and what comes back.

Bytes in, bytes out. What comes from a network may be anything: it is an answer to the request, or nothing.
"""

from __future__ import annotations

import hmac
import struct
import zlib
from dataclasses import dataclass

TRANSACTION_BYTES = 12
TIE_BREAKER_BYTES = 8
LONGEST = 1_500
"""No answer to a check is longer: it has to fit into one packet."""

MAGIC_COOKIE = 0x2112A442
REQUEST, SUCCESS, REFUSAL = 0x0001, 0x0101, 0x0111
USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, PRIORITY = 0x0006, 0x0008, 0x0009, 0x0024
FINGERPRINT, ICE_CONTROLLING = 0x8028, 0x802A

PEER_REFLEXIVE = (110 << 24) | (65_535 << 8) | 255
"""The priority of an address that the other side learns by this very check."""

_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_SHA1_BYTES = 20
_CRC_BYTES = 4
_FINGERPRINT_XOR = 0x5354554E


@dataclass(frozen=True)
class Answer:
    """An answer to our request. `error` is 0 if it is a success; `signed` tells that it knows the call's password."""

    error: int
    signed: bool

    @property
    def is_the_peer(self) -> bool:
        """Whether a browser would go on with it: one that is not signed may be anybody's."""
        return self.error == 0 and self.signed


def request(transaction: bytes, *, username: str, password: str, tie_breaker: bytes) -> bytes:
    """A check by the side that offered. It nominates nothing, so the other side connects nothing because of it."""
    message = _HEADER.pack(REQUEST, 0, MAGIC_COOKIE, transaction)
    message += _attribute(USERNAME, username.encode())
    message += _attribute(PRIORITY, struct.pack("!I", PEER_REFLEXIVE))
    message += _attribute(ICE_CONTROLLING, tie_breaker)
    message += _attribute(MESSAGE_INTEGRITY, integrity(message, password))
    message += _attribute(FINGERPRINT, fingerprint(message))
    return _with_length(message, len(message))


def read(message: bytes, asked: bytes, password: str) -> Answer | None:
    """What `message` says to the request `asked`; None if it is no answer to it, or broken, or signed wrongly."""
    if not _HEADER.size <= len(message) <= LONGEST:
        return None
    kind, length, cookie, transaction = _HEADER.unpack_from(message)
    whole = length == len(message) - _HEADER.size and length % 4 == 0
    if not whole or (cookie, transaction) != (MAGIC_COOKIE, _HEADER.unpack_from(asked)[3]):
        return None
    if kind not in (SUCCESS, REFUSAL):
        return None
    return _attributes(message, password, 0 if kind == SUCCESS else 500)


def _attributes(message: bytes, password: str, error: int) -> Answer | None:
    signed = False
    at = _HEADER.size
    while at < len(message):  # a whole attribute's head is there: everything is a multiple of four
        kind, size = _ATTRIBUTE.unpack_from(message, at)
        start = at + _ATTRIBUTE.size
        value = message[start : start + size]
        if len(value) < size:
            return None
        if kind == FINGERPRINT:  # the last one there may be
            last = start + size == len(message)
            return Answer(error, signed) if last and value == fingerprint(message[:at]) else None
        if kind == MESSAGE_INTEGRITY and not signed:
            if not hmac.compare_digest(value, integrity(message[:at], password)):
                return None
            signed = True
        elif kind == ERROR_CODE and not signed and error and size >= 4:
            error = (value[2] & 7) * 100 + value[3] or error
        at = start + size + -size % 4
    return Answer(error, signed)


def integrity(before: bytes, password: str) -> bytes:
    """The value of MESSAGE-INTEGRITY after that much of a message."""
    covered = _with_length(before, len(before) + _ATTRIBUTE.size + _SHA1_BYTES)
    return hmac.digest(password.encode(), covered, "sha1")


def fingerprint(before: bytes) -> bytes:
    """The value of FINGERPRINT after that much of a message."""
    covered = _with_length(before, len(before) + _ATTRIBUTE.size + _CRC_BYTES)
    return struct.pack("!I", zlib.crc32(covered) ^ _FINGERPRINT_XOR)


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _with_length(message: bytes, size: int) -> bytes:
    """The message with a header that says it is `size` long."""
    return message[:2] + struct.pack("!H", size - _HEADER.size) + message[4:]
