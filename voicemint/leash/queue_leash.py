"""A leash that outlives this process: a message in a storage queue that becomes visible when the call's time is up.

The Functions host then hands it to the queue trigger, on whatever instance there is, and again until the trigger
succeeds. `host.json` says how often; its `messageEncoding` and this file's must agree.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING

from voicemint.azure.emulator import EMULATOR_ACCOUNT, EMULATOR_KEY, is_emulator
from voicemint.errors import StorageUnavailable
from voicemint.leash.leashed_call import LeashedCall, encode
from voicemint.telemetry import log
from voicemint.timing import Clock

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.storage.queue import QueueClient

QUEUE_NAME = "voicemint-call-ends"

MAX_DELAY_SECONDS = 7 * 24 * 3600
"""The service hides a message for no longer (azure-storage-queue, `send_message`: `visibility_timeout`). A call lasts
an hour at most; one that claimed to last longer than this would be ended early, never late."""

DEADLINE_SECONDS = 3.0
"""For the whole of one operation, its one retry and a token included: somebody waits to speak."""

THREADS = 4


class QueueLeash:
    """`endpoint` is the account's queue address without a slash at its end, `identity` makes the credential (it is not
    asked for one where `endpoint` is an emulator on this machine). Lives on one event loop."""

    def __init__(
        self,
        endpoint: str,
        identity: Callable[[], TokenCredential],
        clock: Clock,
        *,
        open_queue: Callable[[str, Callable[[], TokenCredential]], QueueClient] | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._endpoint = endpoint
        self._identity = identity
        self._clock = clock
        self._open_queue = open_queue or _open_queue
        self._deadline_seconds = deadline_seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="queue-leash")
        self._opening = threading.Lock()
        self._queue: QueueClient | None = None

    async def hold(self, call: LeashedCall) -> None:
        """Put the message into the queue. Raises `StorageUnavailable`; the message may then be there all the same, and
        ending a call that has ended does no harm."""
        text = encode(call)

        def send(queue: QueueClient) -> None:
            # Counted here, where no time is lost any more, and rounded up: the service knows whole seconds.
            delay = min(max(0, math.ceil(call.ends_at - self._clock.time())), MAX_DELAY_SECONDS)
            queue.send_message(text, visibility_timeout=delay, time_to_live=-1)

        await self._run("queue_send", send)

    async def check(self) -> None:
        """Whether the queue is there; it is made if it is missing. Raises `StorageUnavailable`."""
        await self._run("queue_check", lambda queue: queue.get_queue_properties())

    async def close(self) -> None:
        """Close the connections. Messages that were sent stay in the queue."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._queue is not None:
            self._queue.close()

    async def _run(self, operation: str, use: Callable[[QueueClient], object]) -> None:
        """`use` the queue in a thread, for no longer than the deadline; a stuck thread has time-outs of its own."""
        context = copy_context()  # so that what is logged in the thread names the request, too
        work = partial(context.run, self._translated, operation, use)
        flight = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            await asyncio.wait_for(flight, self._deadline_seconds)
        except TimeoutError as error:
            raise _unavailable(operation, error) from error

    def _translated(self, operation: str, use: Callable[[QueueClient], object]) -> None:
        """`use` the queue, with our own error for whatever the SDK raises."""
        try:
            _use_or_make(self._open(), use)
        except Exception as error:  # an answer that is not what it should be makes the SDK stumble in any way
            raise _unavailable(operation, error) from error

    def _open(self) -> QueueClient:
        with self._opening:
            if self._queue is None:
                self._queue = self._open_queue(self._endpoint, self._identity)
            return self._queue


def _use_or_make(queue: QueueClient, use: Callable[[QueueClient], object]) -> None:
    """`use` the queue, and make it only if that shows that it is missing: the role may not include making one."""
    from azure.core.exceptions import HttpResponseError, ResourceExistsError

    try:
        use(queue)
    except HttpResponseError as error:
        # Only the service's own word counts as "not there": a 404 from anything in between is a failure.
        if getattr(error, "error_code", None) != "QueueNotFound":
            raise
        with suppress(ResourceExistsError):  # another instance was quicker
            queue.create_queue()
        use(queue)


def _unavailable(operation: str, error: Exception) -> StorageUnavailable:
    status = getattr(error, "status_code", None)
    kind = type(error).__name__
    log("storage_failed", logging.WARNING, operation=operation, upstream_status=status, error_type=kind)
    return StorageUnavailable("The server cannot make sure now that a call would end.")


def _open_queue(endpoint: str, identity: Callable[[], TokenCredential]) -> QueueClient:
    """The client. Its own patience would be three retries that begin after 15 seconds."""
    from azure.core.credentials import AzureNamedKeyCredential
    from azure.storage.queue import LinearRetry, QueueClient, TextBase64EncodePolicy

    emulated = is_emulator(endpoint)
    return QueueClient(
        endpoint,
        QUEUE_NAME,
        credential=AzureNamedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY) if emulated else identity(),
        message_encode_policy=TextBase64EncodePolicy(),
        retry_policy=LinearRetry(backoff=1, retry_total=1, random_jitter_range=0),
        connection_timeout=1,
        read_timeout=2,
    )
