"""Sending to Azure OpenAI: each request bounded in time, size and attempts, a few connections for all of them.

It knows HTTP and nothing of the service: what an answer means is `azure_openai.py`'s affair. Whoever has no turn yet
waits here, first come, first served, and not in httpx's pool, which looks through its whole queue at every step.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from voicemint.azure.circuit_breaker import CircuitBreaker, Passage
from voicemint.azure.retries import Trouble, next_pause
from voicemint.azure.upstream_faults import retry_after
from voicemint.errors import UpstreamError, UpstreamMalformed, UpstreamTimeout, UpstreamUnreachable
from voicemint.telemetry import log
from voicemint.timing import Clock, Deadline

MAX_CONNECTIONS = 10
URGENT_CONNECTIONS = 2
"""Of these, so many are kept for urgent requests."""

CONNECT_SECONDS = 3.0
"""For DNS, TCP and TLS together."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Operation:
    """How one kind of request is sent. `urgent`: it waits behind its like only, and passes an open circuit."""

    name: str
    attempt_seconds: float
    max_reply_bytes: int
    repeat_after: frozenset[Trouble]
    urgent: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back, whatever the status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class _Outcome:
    """How an attempt went, and the trouble that another attempt may mend."""

    result: Answer | UpstreamError
    trouble: Trouble | None = None


class _Attempts:
    """What the log will say of one request: how often it was sent, how it went at last, how long all that took."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._last: dict[str, Any] = {}
        self.count = 0

    def add(self, outcome: _Outcome) -> None:
        self.count += 1
        if isinstance(outcome.result, Answer):
            self._last = {"upstream_status": outcome.result.status}
        else:
            self._last = {"error_type": type(outcome.result.__cause__ or outcome.result).__name__}

    def report(self, operation: Operation) -> None:
        milliseconds = round((self._clock.monotonic() - self._started) * 1000)
        log("upstream_call", operation=operation.name, milliseconds=milliseconds, attempts=self.count, **self._last)


class UpstreamClient:
    """One HTTP client with its queue and its circuit breaker. Lives on one event loop."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: Clock,
        *,
        random: Random | None = None,
        sleep: Sleep = asyncio.sleep,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._random = random or Random()
        self._sleep = sleep
        self._breaker = breaker or CircuitBreaker(clock)
        self._turns = asyncio.Semaphore(MAX_CONNECTIONS - URGENT_CONNECTIONS)
        self._urgent_turns = asyncio.Semaphore(URGENT_CONNECTIONS)

    async def send(self, operation: Operation, request: httpx.Request, deadline: Deadline) -> Answer:
        """The answer to `request`, asked for several times if need be. Any status is an answer.

        Raises `UpstreamTimeout`, `UpstreamUnreachable` or `UpstreamMalformed` (too long, compressed).
        """
        attempts = _Attempts(self._clock)
        try:
            return await self._send(operation, request, deadline, attempts)
        finally:
            attempts.report(operation)

    async def reach(self, url: str, deadline: Deadline) -> None:
        """Ask for the head of `url` without a credential; whatever is answered, a connection is there.

        Raises `UpstreamTimeout` or `UpstreamUnreachable`.
        """
        try:
            async with asyncio.timeout(deadline.remaining()):
                await self._client.head(url)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise UpstreamTimeout from error
        except (httpx.RequestError, OSError) as error:
            raise UpstreamUnreachable from error
        except httpx.InvalidURL:
            return  # a redirect to nowhere is an answer, too

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _send(
        self, operation: Operation, request: httpx.Request, deadline: Deadline, attempts: _Attempts
    ) -> Answer:
        while True:
            async with self._turn(operation, deadline):
                with self._breaker.passage(forced=operation.urgent) as passage:
                    outcome = await self._attempt(operation, request, deadline, passage)
                    attempts.add(outcome)
            result, pause = outcome.result, None
            if outcome.trouble in operation.repeat_after:
                asked = retry_after(result.headers) if isinstance(result, Answer) else None
                pause = next_pause(attempts.count, asked, deadline.remaining(), self._random)
            if pause is not None:
                await self._sleep(pause)
            elif isinstance(result, Answer):
                return result
            else:
                raise result

    @asynccontextmanager
    async def _turn(self, operation: Operation, deadline: Deadline) -> AsyncIterator[None]:
        """A place among the requests that may be under way at once. Waiting for it is nobody's failure but ours."""
        turns = self._urgent_turns if operation.urgent else self._turns
        try:
            async with asyncio.timeout(deadline.remaining()):
                await turns.acquire()
        except TimeoutError:
            raise _too_busy() from None
        try:
            yield
        finally:
            turns.release()

    async def _attempt(
        self, operation: Operation, request: httpx.Request, deadline: Deadline, passage: Passage
    ) -> _Outcome:
        patience = min(operation.attempt_seconds, deadline.remaining())
        try:
            async with asyncio.timeout(patience):
                answer = await self._exchange(request, operation.max_reply_bytes)
        except (httpx.ConnectTimeout, httpx.ConnectError, httpx.ProxyError) as error:
            passage.failed = True
            kind = UpstreamTimeout if isinstance(error, httpx.ConnectTimeout) else UpstreamUnreachable
            return _Outcome(_caused(kind(), error), Trouble.NOT_CONNECTED)
        except (TimeoutError, httpx.TimeoutException) as error:
            # An attempt that had little time because its caller had waited long for a turn says nothing of the service.
            passage.failed = True if patience == operation.attempt_seconds else None
            return _Outcome(_caused(UpstreamTimeout(), error), Trouble.NO_ANSWER)
        except (httpx.NetworkError, httpx.RemoteProtocolError, OSError) as error:
            passage.failed = True
            return _Outcome(_caused(UpstreamUnreachable(), error), Trouble.BROKEN)
        except httpx.RequestError as error:
            return _Outcome(_caused(UpstreamUnreachable(), error))
        except UpstreamMalformed as error:
            passage.failed = False
            return _Outcome(error)
        passage.failed = answer.status >= 500
        trouble = Trouble.FAILED if answer.status >= 500 else Trouble.THROTTLED if answer.status == 429 else None
        return _Outcome(answer, trouble)

    async def _exchange(self, request: httpx.Request, max_bytes: int) -> Answer:
        try:
            response = await self._client.send(request, stream=True)
        except httpx.InvalidURL as error:  # httpx reads where a redirect leads, although it is not followed
            raise UpstreamMalformed from error
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise UpstreamMalformed("Azure OpenAI's answer is compressed, which was not asked for.")
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > max_bytes:
                    raise UpstreamMalformed("Azure OpenAI's answer is far too long.")
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, bytes(content))


def _caused(error: UpstreamError, cause: Exception) -> UpstreamError:
    error.__cause__ = cause
    return error


def _too_busy() -> UpstreamTimeout:
    return UpstreamTimeout(
        "Too many requests wait for Azure OpenAI at once; the turn of this one did not come in time.",
        hint="Try again after the Retry-After seconds.",
        retry_after=5,
    )
