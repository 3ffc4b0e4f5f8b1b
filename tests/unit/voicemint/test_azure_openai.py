"""The mint's HTTP: one request, bounded in time and size, and nothing of the answer beyond three fields."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.mint_support import EXPIRES_AT, SESSION_ID, FakeAzure, minted, refused
from voicemint.azure_openai import (
    KEEP_ALIVE_SECONDS,
    MAX_CONNECTIONS,
    MAX_REPLY_BYTES,
    AzureOpenAI,
    ClientSecret,
    open_client,
    webrtc_url,
)
from voicemint.credentials import AuthHeader
from voicemint.endpoint import Endpoint
from voicemint.errors import (
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
    VoicemintError,
)
from voicemint.masking import Secret

pytestmark = pytest.mark.anyio

ENDPOINT = Endpoint("https://res.openai.azure.com")
KEY = AuthHeader("api-key", Secret(CANARY_KEY))
SECRET = ClientSecret(Secret(f"ek_{CANARY_TOKEN}"), EXPIRES_AT, SESSION_ID)


def reach(azure: httpx.AsyncBaseTransport, clock: ManualClock | None = None, deadline: float = 8.0) -> AzureOpenAI:
    return AzureOpenAI(ENDPOINT, open_client(ENDPOINT, azure), clock or ManualClock(), deadline_seconds=deadline)


async def mint(azure: httpx.AsyncBaseTransport) -> ClientSecret:
    return await reach(azure).mint(KEY, {"type": "realtime"}, 60)


async def test_a_mint_is_one_post_with_the_lifetime_always_in_it() -> None:
    azure = FakeAzure()

    assert await mint(azure) == SECRET
    (sent,) = azure.requests
    assert (sent.method, str(sent.url)) == ("POST", "https://res.openai.azure.com/openai/v1/realtime/client_secrets")
    assert json.loads(sent.content) == {
        "expires_after": {"anchor": "created_at", "seconds": 60},
        "session": {"type": "realtime"},
    }


async def test_the_headers_are_the_credential_and_what_http_needs() -> None:
    azure = FakeAzure()
    await reach(azure).mint(AuthHeader("authorization", Secret(f"Bearer {CANARY_TOKEN}")), {}, 60)

    headers = dict(azure.requests[0].headers)
    assert headers.pop("user-agent").startswith("voicemint/")
    assert headers.pop("content-length").isdigit()
    assert headers == {
        "host": "res.openai.azure.com",
        "connection": "keep-alive",
        "accept": "application/json",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "authorization": f"Bearer {CANARY_TOKEN}",
    }


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b""),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, content=b"[" * 9000),
        httpx.Response(200, content=b"\xff"),
        httpx.Response(200, json={}),
        minted(value=""),
        minted(value=5),
        minted(value="two words"),
        minted(value="line\nend"),
        minted(value="x" * 4097),
        minted(expires_at="1800000060"),
        minted(expires_at=0),
        minted(expires_at=2**53),
        minted(expires_at=10**30),
        minted(session=None),
        minted(session={"id": ""}),
        minted(session={"id": "a\n"}),
        httpx.Response(200, content=b"x" * (MAX_REPLY_BYTES + 1)),
        httpx.Response(500, content=b"x" * (MAX_REPLY_BYTES + 1)),
        httpx.Response(200, content=gzip.compress(minted().content), headers={"content-encoding": "gzip"}),
        httpx.Response(302, headers={"location": "https://evil.example"}),
    ],
)
async def test_what_is_not_a_minted_secret_is_malformed(answer: httpx.Response) -> None:
    azure = FakeAzure(answer)
    with pytest.raises(UpstreamMalformed) as caught:
        await mint(azure)

    assert caught.value.__cause__ is None
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
        await mint(FakeAzure(httpx.Response(200, stream=Endless())))
    assert taken == MAX_REPLY_BYTES // 65_536 + 1


async def test_a_refusal_is_told_by_its_status_and_not_repeated() -> None:
    azure = FakeAzure(refused(400, "invalid_value"))
    with pytest.raises(UpstreamRejected):
        await mint(azure)

    assert len(azure.requests) == 1


@pytest.mark.parametrize(
    "broken",
    [
        httpx.ConnectError("refused"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
    ],
)
async def test_a_connection_that_broke_is_tried_once_more(broken: Exception) -> None:
    azure = FakeAzure(broken)
    assert await mint(azure) == SECRET
    assert len(azure.requests) == 2

    azure = FakeAzure(broken, broken)
    with pytest.raises(UpstreamUnreachable):
        await mint(azure)
    assert len(azure.requests) == 2


@pytest.mark.parametrize("kind", [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout])
async def test_a_time_out_is_not_tried_again(kind: type[httpx.TimeoutException]) -> None:
    azure = FakeAzure(kind("slow"))
    with pytest.raises(UpstreamTimeout):
        await mint(azure)

    assert len(azure.requests) == 1


@pytest.mark.parametrize("error", [httpx.ProxyError("no"), httpx.UnsupportedProtocol("no"), httpx.DecodingError("no")])
async def test_other_faults_of_the_way_are_unreachable(error: Exception) -> None:
    with pytest.raises(UpstreamUnreachable):
        await mint(FakeAzure(error))


async def test_the_whole_mint_has_a_deadline() -> None:
    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    with pytest.raises(UpstreamTimeout):
        await reach(Silent(), deadline=0.01).mint(KEY, {}, 60)


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectError(CANARY_KEY), refused(401, CANARY_KEY, CANARY_KEY), httpx.Response(200, text=CANARY_KEY)],
)
async def test_no_error_repeats_what_came_or_was_sent(answer: httpx.Response | Exception) -> None:
    with pytest.raises(VoicemintError) as caught:
        await mint(FakeAzure(answer, answer))

    assert CANARY_KEY not in f"{caught.value!r}{caught.value.detail}{caught.value.hint}"


async def test_warming_opens_a_connection_without_a_credential() -> None:
    azure = FakeAzure(httpx.Response(404))
    await reach(azure).warm_up()

    (sent,) = azure.requests
    assert (sent.method, str(sent.url)) == ("HEAD", "https://res.openai.azure.com/")
    assert not {"api-key", "authorization"} & set(sent.headers)


async def test_warming_is_needless_while_a_connection_is_kept() -> None:
    azure, clock = FakeAzure(), ManualClock()
    upstream = reach(azure, clock)
    await upstream.mint(KEY, {}, 60)
    await upstream.warm_up()
    assert len(azure.requests) == 1

    await clock.advance(KEEP_ALIVE_SECONDS)
    await upstream.warm_up()
    await upstream.warm_up()
    assert [request.method for request in azure.requests] == ["POST", "HEAD"]


async def test_warming_that_fails_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    await reach(FakeAzure(httpx.ConnectError(CANARY_KEY))).warm_up()

    assert [record.getMessage() for record in caplog.records] == ['warm_up_failed {"error_type": "ConnectError"}']


async def test_closing_closes_the_connections() -> None:
    azure = FakeAzure()
    await reach(azure).close()

    assert azure.closed


def test_the_address_for_the_browser_is_complete() -> None:
    assert webrtc_url(ENDPOINT, "open") == "https://res.openai.azure.com/openai/v1/realtime/calls"
    assert webrtc_url(ENDPOINT, "private") == "https://res.openai.azure.com/openai/v1/realtime/calls?webrtcfilter=on"


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server on a real socket that mints for whoever asks: its port, and the first line of each connection."""
    opened: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = minted().content
        first = True
        while head := await _head(reader):
            if first:
                opened.append(head.partition(b"\r\n")[0])
            first = False
            length = re.search(rb"content-length: (\d+)", head.lower())
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], opened


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return b""


async def test_a_hundred_mints_share_a_handful_of_connections() -> None:
    async with serving() as (port, opened):
        endpoint = Endpoint(f"http://127.0.0.1:{port}", loopback=True)
        upstream = AzureOpenAI(endpoint, open_client(endpoint), ManualClock())
        secrets = await asyncio.gather(*(upstream.mint(KEY, {}, 60) for _ in range(100)))
        await upstream.close()

    assert secrets == [SECRET] * 100
    assert len(opened) <= MAX_CONNECTIONS


async def test_a_proxy_of_the_environment_is_for_azure_and_not_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as (port, opened):
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        for name in ("NO_PROXY", "no_proxy", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        local = Endpoint(f"http://127.0.0.1:{port}", loopback=True)
        for endpoint in (local, ENDPOINT):
            upstream = AzureOpenAI(endpoint, open_client(endpoint), ManualClock())
            await upstream.warm_up()
            await upstream.close()

    assert opened == [b"HEAD / HTTP/1.1", b"CONNECT res.openai.azure.com:443 HTTP/1.1"]
