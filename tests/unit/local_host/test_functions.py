"""The adapter serves a real FunctionApp and shows a function what the Functions host would show it."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import Any

import azure.functions as func
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_host.functions import Functions, http_functions, joined_headers, query_parameters, route_prefix
from local_host.indexing import index

pytestmark = pytest.mark.anyio


def echo_app() -> func.FunctionApp:
    """An app whose functions answer with what they were given."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    def told(req: func.HttpRequest, **more: Any) -> func.HttpResponse:
        seen = {
            "method": req.method,
            "url": req.url,
            "headers": dict(req.headers),
            "params": dict(req.params),
            "route": dict(req.route_params),
            "body": req.get_body().decode(),
        }
        return func.HttpResponse(json.dumps({**seen, **more}), mimetype="application/json")

    @app.route(route="echo/{id?}")
    async def echo(req: func.HttpRequest) -> func.HttpResponse:
        return told(req)

    @app.route(route="sync", methods=["POST"])
    def sync(req: func.HttpRequest) -> func.HttpResponse:
        return told(req, on_main_thread=threading.current_thread() is threading.main_thread())

    @app.route(route="twice", methods=["GET"])
    async def get_twice(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("got", status_code=202, headers={"X-One": "1", "Set-Cookie": "a=b; Path=/; HttpOnly"})

    @app.route(route="twice", methods=["DELETE"])
    async def delete_twice(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(status_code=204)

    @app.route(route="text")
    async def text(req: func.HttpRequest) -> str:
        return "grüß"

    @app.route(route="fails")
    async def fails(req: func.HttpRequest) -> func.HttpResponse:
        raise RuntimeError("secret detail")

    @app.route(route="nothing")
    async def nothing(req: func.HttpRequest) -> None:
        return None

    return app


@pytest.fixture
def client() -> httpx.AsyncClient:
    host = Functions(http_functions(index(echo_app())["httpTrigger"]), body_limit=1000)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=host), base_url="http://127.0.0.1:7071")


async def test_a_request_arrives_as_the_host_passes_it_on(client: httpx.AsyncClient) -> None:
    headers = [("X-Two", "a"), ("x-two", "b"), ("X-Case", "V")]
    reply = await client.post("/api/echo/7?q=1&q=2&Q=3&empty=&flag&p=a+b", headers=headers, content=b"hello")
    seen = reply.json()
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert seen["method"] == "POST"
    assert seen["url"] == "http://127.0.0.1:7071/api/echo/7?q=1&q=2&Q=3&empty=&flag&p=a+b"
    assert seen["headers"]["x-two"] == "a,b"
    assert seen["headers"]["x-case"] == "V"
    assert seen["params"] == {"q": "1,2,3", "p": "a b"}
    assert seen["route"] == {"id": "7"}
    assert seen["body"] == "hello"


async def test_an_optional_segment_may_be_absent(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/echo")).json()["route"] == {}


async def test_a_chunked_body_arrives_empty(client: httpx.AsyncClient) -> None:
    async def pieces() -> Any:
        yield b"lost"

    reply = await client.post("/api/echo", content=pieces())
    assert reply.json()["body"] == ""


async def test_a_body_over_the_limit_is_refused_unread(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/echo", content=b"x" * 1001)).status_code == 413
    assert (await client.post("/api/echo", content=b"x" * 1000)).status_code == 200


async def test_a_plain_def_runs_off_the_event_loop(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/sync", content=b"x")).json()["on_main_thread"] is False


async def test_one_route_two_methods(client: httpx.AsyncClient) -> None:
    got = await client.get("/api/twice")
    assert (got.status_code, got.text, got.headers["x-one"]) == (202, "got", "1")
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    assert got.headers["set-cookie"] == "a=b; HttpOnly; Path=/"
    gone = await client.delete("/api/twice")
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-length" not in gone.headers


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/nowhere"), ("GET", "/api/sync"), ("PUT", "/api/twice")])
async def test_an_unknown_route_and_a_wrong_method_are_404(client: httpx.AsyncClient, method: str, path: str) -> None:
    reply = await client.request(method, path)
    assert (reply.status_code, reply.content) == (404, b"")


async def test_text_is_a_reply(client: httpx.AsyncClient) -> None:
    reply = await client.get("/api/text")
    assert (reply.status_code, reply.text) == (200, "grüß")


@pytest.mark.parametrize("path", ["/api/fails", "/api/nothing"])
async def test_what_goes_wrong_is_an_empty_500(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = await client.get(path)
    assert (reply.status_code, reply.content) == (500, b"")
    assert "failed" in caplog.text


async def test_a_client_that_leaves_halfway_runs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    arriving = [{"type": "http.request", "body": b"ha", "more_body": True}, {"type": "http.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return arriving.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "raw_path": b"/api/fails", "headers": [(b"content-length", b"9")]}
    await Functions(http_functions(index(echo_app())["httpTrigger"]))(scope, receive, send)
    assert (sent, arriving, caplog.text) == ([], [], "")


def test_functions_are_tried_by_name_without_regard_to_case() -> None:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route(route="x/{*rest}")
    async def Zebra(req: func.HttpRequest) -> str:  # noqa: N802 - the order must not depend on case
        return "z"

    @app.route(route="x/y")
    async def ant(req: func.HttpRequest) -> str:
        return "a"

    assert [function.name for function in http_functions(index(app)["httpTrigger"])] == ["ant", "Zebra"]


def test_a_signature_that_does_not_match_stops_the_app() -> None:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route(route="x", trigger_arg_name="req")
    async def odd(request: func.HttpRequest) -> str:
        return ""

    with pytest.raises(ValueError, match="'odd' must take exactly these parameters: req"):
        http_functions(index(app)["httpTrigger"])


@pytest.mark.parametrize(
    ("content", "prefix"),
    [
        (None, "api"),
        ('{"version": "2.0"}', "api"),
        ('{"extensions": {"http": {"routePrefix": "v1/x"}}}', "v1/x"),
        ('{"extensions": {"http": {"routePrefix": ""}}}', ""),
    ],
)
def test_the_prefix_comes_from_host_json(tmp_path: Path, content: str | None, prefix: str) -> None:
    if content is not None:
        (tmp_path / "host.json").write_text(content)
    assert route_prefix(tmp_path / "host.json") == prefix


@pytest.mark.parametrize("content", ["{", "[]", '{"extensions": {"http": {"routePrefix": 1}}}'])
def test_a_broken_host_json_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "host.json").write_text(content)
    with pytest.raises(ValueError, match=r"host\.json"):
        route_prefix(tmp_path / "host.json")


def test_headers_are_joined_by_a_comma_without_a_space() -> None:
    assert joined_headers([(b"A", b"1"), (b"b", b"2"), (b"a", b"3")]) == {"a": "1,3", "b": "2"}


def test_empty_query_values_are_dropped() -> None:
    assert query_parameters("a=&b=1&c") == {"b": "1"}


@given(st.text(max_size=80))
def test_any_query_is_read(query: str) -> None:
    assert all(query_parameters(query).values())
