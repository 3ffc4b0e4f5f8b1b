"""Both leashes hold a call; only the lasting one must."""

from __future__ import annotations

import pytest

from voicemint.errors import StorageUnavailable
from voicemint.leash.double_leash import DoubleLeash
from voicemint.leash.leashed_call import LeashedCall

pytestmark = pytest.mark.anyio

CALL = LeashedCall("a" * 32, "b" * 32, "rtc_1", 1_800_000_600.0)


class Note:
    """A leash that notes what it is asked, and fails if told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.asked: list[str] = []

    async def hold(self, call: LeashedCall) -> None:
        assert call == CALL
        await self._do("hold")

    async def check(self) -> None:
        await self._do("check")

    async def close(self) -> None:
        self.asked.append("close")

    async def _do(self, what: str) -> None:
        self.asked.append(what)
        if self.fails:
            raise StorageUnavailable


async def test_both_hold_and_both_are_closed() -> None:
    lasting, punctual = Note(), Note()
    leash = DoubleLeash(lasting, punctual)
    await leash.hold(CALL)
    await leash.close()

    assert lasting.asked == punctual.asked == ["hold", "close"]


async def test_what_cannot_last_is_not_held_at_all() -> None:
    lasting, punctual = Note(fails=True), Note()
    with pytest.raises(StorageUnavailable):
        await DoubleLeash(lasting, punctual).hold(CALL)

    assert punctual.asked == []


async def test_a_full_timer_does_not_stand_in_the_way() -> None:
    lasting, punctual = Note(), Note(fails=True)
    await DoubleLeash(lasting, punctual).hold(CALL)

    assert lasting.asked == ["hold"]


async def test_only_the_lasting_one_must_be_there() -> None:
    await DoubleLeash(Note(), Note(fails=True)).check()
    with pytest.raises(StorageUnavailable):
        await DoubleLeash(Note(fails=True), Note()).check()
