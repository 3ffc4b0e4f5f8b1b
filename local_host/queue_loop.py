"""Hands the messages of one storage queue to one function, as the queue trigger of the Functions host does.

What it does with a message is what `QueueListener` and `QueueProcessor` do in the host's storage extension
(azure-sdk-for-net). It fetches the next batch when the last one is done; the host begins a little earlier.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from local_host.backoff import Backoff
from local_host.queue_client import ManagedIdentity, open_queue
from local_host.queue_functions import QueueFunction, function_message
from local_host.queue_options import SHORTEST_POLLING_SECONDS, QueueOptions

if TYPE_CHECKING:
    from azure.storage.queue import QueueClient, QueueMessage

POISON = "-poison"
INVISIBLE_SECONDS = 600
"""Hidden from everybody else while its function runs (`QueueListener`). Nothing shortens it if this process dies."""

STOP_SECONDS = 3.0
"""For the functions that are running when the server stops; as long as it gives to HTTP requests."""

log = logging.getLogger(__name__)


class QueueLoop:
    """Polls the queue of one function until it is stopped."""

    def __init__(
        self,
        function: QueueFunction,
        options: QueueOptions,
        *,
        open_queue: Callable[[str, str, ManagedIdentity | None], QueueClient] = open_queue,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._function = function
        self._options = options
        self._queue = open_queue(function.endpoint, function.queue, function.identity)
        self._poison = open_queue(function.endpoint, function.queue + POISON, function.identity)
        self._sleep = sleep
        self._backoff = Backoff(SHORTEST_POLLING_SECONDS, options.polling_seconds)
        self._stopping = asyncio.Event()
        self._reachable = True

    async def run(self) -> None:
        """Poll until `stop`; the messages being worked on then are finished."""
        found_since_pause = False
        while not self._stopping.is_set():
            if await self.poll():
                found_since_pause = True
                continue
            await self._pause(self._backoff.after(found=found_since_pause))
            found_since_pause = False

    def stop(self) -> None:
        """Let `run` return as soon as it can."""
        self._stopping.set()

    def close(self) -> None:
        """Close the connections."""
        self._queue.close()
        self._poison.close()

    async def poll(self) -> bool:
        """Fetch one batch and work on all of it at once. False if there was none, or the queue is out of reach."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            batch = await asyncio.to_thread(self._receive)
            for fault in await asyncio.gather(*map(self._work_on, batch), return_exceptions=True):
                if fault is not None:
                    raise fault
        except ResourceNotFoundError:
            batch = []  # nobody has sent anything yet: the first who does makes the queue
        except Exception as error:  # an answer that is not what it should be makes the SDK stumble in any way
            if self._reachable:
                log.warning("Queue %s is out of reach (%s); trying on.", self._function.queue, type(error).__name__)
            self._reachable = False
            return False
        if not self._reachable:
            log.info("Queue %s is within reach again.", self._function.queue)
            self._reachable = True
        return bool(batch)

    def _receive(self) -> list[QueueMessage]:
        pages = self._queue.receive_messages(
            messages_per_page=self._options.batch_size, visibility_timeout=INVISIBLE_SECONDS
        ).by_page()
        return list(next(pages, ()))

    async def _work_on(self, message: QueueMessage) -> None:
        """`QueueProcessor`: delete on success; else show it again after a while, or put it aside after the last try."""
        count = message.dequeue_count or 1
        if count <= self._options.attempts and await self._succeeds(message):
            await self._settle(lambda: self._queue.delete_message(message))
        elif count >= self._options.attempts:
            name = self._function.name
            log.error("Function %s has failed %d times; its message goes to the poison queue.", name, count)
            await asyncio.to_thread(self._put_aside, message)
            await self._settle(lambda: self._queue.delete_message(message))
        else:
            seconds = round(self._options.retry_seconds)
            await self._settle(lambda: self._queue.update_message(message, visibility_timeout=seconds))

    async def _succeeds(self, message: QueueMessage) -> bool:
        """Run the function, a plain `def` in a thread. A message that cannot be decoded counts as a failure."""
        function = self._function
        try:
            content = message.content or ""
            text = base64.b64decode(content, validate=True).decode() if self._options.base64 else content
            arguments = {function.parameter: function_message(message, text)}
            if inspect.iscoroutinefunction(function.handler):
                result = await function.handler(**arguments)
            else:
                result = await asyncio.to_thread(function.handler, **arguments)
            if result is not None:
                raise TypeError("a function without an output must return nothing")  # as Microsoft's worker says
        except Exception:
            log.exception("Function %s failed.", function.name)
            return False
        return True

    def _put_aside(self, message: QueueMessage) -> None:
        from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

        try:
            self._poison.send_message(message.content)
        except ResourceNotFoundError:
            with suppress(ResourceExistsError):  # another host was quicker
                self._poison.create_queue()
            self._poison.send_message(message.content)

    async def _settle(self, change: Callable[[], object]) -> None:
        """Delete or show a message. If somebody else has taken or deleted it by now, it is theirs."""
        from azure.core.exceptions import HttpResponseError

        try:
            await asyncio.to_thread(change)
        except HttpResponseError as error:
            if error.status_code not in (400, 404):
                raise

    async def _pause(self, seconds: float) -> None:
        waits = [asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self._stopping.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


@asynccontextmanager
async def running(loops: Collection[QueueLoop]) -> AsyncIterator[None]:
    """Poll all queues inside the block. What still runs a while after it is cancelled."""
    tasks = [asyncio.create_task(loop.run()) for loop in loops]
    try:
        yield
    finally:
        for loop in loops:
            loop.stop()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for loop in loops:
            loop.close()
