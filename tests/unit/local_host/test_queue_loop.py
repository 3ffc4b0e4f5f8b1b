"""What becomes of a message: done, tried again, put aside; and of a queue that is missing or out of reach."""

from __future__ import annotations

import asyncio
import base64
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError, ServiceRequestError
from azure.storage.queue import QueueMessage

from local_host.queue_functions import QueueFunction
from local_host.queue_loop import INVISIBLE_SECONDS, QueueLoop, running
from local_host.queue_options import QueueOptions
from simulator.clock import ManualClock

pytestmark = pytest.mark.anyio

PASS = Exception("this request succeeds")
OPTIONS = QueueOptions(batch_size=2, polling_seconds=2.0, retry_seconds=30.0, attempts=3)


@dataclass
class Entry:
    message: QueueMessage
    visible_at: float


@dataclass
class FakeQueue:
    """A storage queue on a clock. `faults` are raised first, one a request."""

    clock: ManualClock
    exists: bool = True
    entries: list[Entry] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    closed: bool = False

    def put(self, text: str, *, raw: bool = False) -> None:
        content = text if raw else base64.b64encode(text.encode()).decode()
        message = QueueMessage(content=content, id=f"id-{len(self.requests)}-{text}", dequeue_count=0)
        self.entries.append(Entry(message, self.clock.time()))

    @property
    def contents(self) -> list[str]:
        return [entry.message.content for entry in self.entries]

    def receive_messages(self, *, messages_per_page: int, visibility_timeout: int) -> FakeQueue:
        self._request("receive")
        now = self.clock.time()
        self._page = [entry for entry in self.entries if entry.visible_at <= now][:messages_per_page]
        for entry in self._page:
            entry.visible_at = now + visibility_timeout
            entry.message.dequeue_count = (entry.message.dequeue_count or 0) + 1
        return self

    def by_page(self) -> Iterator[list[QueueMessage]]:
        return iter([[entry.message for entry in self._page]] if self._page else [])

    def delete_message(self, message: QueueMessage) -> None:
        self._request("delete")
        self.entries = [entry for entry in self.entries if entry.message is not message]

    def update_message(self, message: QueueMessage, *, visibility_timeout: int) -> None:
        self._request("update")
        (entry,) = (entry for entry in self.entries if entry.message is message)
        entry.visible_at = self.clock.time() + visibility_timeout

    def send_message(self, content: str) -> None:
        self._request("send")
        self.put(content, raw=True)

    def create_queue(self) -> None:
        self.requests.append("create")
        self.exists = True

    def close(self) -> None:
        self.closed = True

    def _request(self, operation: str) -> None:
        self.requests.append(operation)
        if self.faults and (fault := self.faults.pop(0)) is not PASS:
            raise fault
        if not self.exists:
            raise ResourceNotFoundError("no such queue")


class Bench:
    """A loop over a fake queue whose function notes what it gets and does as told."""

    def __init__(self, options: QueueOptions = OPTIONS, **handlers: Any) -> None:
        self.clock = ManualClock()
        self.queue = FakeQueue(self.clock)
        self.poison = FakeQueue(self.clock, exists=False)
        self.got: list[tuple[str, int | None]] = []
        self.failures = 0
        self.pauses: asyncio.Queue[float] = asyncio.Queue()
        self.wake: asyncio.Queue[None] = asyncio.Queue()
        queues = {"jobs": self.queue, "jobs-poison": self.poison}
        function = QueueFunction("job", "http://127.0.0.1:1/x", "jobs", "message", handlers.get("handler", self.handle))
        self.loop = QueueLoop(
            function,
            options,
            open_queue=lambda _, name, __: queues[name],  # type: ignore[arg-type, return-value]
            sleep=self.sleep,
        )

    async def handle(self, message: func.QueueMessage) -> None:
        self.got.append((message.get_body().decode(), message.dequeue_count))
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")

    async def sleep(self, seconds: float) -> None:
        self.pauses.put_nowait(seconds)
        await self.wake.get()


async def test_a_message_is_delivered_once_and_deleted() -> None:
    bench = Bench()
    bench.queue.put("grüß")
    assert await bench.loop.poll() is True
    assert bench.got == [("grüß", 1)]
    assert bench.queue.entries == []
    assert await bench.loop.poll() is False


async def test_a_batch_runs_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    async def meet(message: func.QueueMessage) -> None:
        await both.wait()

    bench = Bench(handler=meet)
    bench.queue.put("one")
    bench.queue.put("two")
    await bench.loop.poll()
    assert bench.queue.entries == []


async def test_a_plain_def_runs_off_the_event_loop() -> None:
    threads: list[Any] = []

    def handle(message: func.QueueMessage) -> None:
        threads.append(threading.current_thread())

    bench = Bench(handler=handle)
    bench.queue.put("one")
    await bench.loop.poll()
    assert threads != [threading.main_thread()]
    assert bench.queue.entries == []


async def test_a_failure_is_tried_again_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.failures = 2
    bench.queue.put("hard")
    assert await bench.loop.poll() is True
    for _ in range(2):
        assert await bench.loop.poll() is False
        await bench.clock.advance(29)
        assert await bench.loop.poll() is False
        await bench.clock.advance(1)
        assert await bench.loop.poll() is True
    assert bench.got == [("hard", 1), ("hard", 2), ("hard", 3)]
    assert bench.queue.entries == []
    assert bench.poison.entries == []
    assert caplog.text.count("Function job failed.") == 2


