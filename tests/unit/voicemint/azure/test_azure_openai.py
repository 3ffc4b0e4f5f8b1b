"""What is said to Azure OpenAI, and what of its answers is taken: mint, connect, hang up, check. Sending has a test of
its own."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY, CANARY_TOKEN
from tests.mint_support import FakeAzure, minted, refused
from tests.upstream_support import (
    CALL_ID,
    ENDPOINT,
    KEY,
    SDP,
    SECRET,
    Silent,
    connect,
    mint,
    reach,
    soon,
)
from voicemint.azure.azure_openai import (
    KEEP_ALIVE_SECONDS,
    MINT,
    AzureOpenAI,
    open_client,
    webrtc_url,
)
from voicemint.azure.credentials import AuthHeader
from voicemint.azure.upstream_client import MAX_CONNECTIONS
from voicemint.endpoint import Endpoint
from voicemint.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
    VoicemintError,
)
from voicemint.masking import Secret
from voicemint.timing import Deadline, SystemClock

pytestmark = pytest.mark.anyio


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
    await reach(azure).mint(AuthHeader("authorization", Secret(f"Bearer {CANARY_TOKEN}")), {}, 60, soon())

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
        httpx.Response(200, content=b"x" * (MINT.max_reply_bytes + 1)),
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


async def test_a_refusal_is_told_by_its_status_and_not_repeated() -> None:
    azure = FakeAzure(refused(400, "invalid_value"))
    with pytest.raises(UpstreamRejected):
        await mint(azure)

    assert len(azure.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectError(CANARY_KEY), refused(401, CANARY_KEY, CANARY_KEY), httpx.Response(201, text=CANARY_KEY)],
)
async def test_no_error_repeats_what_came_or_was_sent(answer: httpx.Response | Exception) -> None:
    for ask in (mint, connect):
        with pytest.raises(VoicemintError) as caught:
            await ask(FakeAzure(*[answer] * 3))
        assert CANARY_KEY not in f"{caught.value!r}{caught.value.detail}{caught.value.hint}"


HEADER = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60)


@given(
    st.integers(200, 599),
    st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f"v=0{text}".encode()),
    st.dictionaries(st.sampled_from(["location", "content-type", "retry-after", "x"]), HEADER),
)
@example(201, b"[" * 9000, {"location": f"/{CALL_ID}"})
@example(201, SDP.encode(), {"location": f"/{CALL_ID}"})
@example(307, b"", {"location": "A:0"})
async def test_whatever_comes_is_an_answer_or_an_error_of_ours(
    status: int, content: bytes, headers: dict[str, str]
) -> None:
    def answers() -> FakeAzure:
        return FakeAzure(*(httpx.Response(status, headers=headers, content=content) for _ in range(3)))

    with suppress(UpstreamError):
        assert (await mint(answers())).expires_at > 0
    with suppress(UpstreamError):
        call = await connect(answers())
        assert call.answer.startswith("v=0")
        assert re.fullmatch(r"rtc_[A-Za-z0-9_-]{1,128}", call.upstream_id)
    with suppress(UpstreamError):
        await reach(answers()).hang_up(KEY, CALL_ID, soon())


@pytest.mark.parametrize("status", [200, 307, 401, 404, 503])
async def test_the_endpoint_is_there_if_it_answers_at_all(status: int) -> None:
    azure = FakeAzure(httpx.Response(status, headers={"location": "A:0"}))
    await reach(azure).check(soon())

    (sent,) = azure.requests
    assert (sent.method, str(sent.url)) == ("HEAD", "https://res.openai.azure.com/")
    assert not {"api-key", "authorization"} & set(sent.headers)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (httpx.ConnectError(CANARY_KEY), UpstreamUnreachable),
        (httpx.ConnectTimeout(CANARY_KEY), UpstreamTimeout),
        (ConnectionResetError(CANARY_KEY), UpstreamUnreachable),
    ],
)
async def test_an_endpoint_that_does_not_answer_is_an_error(trouble: Exception, kind: type[UpstreamError]) -> None:
    with pytest.raises(kind) as caught:
        await reach(FakeAzure(trouble)).check(soon())

    assert CANARY_KEY not in f"{caught.value.detail}{caught.value.hint}"


async def test_a_check_that_hangs_is_given_up() -> None:
    with pytest.raises(UpstreamTimeout):
        await reach(Silent()).check(Deadline(SystemClock(), 0.01))


async def test_warming_opens_a_connection_without_a_credential() -> None:
    azure = FakeAzure(httpx.Response(404))
    await reach(azure).warm_up()

    (sent,) = azure.requests
    assert (sent.method, str(sent.url)) == ("HEAD", "https://res.openai.azure.com/")
    assert not {"api-key", "authorization"} & set(sent.headers)


async def test_warming_is_needless_while_a_connection_is_kept() -> None:
    azure, clock = FakeAzure(), ManualClock()
    upstream = reach(azure, clock)
    await upstream.mint(KEY, {}, 60, soon())
    await upstream.warm_up()
    assert len(azure.requests) == 1

    await clock.advance(KEEP_ALIVE_SECONDS)
    await upstream.warm_up()
    await upstream.warm_up()
    assert [request.method for request in azure.requests] == ["POST", "HEAD"]


async def test_warming_that_fails_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    await reach(FakeAzure(httpx.ConnectError(CANARY_KEY))).warm_up()

    assert [record.getMessage() for record in caplog.records] == [
        '{"event": "warm_up_failed", "error_type": "ConnectError"}'
    ]


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
        clock = SystemClock()
        upstream = AzureOpenAI(endpoint, open_client(endpoint), clock)
        secrets = await asyncio.gather(*(upstream.mint(KEY, {}, 60, Deadline(clock, 60)) for _ in range(100)))
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
