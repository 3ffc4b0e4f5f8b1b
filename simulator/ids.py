"""Identifiers shaped like the service's: a prefix and 21 base62 characters, 16 for function calls, hex for calls.

Shapes: reference recordings of Azure, July 2026. Randomness is an argument so that tests can repeat a run.
"""

from __future__ import annotations

import random
import string
import uuid

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


class Ids:
    """Mints identifiers from one source of randomness."""

    def __init__(self, source: random.Random | None = None) -> None:
        self._source = source or random.SystemRandom()

    def _base62(self, length: int) -> str:
        return "".join(self._source.choices(BASE62, k=length))

    def _hex(self, length: int) -> str:
        return "".join(self._source.choices(string.hexdigits[:16], k=length))

    def event(self) -> str:
        return f"event_{self._base62(21)}"

    def playback_event(self) -> str:
        """Events of `output_audio_buffer.*` carry a shorter, hexadecimal id."""
        return f"event_{self._hex(16)}"

    def item(self) -> str:
        return f"item_{self._base62(21)}"

    def response(self) -> str:
        return f"resp_{self._base62(21)}"

    def conversation(self) -> str:
        return f"conv_{self._base62(21)}"

    def session(self) -> str:
        return f"sess_{self._base62(21)}"

    def function_call(self) -> str:
        return f"call_{self._base62(16)}"

    def webrtc_call(self) -> str:
        return f"rtc_{self._hex(32)}"

    def client_secret(self) -> str:
        return f"ek_{self._base62(48)}"

    def request(self) -> str:
        """For `apim-request-id`: a UUID."""
        return str(uuid.UUID(hex=self._hex(32).lower()))

    def obfuscation(self) -> str:
        """Random text of random length, as in every delta; clients ignore it."""
        return self._base62(self._source.randint(4, 16))
