"""Calls at Azure OpenAI: the offer that begins one, the answer that is taken, and hanging up."""

from __future__ import annotations

import httpx
import pytest

from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.mint_support import FakeAzure, refused
from tests.upstream_support import (
    CALL_ID,
    KEY,
    OFFER,
    SDP,
    SECRET,
    connect,
    connected,
    reach,
    soon,
)
from voicemint.azure.azure_openai import (
    CONNECT,
    ConnectedCall,
)
from voicemint.errors import (
    UpstreamAuth,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
)

pytestmark = pytest.mark.anyio


async def test_connecting_posts_the_offer_with_the_secret_and_nothing_else() -> None:
    azure = FakeAzure(connected())
    call = await connect(azure)

    assert (call.answer, call.upstream_id) == (SDP, CALL_ID)
    (sent,) = azure.requests
    assert (sent.method, str(sent.url)) == ("POST", "https://res.openai.azure.com/openai/v1/realtime/calls")
    assert sent.content == OFFER.encode()
    assert sent.headers["content-type"] == "application/sdp"
    assert sent.headers["authorization"] == f"Bearer ek_{CANARY_TOKEN}"
    assert "api-key" not in sent.headers


async def test_the_private_filter_is_in_the_address_of_the_offer() -> None:
    azure = FakeAzure(connected())
    await connect(azure, "private")

    assert str(azure.requests[0].url).endswith("/calls?webrtcfilter=on")


async def test_an_offer_that_cannot_be_written_is_sent_as_far_as_it_can() -> None:
    azure = FakeAzure(refused(400, "invalid_offer"))
    with pytest.raises(UpstreamRejected, match="offer"):
        await reach(azure).connect(SECRET, "v=0\ud800", soon())

    assert azure.requests[0].content == b"v=0?"


def test_a_connected_call_prints_neither_secret_nor_answer() -> None:
    assert repr(ConnectedCall(SDP, CALL_ID)) == f"ConnectedCall(upstream_id='{CALL_ID}')"
    assert CANARY_TOKEN not in repr(SECRET)


@pytest.mark.parametrize(
    "answer",
    [
        connected(b""),
        connected(b"\xff"),
        connected("<html>"),
        connected(f" {SDP}"),
        connected("v=1\r\n"),
        connected(f"{SDP}\x00"),
        connected(f"{SDP}\x1b[31m"),
        connected(SDP.ljust(CONNECT.max_reply_bytes + 1)),
        httpx.Response(201, text=SDP),
        connected(location=""),
        connected(location="/v1/realtime/calls/"),
        connected(location=f"/v1/realtime/calls/{CALL_ID}/"),
        connected(location="/v1/realtime/calls/sess_0123"),
        connected(location="/v1/realtime/calls/rtc_"),
        connected(location="/v1/realtime/calls/rtc_a b"),
        connected(location=f"/v1/realtime/calls/rtc_{'a' * 129}"),
        connected(location="/v1/realtime/calls/rtc_a?x=y"),
        httpx.Response(302, headers={"location": f"/v1/realtime/calls/{CALL_ID}"}, text=SDP),
    ],
)
async def test_what_is_not_a_call_is_malformed(answer: httpx.Response) -> None:
    azure = FakeAzure(answer)
    with pytest.raises(UpstreamMalformed) as caught:
        await connect(azure)

    assert caught.value.__cause__ is None
    assert len(azure.requests) == 1


@pytest.mark.parametrize("location", [CALL_ID, f"https://res.openai.azure.com/openai/v1/realtime/calls/{CALL_ID}"])
async def test_any_form_of_the_location_names_the_call(location: str) -> None:
    assert (await connect(FakeAzure(connected(location=location)))).upstream_id == CALL_ID


async def test_an_offer_is_not_sent_twice_where_a_call_may_exist() -> None:
    azure = FakeAzure(httpx.ReadTimeout("slow"), connected())
    with pytest.raises(UpstreamTimeout):
        await connect(azure)

    assert len(azure.requests) == 1


@pytest.mark.parametrize("status", [200, 202, 204, 404])
async def test_a_call_that_was_hung_up_or_is_gone_is_ended(status: int) -> None:
    azure = FakeAzure(httpx.Response(status))
    was_there = await reach(azure).hang_up(KEY, CALL_ID, soon())

    assert was_there == (status != 404)
    (sent,) = azure.requests
    assert (sent.method, sent.url.path) == ("POST", f"/openai/v1/realtime/calls/{CALL_ID}/hangup")
    assert (sent.headers["api-key"], sent.content) == (CANARY_KEY, b"")


@pytest.mark.parametrize(
    ("status", "kind"), [(400, UpstreamRejected), (401, UpstreamAuth), (302, UpstreamMalformed), (500, UpstreamError)]
)
async def test_a_call_that_may_still_be_there_is_not_called_ended(status: int, kind: type[UpstreamError]) -> None:
    with pytest.raises(kind):
        await reach(FakeAzure(*(httpx.Response(status) for _ in range(3)))).hang_up(KEY, CALL_ID, soon())


@pytest.mark.parametrize("call_id", ["", "rtc_", "../client_secrets", "rtc_a/../../x", "rtc_a?x", "rtc_a\n"])
async def test_what_cannot_be_a_calls_id_reaches_no_address(call_id: str) -> None:
    azure = FakeAzure()
    with pytest.raises(ValueError, match="not the id of a call"):
        await reach(azure).hang_up(KEY, call_id, soon())

    assert azure.requests == []
