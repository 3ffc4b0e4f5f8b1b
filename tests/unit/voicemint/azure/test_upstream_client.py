"""Sending: what is tried again and what is not, the deadline, the queue, the breaker, and what the log says of it."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY
from tests.mint_support import FakeAzure, refused
from tests.upstream_support import BROKEN, ENDPOINT, NO_ANSWER, NOT_CONNECTED, URL, Patient, Silent, Wire
from voicemint.azure.azure_openai import CONNECT, HANG_UP, MINT, open_client
from voicemint.azure.retries import MAX_ATTEMPTS
from voicemint.azure.upstream_client import Operation, UpstreamClient
from voicemint.errors import UpstreamError, UpstreamMalformed, UpstreamTimeout, UpstreamUnreachable
from voicemint.timing import Deadline, SystemClock

pytestmark = pytest.mark.anyio


async def test_an_answer_is_an_answer_whatever_its_status() -> None:
    wire = Wire(FakeAzure(httpx.Response(404, headers={"x-a": "1"}, content=b"no")))
    answer = await wire.send()

    assert (answer.status, answer.headers["x-a"], answer.content) == (404, "1", b"no")
    assert repr(answer) == "Answer(status=404)"


@pytest.mark.parametrize("status", [200, 201, 204, 301, 400, 401, 403, 404, 408, 409, 422])
@pytest.mark.parametrize("operation", [MINT, CONNECT, HANG_UP])
async def test_no_other_status_is_asked_again(operation: Operation, status: int) -> None:
    azure = FakeAzure(httpx.Response(status))
    assert (await Wire(azure).send(operation)).status == status

    assert len(azure.requests) == 1


@pytest.mark.parametrize("operation", [MINT, CONNECT, HANG_UP])
@pytest.mark.parametrize("trouble", [*NOT_CONNECTED, 429, 500, 502, 503])
async def test_what_did_surely_nothing_is_tried_again(operation: Operation, trouble: Exception | int) -> None:
    def once() -> httpx.Response | Exception:
        return httpx.Response(trouble) if isinstance(trouble, int) else trouble

    azure = FakeAzure(once(), once(), httpx.Response(200))
    wire = Wire(azure)

    assert (await wire.send(operation)).status == 200
    assert len(azure.requests) == MAX_ATTEMPTS
    assert len(wire.sleep.pauses) == 2


@pytest.mark.parametrize("trouble", [*BROKEN, *NO_ANSWER])
@pytest.mark.parametrize(("operation", "attempts"), [(MINT, 2), (HANG_UP, 2), (CONNECT, 1)])
async def test_what_may_have_been_done_is_tried_again_only_where_that_is_harmless(
    operation: Operation, attempts: int, trouble: Exception
) -> None:
    azure = FakeAzure(trouble, httpx.Response(200))
    if attempts == 1:
        with pytest.raises(UpstreamError):
            await Wire(azure).send(operation)
    else:
        assert (await Wire(azure).send(operation)).status == 200

    assert len(azure.requests) == attempts


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(error, UpstreamUnreachable) for error in (NOT_CONNECTED[0], NOT_CONNECTED[2], *BROKEN)]
    + [(error, UpstreamTimeout) for error in (NOT_CONNECTED[1], *NO_ANSWER)],
)
async def test_what_stays_is_told_after_the_last_attempt(trouble: Exception, kind: type[UpstreamError]) -> None:
    azure = FakeAzure(*[trouble] * 5)
    with pytest.raises(kind) as caught:
        await Wire(azure).send()

    assert len(azure.requests) == MAX_ATTEMPTS
    assert caught.value.__cause__ is trouble


@pytest.mark.parametrize("status", [429, 503])
async def test_a_status_that_stays_is_the_answer(status: int) -> None:
    azure = FakeAzure(*[httpx.Response(status)] * 5)

    assert (await Wire(azure).send()).status == status
    assert len(azure.requests) == MAX_ATTEMPTS


@pytest.mark.parametrize("error", [httpx.UnsupportedProtocol("no"), httpx.DecodingError("no")])
async def test_other_faults_of_the_way_are_not_tried_again(error: Exception) -> None:
    azure = FakeAzure(error)
    with pytest.raises(UpstreamUnreachable):
        await Wire(azure).send()

    assert len(azure.requests) == 1


async def test_a_redirect_to_nowhere_is_malformed() -> None:
    azure = FakeAzure(httpx.Response(307, headers={"location": "A:0"}))
    with pytest.raises(UpstreamMalformed):
        await Wire(azure).send()

    assert len(azure.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_wait_that_the_service_asks_for_is_kept(status: int) -> None:
    wire = Wire(FakeAzure(refused(status, retry_after="3"), httpx.Response(200)))

    assert (await wire.send()).status == 200
    assert 3 <= wire.sleep.pauses[0] <= 3.25


@pytest.mark.parametrize("status", [429, 503])
async def test_a_wait_beyond_the_deadline_is_not_begun(status: int) -> None:
    wire = Wire(FakeAzure(refused(status, retry_after="8")))

    assert (await wire.send()).status == status
    assert wire.sleep.pauses == []


async def test_waits_add_up_against_the_one_deadline() -> None:
    azure = FakeAzure(*(refused(429, retry_after="4") for _ in range(3)))
    wire = Wire(azure)
    await wire.send()

    assert len(azure.requests) == 2


@pytest.mark.parametrize(("operation", "attempts"), [(MINT, MAX_ATTEMPTS), (CONNECT, 1)])
async def test_an_attempt_is_given_up_after_its_own_time(operation: Operation, attempts: int) -> None:
    network = Silent()
    with pytest.raises(UpstreamTimeout):
        await Wire(network).send(replace(operation, attempt_seconds=0.01))

    assert network.asked == attempts


async def test_an_attempt_ends_with_the_deadline() -> None:
    network, clock = Silent(), SystemClock()
    http = open_client(ENDPOINT, network)
    long = replace(MINT, attempt_seconds=600.0)
    async with asyncio.timeout(60):
        with pytest.raises(UpstreamTimeout):
            await UpstreamClient(http, clock).send(long, http.build_request("POST", URL), Deadline(clock, 0.01))

    assert network.asked == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"x" * (CONNECT.max_reply_bytes + 1)),
        httpx.Response(503, content=b"x" * (CONNECT.max_reply_bytes + 1)),
        httpx.Response(200, content=gzip.compress(b"{}"), headers={"content-encoding": "gzip"}),
    ],
)
async def test_an_answer_that_nobody_should_read_is_refused_once(answer: httpx.Response) -> None:
    azure = FakeAzure(answer)
    with pytest.raises(UpstreamMalformed):
        await Wire(azure).send(CONNECT)

    assert len(azure.requests) == 1


async def test_an_endless_answer_is_cut_off() -> None:
    taken = 0

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            nonlocal taken
            while True:
                taken += 1
                yield b"x" * 65_536

    with pytest.raises(UpstreamMalformed, match="far too long"):
        await Wire(FakeAzure(httpx.Response(200, stream=Endless()))).send()
    assert taken == MINT.max_reply_bytes // 65_536 + 1


async def test_each_request_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire(FakeAzure(refused(429, retry_after="2"), httpx.Response(200)))
    await wire.send()
    wire = Wire(FakeAzure(*[httpx.ConnectError(CANARY_KEY)] * 3))
    with pytest.raises(UpstreamUnreachable):
        await wire.send(CONNECT)

    answered, failed = [json.loads(record.getMessage()) for record in caplog.records if record.name == "voicemint"]
    assert 2000 <= answered.pop("milliseconds") <= 2250
    assert answered == {"event": "upstream_call", "operation": "mint", "attempts": 2, "upstream_status": 200}
    failed.pop("milliseconds")
    assert failed == {"event": "upstream_call", "operation": "connect", "attempts": 3, "error_type": "ConnectError"}


STEPS = st.lists(
    st.sampled_from([*NOT_CONNECTED, *BROKEN, *NO_ANSWER])
    | st.tuples(st.sampled_from([200, 400, 429, 500, 503]), st.sampled_from(["", "0", "1", "5", "60", "x", "-1"])),
    min_size=10,
    max_size=10,
)


@given(STEPS, st.sampled_from([MINT, CONNECT, HANG_UP]), st.floats(0.01, 20), st.integers(0, 2**32))
async def test_never_beyond_the_deadline_and_never_more_than_the_attempts(
    steps: list[Exception | tuple[int, str]], operation: Operation, seconds: float, seed: int
) -> None:
    azure = FakeAzure(
        *(
            step if isinstance(step, Exception) else httpx.Response(step[0], headers={"retry-after": step[1]})
            for step in steps
        )
    )
    clock = ManualClock()
    http = open_client(ENDPOINT, azure)
    client = UpstreamClient(http, clock, random=Random(seed), sleep=Patient(clock))
    deadline, started = Deadline(clock, seconds), clock.monotonic()
    with suppress(UpstreamError):
        await client.send(operation, http.build_request("POST", URL), deadline)

    assert 1 <= len(azure.requests) <= MAX_ATTEMPTS
    assert clock.monotonic() - started <= seconds
