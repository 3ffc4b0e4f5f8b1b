"""The leash in Microsoft's storage emulator: sent by the mint, delivered by the local host."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azure.core.exceptions import ResourceNotFoundError

from local_host.queue_client import open_queue
from local_host.queue_functions import QueueFunction
from local_host.queue_loop import QueueLoop, running
from local_host.queue_options import QueueOptions
from tests.integration.azurite import Azurite
from tests.integration.azurite import running as azurite_running
from voicemint.errors import StorageUnavailable
from voicemint.leash.leashed_call import LeashedCall, decode, encode
from voicemint.leash.queue_leash import QUEUE_NAME, QueueLeash
from voicemint.timing import SystemClock

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 30.0
"""For what must happen."""

OPTIONS = QueueOptions(polling_seconds=0.2, retry_seconds=1.0, attempts=3)


@pytest.fixture(scope="module")
def azurite() -> Iterator[Azurite]:
    with azurite_running() as azurite:
        yield azurite


@pytest.fixture(autouse=True)
def no_queues(azurite: Azurite) -> None:
    for name in (QUEUE_NAME, f"{QUEUE_NAME}-poison"):
        with open_queue(azurite.queues, name) as queue, suppress(ResourceNotFoundError):
            queue.delete_queue()


@pytest.fixture
async def leash(azurite: Azurite) -> AsyncIterator[QueueLeash]:
    leash = opened(azurite.queues)
    yield leash
    await leash.close()


def opened(endpoint: str) -> QueueLeash:
    return QueueLeash(endpoint, no_identity, SystemClock())


def no_identity() -> Any:
    raise AssertionError("the emulator needs no identity")


def call(name: str, seconds: float) -> LeashedCall:
    return LeashedCall("a" * 32, "b" * 32, f"rtc_{name}", time.time() + seconds)


class Function:
    """A queue-triggered function that fails `failures` times; every message it gets is put into `got`."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.got: asyncio.Queue[tuple[LeashedCall | None, int | None, float]] = asyncio.Queue()

    async def __call__(self, message: func.QueueMessage) -> None:
        self.got.put_nowait((decode(message.get_body()), message.dequeue_count, time.time()))
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")

    async def next(self) -> tuple[LeashedCall | None, int | None, float]:
        return await asyncio.wait_for(self.got.get(), PATIENCE_SECONDS)


def loop_of(azurite: Azurite, function: Function) -> QueueLoop:
    """A loop for `function` in the guise of what a `FunctionApp` holds."""

    async def end_call(message: func.QueueMessage) -> None:
        await function(message)

    return QueueLoop(QueueFunction("end_call", azurite.queues, QUEUE_NAME, "message", end_call), OPTIONS)


async def test_a_call_is_delivered_when_its_time_is_up(azurite: Azurite, leash: QueueLeash) -> None:
    function = Function()
    later, sooner = call("later", 3), call("sooner", 1.4)
    await leash.hold(later)
    await leash.hold(sooner)
    async with running([loop_of(azurite, function)]):
        for expected in (sooner, later):
            got, count, at = await function.next()
            assert (got, count) == (expected, 1)
            assert at >= expected.ends_at
    assert messages(azurite, QUEUE_NAME) == []


async def test_it_is_tried_again_until_it_succeeds(azurite: Azurite, leash: QueueLeash) -> None:
    function = Function(failures=2)
    held = call("hard", 0)
    await leash.hold(held)
    async with running([loop_of(azurite, function)]):
        tries = [await function.next() for _ in range(3)]
    assert [(got, count) for got, count, _ in tries] == [(held, 1), (held, 2), (held, 3)]
    assert all(later[2] - earlier[2] > 0.9 for earlier, later in pairwise(tries))
    assert messages(azurite, QUEUE_NAME) == []
    assert messages(azurite, f"{QUEUE_NAME}-poison") is None


async def test_after_the_last_try_it_is_put_aside(azurite: Azurite, leash: QueueLeash) -> None:
    function = Function(failures=OPTIONS.attempts)
    hopeless, after = call("hopeless", 0), call("after", 0)
    await leash.hold(hopeless)
    async with running([loop_of(azurite, function)]):
        for count in range(1, OPTIONS.attempts + 1):
            assert (await function.next())[:2] == (hopeless, count)
        await leash.hold(after)
        assert (await function.next())[:2] == (after, 1)
    assert messages(azurite, QUEUE_NAME) == []
    assert messages(azurite, f"{QUEUE_NAME}-poison") == [base64.b64encode(encode(hopeless).encode()).decode()]


async def test_the_queue_may_come_later_and_go_away(tmp_path: Path) -> None:
    function = Function()
    with azurite_running(tmp_path) as azurite:
        leash = opened(azurite.queues)
        async with running([loop_of(azurite, function)]):
            await leash.check()
            first, second = call("first", 0), call("second", 2)
            await leash.hold(first)
            assert (await function.next())[0] == first
            await leash.hold(second)
            await asyncio.to_thread(azurite.stop)
            with pytest.raises(StorageUnavailable):
                await leash.hold(second)
            await asyncio.to_thread(azurite.start)
            assert (await function.next())[0] == second
        await leash.close()


def messages(azurite: Azurite, name: str) -> list[str] | None:
    """What is in a queue, hidden messages counted too; None if there is no such queue."""
    with open_queue(azurite.queues, name) as queue:
        try:
            count = queue.get_queue_properties().approximate_message_count
        except ResourceNotFoundError:
            return None
        visible = [message.content for message in queue.peek_messages(max_messages=32)]
        assert len(visible) == count
        return visible