async def test_the_last_failure_puts_the_message_aside_as_it_came() -> None:
    bench = Bench()
    bench.failures = 100
    bench.queue.put("hopeless")
    for _ in range(5):
        await bench.loop.poll()
        await bench.clock.advance(30)
    assert len(bench.got) == OPTIONS.attempts
    assert bench.queue.entries == []
    assert bench.poison.contents == [base64.b64encode(b"hopeless").decode()]
    assert bench.poison.requests == ["send", "create", "send"]


async def test_a_message_beyond_its_attempts_is_put_aside_without_another() -> None:
    bench = Bench()
    bench.queue.put("crasher")
    bench.queue.entries[0].message.dequeue_count = OPTIONS.attempts
    await bench.loop.poll()
    assert bench.got == []
    assert len(bench.poison.entries) == 1


@pytest.mark.parametrize("content", ["not base64!", "YWJ!j", base64.b64encode(b"\xff").decode()])
async def test_what_cannot_be_decoded_never_reaches_the_function(content: str) -> None:
    bench = Bench()
    bench.queue.put(content, raw=True)
    for _ in range(OPTIONS.attempts):
        await bench.loop.poll()
        await bench.clock.advance(30)
    assert bench.got == []
    assert bench.poison.contents == [content]


async def test_plain_text_where_host_json_says_so() -> None:
    bench = Bench(QueueOptions(base64=False))
    bench.queue.put("not base64!", raw=True)
    await bench.loop.poll()
    assert bench.got == [("not base64!", 1)]


async def test_a_return_value_without_an_output_is_a_failure() -> None:
    async def handle(message: func.QueueMessage) -> str:
        return "done"

    bench = Bench(handler=handle)
    bench.queue.put("one")
    await bench.loop.poll()
    assert len(bench.queue.entries) == 1


async def test_while_it_is_worked_on_nobody_else_sees_it() -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def handle(message: func.QueueMessage) -> None:
        begun.set()
        await release.wait()

    bench = Bench(handler=handle)
    bench.queue.put("long")
    polling = asyncio.create_task(bench.loop.poll())
    await begun.wait()
    assert bench.queue.entries[0].visible_at == bench.clock.time() + INVISIBLE_SECONDS
    release.set()
    await polling


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("failures", [0, 1])
async def test_a_message_that_somebody_else_took_is_theirs(status: int, failures: int) -> None:
    bench = Bench()
    bench.failures = failures
    bench.queue.put("taken")
    gone = HttpResponseError("pop receipt mismatch")
    gone.status_code = status
    bench.queue.faults = [PASS, gone]
    assert await bench.loop.poll() is True


async def test_a_missing_queue_is_an_empty_one(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.queue.exists = False
    assert await bench.loop.poll() is False
    assert caplog.records == []


async def test_a_queue_out_of_reach_is_said_once_and_its_return_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bench = Bench()
    bench.queue.put("waiting")
    bench.queue.faults = [ServiceRequestError("refused"), ServiceRequestError("refused"), LookupError("encoding")]
    assert [await bench.loop.poll() for _ in range(3)] == [False, False, False]
    assert await bench.loop.poll() is True
    assert [record.getMessage() for record in caplog.records] == [
        "Queue jobs is out of reach (ServiceRequestError); trying on.",
        "Queue jobs is within reach again.",
    ]
    assert bench.got == [("waiting", 1)]
    bench.queue.faults = [ServiceRequestError("refused")]
    assert await bench.loop.poll() is False
    assert len(caplog.records) == 3


async def test_a_poison_queue_out_of_reach_loses_nothing() -> None:
    bench = Bench()
    bench.failures = 1
    bench.queue.put("hopeless")
    bench.queue.entries[0].message.dequeue_count = OPTIONS.attempts - 1
    bench.poison.faults = [ServiceRequestError("refused")]
    assert await bench.loop.poll() is False
    assert len(bench.queue.entries) == 1


async def test_it_polls_ever_more_slowly_and_starts_over_when_there_is_work() -> None:
    bench = Bench()
    waits = []
    async with running([bench.loop]):
        for _ in range(20):
            waits.append(await bench.pauses.get())
            bench.wake.put_nowait(None)
        assert waits[0] == 0.1
        assert waits == sorted(waits)
        assert waits[-1] == OPTIONS.polling_seconds
        await bench.pauses.get()
        bench.queue.put("late")
        bench.wake.put_nowait(None)
        assert await bench.pauses.get() == 0.1
        assert bench.got == [("late", 1)]
    assert bench.queue.closed
    assert bench.poison.closed


async def test_stopping_ends_a_wait() -> None:
    bench = Bench()
    polling = asyncio.create_task(bench.loop.run())
    await bench.pauses.get()
    bench.loop.stop()
    await asyncio.wait_for(polling, 30)


async def test_stopping_lets_a_running_function_finish() -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def handle(message: func.QueueMessage) -> None:
        begun.set()
        await release.wait()

    bench = Bench(handler=handle)
    bench.queue.put("long")
    async with running([bench.loop]):
        await begun.wait()
        asyncio.get_running_loop().call_soon(release.set)
    assert bench.queue.entries == []


async def test_nothing_to_poll() -> None:
    async with running([]):
        pass
