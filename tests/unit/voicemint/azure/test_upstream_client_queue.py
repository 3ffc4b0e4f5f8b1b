"""The queue before Azure OpenAI, the breaker in it, and who may pass both."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from simulator.clock import ManualClock
from tests.mint_support import FakeAzure
from tests.upstream_support import BROKEN, ENDPOINT, NO_ANSWER, NOT_CONNECTED, URL, Silent, Slow, Wire
from voicemint.azure.azure_openai import HANG_UP, MINT, open_client
from voicemint.azure.circuit_breaker import OPEN_SECONDS, CircuitBreaker
from voicemint.azure.upstream_client import MAX_CONNECTIONS, URGENT_CONNECTIONS, UpstreamClient
from voicemint.errors import UpstreamError, UpstreamTimeout, UpstreamUnreachable
from voicemint.timing import Deadline, SystemClock

pytestmark = pytest.mark.anyio

ORDINARY = MAX_CONNECTIONS - URGENT_CONNECTIONS


async def test_a_thousand_wait_for_a_handful_of_connections_and_all_are_answered() -> None:
    network = Slow()
    wire = Wire(network)
    asking = [asyncio.create_task(wire.send()) for _ in range(1000)]
    await asyncio.sleep(0)
    network.go.set()

    assert {answer.status for answer in await asyncio.gather(*asking)} == {200}
    assert network.most == ORDINARY


async def test_whose_turn_does_not_come_is_told_so_and_the_service_is_not_blamed() -> None:
    network, clock = Slow(), SystemClock()
    http = open_client(ENDPOINT, network)
    breaker = CircuitBreaker(ManualClock(), failures=1)
    client = UpstreamClient(http, clock, breaker=breaker)
    request = http.build_request("POST", URL)
    busy = [asyncio.create_task(client.send(MINT, request, Deadline(clock, 60))) for _ in range(ORDINARY)]
    await asyncio.sleep(0)

    with pytest.raises(UpstreamTimeout, match="Too many requests") as caught:
        await client.send(MINT, request, Deadline(clock, 0.01))
    assert caught.value.retry_after == 5
    network.go.set()
    assert {answer.status for answer in await asyncio.gather(*busy)} == {200}


async def test_who_leaves_while_waiting_or_sending_leaves_room() -> None:
    network = Slow()
    wire = Wire(network, failures=1)
    asking = [asyncio.create_task(wire.send()) for _ in range(3 * MAX_CONNECTIONS)]
    await asyncio.sleep(0)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    network.go.set()
    answers = await asyncio.gather(*(wire.send() for _ in range(2 * MAX_CONNECTIONS)))

    assert {answer.status for answer in answers} == {200}


@pytest.mark.parametrize("trouble", [*NOT_CONNECTED, *BROKEN, *NO_ANSWER, 500, 503])
async def test_failures_of_the_service_open_the_breaker(trouble: Exception | int) -> None:
    azure = FakeAzure(*(httpx.Response(trouble) if isinstance(trouble, int) else trouble for _ in range(3)))
    wire = Wire(azure, failures=3)
    if isinstance(trouble, int):
        await wire.send()
    else:
        with pytest.raises(UpstreamError):
            await wire.send()
    asked = len(azure.requests)

    with pytest.raises(UpstreamUnreachable, match="failed several times"):
        await wire.send()
    assert len(azure.requests) == asked == 3
    await wire.clock.advance(OPEN_SECONDS)
    assert (await wire.send()).status == 200


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
async def test_refusals_do_not_open_the_breaker(status: int) -> None:
    azure = FakeAzure(*(httpx.Response(status) for _ in range(6)))
    wire = Wire(azure, failures=1)

    assert [(await wire.send()).status, (await wire.send()).status] == [status] * 2


async def test_a_time_out_of_an_attempt_with_little_time_does_not_count() -> None:
    clock = SystemClock()
    http = open_client(ENDPOINT, Silent())
    breaker = CircuitBreaker(clock, failures=1)
    client = UpstreamClient(http, clock, breaker=breaker)
    for _ in range(3):
        with pytest.raises(UpstreamTimeout):
            await client.send(MINT, http.build_request("POST", URL), Deadline(clock, 0.01))

    with breaker.passage():
        pass


async def test_nothing_but_its_like_holds_up_a_hang_up() -> None:
    network = Slow()
    wire = Wire(network)
    minting = [asyncio.create_task(wire.send()) for _ in range(3 * MAX_CONNECTIONS)]
    await asyncio.sleep(0)
    assert network.now == ORDINARY
    hanging_up = [asyncio.create_task(wire.send(HANG_UP)) for _ in range(5)]
    await asyncio.sleep(0)
    assert network.now == MAX_CONNECTIONS
    network.go.set()
    answers = await asyncio.gather(*hanging_up, *minting)

    assert {answer.status for answer in answers} == {200}
    assert network.most == MAX_CONNECTIONS, "so nobody waits in httpx, where waiting would look like a slow service"


async def test_an_open_breaker_does_not_stop_a_hang_up() -> None:
    wire = Wire(FakeAzure(*(httpx.Response(500) for _ in range(3)), httpx.Response(200)), failures=3)
    await wire.send()

    assert (await wire.send(HANG_UP)).status == 200
