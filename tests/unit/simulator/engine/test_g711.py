"""The telephone's audio: known values of both laws, and a sound that survives the way there and back."""

from __future__ import annotations

import array
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.g711 import decoded, encoded
from simulator.parts import SAMPLE_RATE

PCM = {"type": "audio/pcm", "rate": SAMPLE_RATE}
LAWS = ({"type": "audio/pcmu"}, {"type": "audio/pcma"})


def samples(pcm: bytes) -> list[int]:
    found = array.array("h")
    found.frombytes(pcm)
    return list(found)


@pytest.mark.parametrize(
    ("law", "byte", "sample"),
    [
        ("audio/pcmu", 0xFF, 0),
        ("audio/pcmu", 0x80, 32_124),
        ("audio/pcmu", 0x00, -32_124),
        ("audio/pcma", 0xD5, 8),
        ("audio/pcma", 0xAA, 32_256),
        ("audio/pcma", 0x2A, -32_256),
    ],
)
def test_known_values(law: str, byte: int, sample: int) -> None:
    assert samples(decoded(bytes([byte]), {"type": law})) == [sample] * 3


@pytest.mark.parametrize("law", LAWS)
def test_every_byte_comes_back(law: dict[str, str]) -> None:
    for byte in range(256):
        again = encoded(decoded(bytes([byte]), law), law)
        # Mu-law has two zeros, which are one value.
        assert again == bytes([byte]) or decoded(again, law) == decoded(bytes([byte]), law)


@pytest.mark.parametrize("law", LAWS)
def test_a_tone_survives(law: dict[str, str]) -> None:
    tone = [int(12_000 * math.sin(2 * math.pi * 300 * n / SAMPLE_RATE)) for n in range(2_400)]
    there = encoded(array.array("h", tone).tobytes(), law)
    assert len(there) == 800
    back = samples(decoded(there, law))
    assert len(back) == 2_400
    assert max(abs(back[n + 1] - tone[n]) for n in range(10, 2_390)) < 1_500


@given(st.binary(max_size=99))
def test_pcm_passes_untouched(pcm: bytes) -> None:
    assert decoded(pcm, PCM) == encoded(pcm, PCM) == pcm


@pytest.mark.parametrize("law", LAWS)
def test_nothing_is_nothing(law: dict[str, str]) -> None:
    assert decoded(b"", law) == encoded(b"", law) == encoded(b"\x01", law) == b""
