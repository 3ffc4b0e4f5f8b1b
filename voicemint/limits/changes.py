"""The one place where a record is read, changed and written back.

Changes of one record that come while another is under way wait for it and then share one read and one write, so a
process never fights itself and a thousand requests of one caller cost two round trips or four. Other processes do get
in between; then everything is read again and decided again, a bounded number of times.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from voicemint.errors import StorageUnavailable
from voicemint.limits.ledgers import Ledgers

T = TypeVar("T")

Change = Callable[[bytes | None], tuple[bytes | None, T]]
"""From what is stored to what shall be stored, and an answer for whoever asked. What it raises is the answer, too; it
then changes nothing. It may run several times, and only the last run counts."""

ATTEMPTS = 20
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class _Wish:
    change: Change[Any]
    answer: asyncio.Future[Any]
    begun: bool


class Changes:
    """The changes of one process to the records in `ledgers`. Lives on one event loop."""

    def __init__(
        self,
        ledgers: Ledgers,
        randomness: random.Random,
        *,
        seconds: float,
        at_once: int,
        begun_at_once: int = 2,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`seconds` bound one round: reading, deciding and writing, with all attempts. `at_once` bounds the rounds that
        run together: under a flood those that have begun come to an end, instead of all being late. `begun_at_once`
        places more are for changes that must not wait behind new beginnings at all."""
        self._ledgers = ledgers
        self._random = randomness
        self._seconds = seconds
        self._places = asyncio.Semaphore(at_once)
        self._begun_places = asyncio.Semaphore(begun_at_once)
        self._sleep = sleep
        # Only for the keys that are being worked on, so it is as long as there are requests at most.
        self._waiting: dict[str, list[_Wish]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def submit(self, key: str, change: Change[T], *, begun: bool = False) -> asyncio.Future[T]:
        """Queue a change; the future has its answer or what it raised, or `StorageUnavailable`.

        `begun`: it goes on with what an earlier change has begun, so it does not wait behind new beginnings. Whoever
        cancels the future before the change has run takes it back.
        """
        wish = _Wish(change, asyncio.get_running_loop().create_future(), begun)
        if key in self._waiting:
            self._waiting[key].append(wish)
        else:
            self._waiting[key] = [wish]
            worker = asyncio.create_task(self._work(key))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return wish.answer

    async def close(self) -> None:
        """Stop what is under way; whoever waits for it is cancelled."""
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, key: str) -> None:
        waiting = self._waiting[key]
        wishes: list[_Wish] = []
        try:
            while waiting:
                async with self._begun_places if any(wish.begun for wish in waiting) else self._places:
                    wishes, waiting[:] = waiting[:], []
                    await self._round(key, wishes)
        finally:
            del self._waiting[key]
            for wish in (*wishes, *waiting):
                wish.answer.cancel()

    async def _round(self, key: str, wishes: list[_Wish]) -> None:
        """Answer all of `wishes`."""
        try:
            async with asyncio.timeout(self._seconds):
                answers = await self._attempt(key, wishes)
        except TimeoutError:
            answers = [(wish, StorageUnavailable("The limits could not be checked in time.")) for wish in wishes]
        except StorageUnavailable as error:
            answers = [(wish, StorageUnavailable(error.detail, hint=error.hint)) for wish in wishes]
        except Exception as error:  # a fault of ours; raised again where the answers are awaited
            answers = [(wish, error) for wish in wishes]
        for wish, answer in answers:
            if wish.answer.done():
                continue
            if isinstance(answer, Exception):
                wish.answer.set_exception(answer)
            else:
                wish.answer.set_result(answer)

    async def _attempt(self, key: str, wishes: list[_Wish]) -> list[tuple[_Wish, Any]]:
        """The answer to each of `wishes` that still wants one. Raises `StorageUnavailable`."""
        for attempt in range(ATTEMPTS):
            if not _wanted(wishes):
                return []
            before, etag = await self._ledgers.read(key)
            after, answers = before, []
            for wish in _wanted(wishes):
                try:
                    after, answer = wish.change(after)
                except Exception as error:  # raised again where the answer is awaited
                    answer = error
                answers.append((wish, answer))
            if after is None or after == before or await self._ledgers.write(key, after, etag):
                return answers
            longest = min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)
            await self._sleep(self._random.uniform(0, longest))
        raise StorageUnavailable("The limits are busy.")


def _wanted(wishes: list[_Wish]) -> list[_Wish]:
    """Those whose answer somebody still waits for."""
    return [wish for wish in wishes if not wish.answer.done()]
