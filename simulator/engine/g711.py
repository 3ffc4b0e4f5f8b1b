"""G.711, the telephone's audio: 8 000 samples a second, a byte each, to and from the PCM that the parts speak.

A session may ask for `audio/pcmu` (mu-law) or `audio/pcma` (A-law) either way. The companding laws are ITU-T G.711's;
the change of rate is a plain one (a straight line up, a mean of three down).
"""

from __future__ import annotations

import array
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

_FACTOR = 3


def decoded(audio: bytes, format: Mapping[str, Any]) -> bytes:
    """PCM16 at 24 kHz of audio in a session's input format."""
    if format["type"] == "audio/pcm":
        return audio
    table = _expanded(format["type"])
    samples = array.array("h")
    before = table[audio[0]] if audio else 0
    for byte in audio:
        now = table[byte]
        samples.extend((before + (now - before) // 3, before + 2 * (now - before) // 3, now))
        before = now
    return _little_endian(samples).tobytes()


def encoded(pcm: bytes, format: Mapping[str, Any]) -> bytes:
    """Audio in a session's output format of PCM16 at 24 kHz; what is left of a group of three samples is dropped."""
    if format["type"] == "audio/pcm":
        return pcm
    samples = array.array("h")
    samples.frombytes(pcm[: len(pcm) // 2 * 2])
    samples = _little_endian(samples)
    law = _LAWS[format["type"]]
    groups = range(0, len(samples) // _FACTOR * _FACTOR, _FACTOR)
    return bytes(law[1](sum(samples[start : start + _FACTOR]) // _FACTOR) for start in groups)


def _mu_to_sample(byte: int) -> int:
    byte = ~byte & 0xFF
    size = (((byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return 0x84 - size if byte & 0x80 else size - 0x84


def _sample_to_mu(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), 32_635) + 0x84
    exponent = max(0, size.bit_length() - 8)
    return ~(sign | exponent << 4 | size >> (exponent + 3) & 0x0F) & 0xFF


def _a_to_sample(byte: int) -> int:
    byte ^= 0x55
    exponent, size = (byte & 0x70) >> 4, ((byte & 0x0F) << 4) + 8
    if exponent:
        size = (size + 0x100) << (exponent - 1)
    return size if byte & 0x80 else -size


def _sample_to_a(sample: int) -> int:
    sign = 0x80 if sample >= 0 else 0
    size = min(sample if sample >= 0 else -sample - 1, 32_767)
    exponent = max(0, size.bit_length() - 8)
    mantissa = size >> (exponent + 3 if exponent else 4) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


_LAWS: Mapping[str, tuple[Callable[[int], int], Callable[[int], int]]] = {
    "audio/pcmu": (_mu_to_sample, _sample_to_mu),
    "audio/pcma": (_a_to_sample, _sample_to_a),
}


@cache
def _expanded(law: str) -> tuple[int, ...]:
    return tuple(_LAWS[law][0](byte) for byte in range(256))


def _little_endian(samples: array.array[int]) -> array.array[int]:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
