"""One address for both halves, and only for this machine's own names."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from local_host.one_address import OneAddress, host_of, is_own_name

pytestmark = pytest.mark.anyio


def client(prefix: str = "api", **options: Any) -> httpx.AsyncClient:
    app = OneAddress(
        PlainTextResponse("function"), PlainTextResponse("site"), prefix=prefix, **{"bound_to": "127.0.0.1", **options}
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:7071")


@pytest.mark.parametrize(
    ("path", "half"),
    [("/", "site"), ("/api", "function"), ("/API/x", "function"), ("/apix", "site"), ("/js/api/x", "site")],
)
async def test_the_prefix_decides(path: str, half: str) -> None:
    assert (await client().get(path)).text == half


async def test_without_a_prefix_everything_is_a_function() -> None:
    assert (await client(prefix="").get("/x")).text == "function"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.nip.io:7071", "10.0.0.1", "", "localhost.evil.example"])
async def test_a_foreign_name_is_refused(host: str) -> None:
    reply = await client().get("/api/config", headers={"host": host})
    assert reply.status_code == 421
    assert "function" not in reply.text


@pytest.mark.parametrize("host", ["localhost:7071", "127.0.0.1", "[::1]:7071", "app.localhost"])
async def test_loopback_names_are_answered(host: str) -> None:
    assert (await client().get("/", headers={"host": host})).status_code == 200


async def test_an_own_name_is_answered() -> None:
    assert (await client(own_names=["Dev.Example"]).get("/", headers={"host": "dev.example:80"})).status_code == 200


async def test_two_host_headers_are_refused() -> None:
    scope = {"type": "http", "path": "/", "headers": [(b"host", b"localhost"), (b"host", b"evil.example")]}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    app = OneAddress(PlainTextResponse("f"), PlainTextResponse("s"), prefix="api", bound_to="127.0.0.1")
    await app({**scope, "method": "GET"}, receive, send)
    assert sent[0]["status"] == 421


@pytest.mark.parametrize(
    ("header", "bound_to", "own"),
    [
        ("192.168.1.5:7071", "192.168.1.5", True),
        ("192.168.1.5:7071", "0.0.0.0", True),  # noqa: S104
        ("[fe80::1]:7071", "::", True),
        ("192.168.1.6:7071", "192.168.1.5", False),
        ("evil.example", "0.0.0.0", False),  # noqa: S104
    ],
)
def test_on_a_wider_address_literal_addresses_are_own(header: str, bound_to: str, own: bool) -> None:
    assert is_own_name(header, bound_to) is own


@pytest.mark.parametrize(
    ("header", "host"),
    [("A.Example:80", "a.example"), ("[::1]:80", "::1"), ("[::1", "::1"), ("a.example.", "a.example"), ("", "")],
)
def test_host_of(header: str, host: str) -> None:
    assert host_of(header) == host
