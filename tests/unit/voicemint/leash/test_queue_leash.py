"""The message that ends a call: its text, its time, and what if the queue is missing, slow or closed to us."""

from __future__ import annotations

import base64
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any
from xml.etree.ElementTree import ParseError

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
)
from azure.core.pipeline.transport import HttpTransport

from simulator.clock import ManualClock
from tests.canaries import CANARY_TOKEN
from voicemint.azure.emulator import EMULATOR_KEY
from voicemint.errors import StorageUnavailable
from voicemint.leash import queue_leash
from voicemint.leash.leashed_call import LeashedCall, decode
from voicemint.leash.queue_leash import QueueLeash

pytestmark = pytest.mark.anyio

ENDPOINT = "https://account.queue.core.windows.net"


def failure(kind: type[HttpResponseError], code: str | None, status: int) -> HttpResponseError:
    error = kind(message="the service's own words")
    error.error_code = code  # type: ignore[attr-defined]
    error.status_code = status
    return error


class FakeQueue:
    """Notes what is asked of it. `failures` are raised first, one an operation; `hold` keeps one waiting."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.asked: list[str] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.hold: threading.Event | None = None
        self.closed = False

    def send_message(self, text: str, **options: Any) -> None:
        self._behave("send")
        self.sent.append((text, options))

    def get_queue_properties(self) -> None:
        self._behave("look")

    def create_queue(self) -> None:
        self._behave("create")

    def close(self) -> None:
        self.closed = True

    def _behave(self, operation: str) -> None:
        self.asked.append(operation)
        if self.hold is not None:
            self.hold.wait(10)
        if self.failures and (error := self.failures.pop(0)) is not PASS:
            raise error


PASS = Exception("this operation succeeds")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
async def leash(clock: ManualClock, queue: FakeQueue) -> AsyncIterator[QueueLeash]:
    leash = opened(clock, queue)
    yield leash
    await leash.close()


def opened(clock: ManualClock, queue: Any, **options: Any) -> QueueLeash:
    return QueueLeash(ENDPOINT, no_identity, clock, open_queue=lambda *_: queue, **options)


def no_identity() -> Any:
    raise AssertionError("nobody should have asked for a credential")


def call(clock: ManualClock, seconds: float) -> LeashedCall:
    return LeashedCall("a" * 32, "b" * 32, "rtc_1", clock.time() + seconds)


@pytest.mark.parametrize(
    ("seconds", "delay"),
    [(600, 600), (599.2, 600), (0.1, 1), (0, 0), (-30, 0), (8 * 24 * 3600, 7 * 24 * 3600)],
)
async def test_the_message_appears_when_time_is_up(
    clock: ManualClock, queue: FakeQueue, leash: QueueLeash, seconds: float, delay: int
) -> None:
    held = call(clock, seconds)
    await leash.hold(held)
    text, options = queue.sent[0]
    assert decode(text) == held
    assert options == {"visibility_timeout": delay, "time_to_live": -1}


async def test_a_missing_queue_is_made_once(clock: ManualClock, queue: FakeQueue, leash: QueueLeash) -> None:
    queue.failures = [failure(ResourceNotFoundError, "QueueNotFound", 404)]
    await leash.hold(call(clock, 60))
    await leash.hold(call(clock, 60))
    assert queue.asked == ["send", "create", "send", "send"]
    assert len(queue.sent) == 2


async def test_somebody_else_may_make_it_first(clock: ManualClock, queue: FakeQueue, leash: QueueLeash) -> None:
    missing = failure(ResourceNotFoundError, "QueueNotFound", 404)
    queue.failures = [missing, failure(ResourceExistsError, "QueueAlreadyExists", 409)]
    await leash.hold(call(clock, 60))
    assert queue.asked == ["send", "create", "send"]


async def test_an_existing_queue_needs_no_right_to_make_one(
    clock: ManualClock, queue: FakeQueue, leash: QueueLeash
) -> None:
    await leash.check()
    await leash.hold(call(clock, 60))
    assert queue.asked == ["look", "send"]


@pytest.mark.parametrize(
    "failures",
    [
        [failure(ResourceNotFoundError, None, 404)],
        [failure(HttpResponseError, "AuthorizationFailure", 403)],
        [failure(HttpResponseError, "QueueBeingDeleted", 409)],
        [failure(HttpResponseError, "ServerBusy", 503)],
        [failure(ClientAuthenticationError, None, 401)],
        [ServiceRequestError("no route to account.queue.core.windows.net")],
        [ValueError("the identity's answer")],
        [KeyError("EnqueuedMessage")],
        [IndexError("a list without the message")],
        [ParseError("no XML")],
        [failure(ResourceNotFoundError, "QueueNotFound", 404), failure(HttpResponseError, "AuthorizationFailure", 403)],
    ],
)
@pytest.mark.parametrize("operation", ["hold", "check"])
async def test_whatever_fails_is_one_error(
    clock: ManualClock,
    queue: FakeQueue,
    leash: QueueLeash,
    failures: list[Exception],
    operation: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    work: Callable[[], Any] = (lambda: leash.hold(call(clock, 60))) if operation == "hold" else leash.check
    queue.failures = list(failures)
    with pytest.raises(StorageUnavailable) as error:
        await work()
    assert queue.sent == []
    assert type(failures[-1]).__name__ in caplog.text
    for text in (str(error.value), error.value.hint, caplog.text):
        assert "own words" not in text
        assert "account.queue" not in text
    await work()


async def test_a_queue_that_does_not_answer_is_not_waited_for(clock: ManualClock, queue: FakeQueue) -> None:
    queue.hold = threading.Event()
    leash = opened(clock, queue, deadline_seconds=0.01)
    with pytest.raises(StorageUnavailable):
        await leash.hold(call(clock, 60))
    queue.hold.set()
    await leash.close()


async def test_closing_closes_the_connections(clock: ManualClock, queue: FakeQueue) -> None:
    leash = opened(clock, queue)
    await leash.check()
    await leash.close()
    assert queue.closed
    await opened(clock, queue).close()


async def test_an_unwritable_call_is_not_sent(clock: ManualClock, queue: FakeQueue, leash: QueueLeash) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        await leash.hold(LeashedCall("somebody", "b" * 32, "rtc_1", clock.time()))
    assert queue.asked == []


class Identity:
    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        return AccessToken(CANARY_TOKEN, 2_000_000_000)


class Recorder(HttpTransport):  # type: ignore[type-arg]
    """Keeps the request and gives no answer."""

    request: Any = None

    def send(self, request: Any, **_: Any) -> Any:
        self.request = request
        raise ServiceRequestError("recorded")

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("endpoint", "asks", "scheme"),
    [(ENDPOINT, True, "Bearer "), ("http://127.0.0.1:10001/devstoreaccount1", False, "SharedKey devstoreaccount1:")],
)
def test_the_real_client_sends_base64_with_the_right_credential(
    endpoint: str, asks: bool, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr("azure.storage.queue._shared.base_client.RequestsTransport", lambda **_: recorder)
    queue = queue_leash._open_queue(endpoint, Identity if asks else no_identity)
    with pytest.raises(ServiceRequestError):
        queue.send_message("text", visibility_timeout=5, time_to_live=-1, retry_total=0)
    sent = recorder.request
    assert sent.url == f"{endpoint}/voicemint-call-ends/messages?visibilitytimeout=5&messagettl=-1"
    assert base64.b64encode(b"text").decode() in str(sent.content or sent.body)
    assert sent.headers["Authorization"].startswith(scheme)
    assert EMULATOR_KEY not in str(sent.headers)
    queue.close()
