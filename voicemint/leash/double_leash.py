"""Two leashes on one call: a message in a queue, which outlives this process, and a timer, which is punctual.

The host looks at the queue every few seconds, and later where the app has gone to sleep. While the process that made
the call is still there, it ends the call to the second; the message then finds a call that has ended, which is fine.
"""

from __future__ import annotations

from contextlib import suppress

from voicemint.errors import StorageUnavailable
from voicemint.leash.leashed_call import Leash, LeashedCall


class DoubleLeash:
    """`lasting` must hold a call; `punctual` may."""

    def __init__(self, lasting: Leash, punctual: Leash) -> None:
        self._lasting = lasting
        self._punctual = punctual

    async def hold(self, call: LeashedCall) -> None:
        """Hold the call. Raises `StorageUnavailable` if the lasting leash cannot; then neither does."""
        await self._lasting.hold(call)
        with suppress(StorageUnavailable):
            await self._punctual.hold(call)

    async def check(self) -> None:
        """Whether the lasting leash could hold a call. Raises `StorageUnavailable`."""
        await self._lasting.check()

    async def close(self) -> None:
        """Close both: from here on only the lasting one holds."""
        await self._punctual.close()
        await self._lasting.close()
