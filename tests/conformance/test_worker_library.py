"""The app under Microsoft's own worker library, and the local host beside it: the same answers to the same requests.

Each way runs in a child process, because both keep module state and a function app can be indexed only once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.azure.doubles import child_environment, start
from tests.integration.offline_azure import bare_environment, silent_openai
from voicemint.leash.leashed_call import LeashedCall, encode
from voicemint.leash.queue_leash import QUEUE_NAME

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13),
    reason="platform: azure-functions-runtime, Microsoft's worker library, is made for Python 3.13 and later only",
)

REPOSITORY = Path(__file__).parents[2]

Asked = dict[str, Any]
Ways = tuple[dict[str, Any], ...]
"""What the worker library made of some requests, and what the local host did."""

ECHO = """
import json
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

def told(req):
    seen = [req.method, req.url, dict(req.headers), dict(req.params), dict(req.route_params), req.get_body().decode()]
    return json.dumps(seen, sort_keys=True)

@app.route(route="echo/{id?}")
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(told(req), mimetype="application/json")

@app.route(route="sync", methods=["POST"])
def sync(req: func.HttpRequest) -> func.HttpResponse:
    body = req.get_json()
    cookies = {"Set-Cookie": "a=1; Path=/", "X-Seen": str(body["n"])}
    return func.HttpResponse(told(req), status_code=202, headers=cookies, mimetype="text/html", charset="latin-1")

@app.route(route="empty")
async def empty(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=204, headers={"X-Empty": "1"})

@app.route(route="fails")
async def fails(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("no")

@app.route(route="fails-too")
def fails_too(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("no")

@app.route(route="nothing")
async def nothing(req: func.HttpRequest) -> func.HttpResponse:
    return None

got = []

def take(message):
    times = [str(time) for time in (message.insertion_time, message.expiration_time, message.time_next_visible)]
    got.append([message.id, message.pop_receipt, message.get_body().decode(), message.dequeue_count, *times])
    if b"fail" in message.get_body():
        raise RuntimeError("no")

@app.queue_trigger(arg_name="message", queue_name="jobs", connection="JOBS")
async def job(message: func.QueueMessage) -> None:
    take(message)

@app.queue_trigger(arg_name="message", queue_name="more-jobs", connection="JOBS")
def sync_job(message: func.QueueMessage) -> None:
    take(message)

@app.queue_trigger(arg_name="message", queue_name="odd-jobs", connection="JOBS")
async def odd_job(message: func.QueueMessage):
    return "a function without an output must not"

@app.route(route="got")
async def what_got(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(got), mimetype="application/json")
"""

QUEUES = "http://127.0.0.1:1/devstoreaccount1"
"""Nothing listens there: both ways are handed their messages."""


def asked(function: str, method: str, path: str, *, body: str = "", **more: Any) -> Asked:
    """A request; `headers` and `query` are lists of pairs, `params` what the host makes of the route."""
    length = [["Content-Length", str(len(body.encode()))]] if body or method in ("POST", "PUT", "PATCH") else []
    headers = [["Host", "127.0.0.1:7071"], *more.pop("headers", []), *length]
    return (
        {"function": function, "method": method, "path": path, "body": body, "query": [], "params": {}}
        | more
        | {"headers": headers}
    )


def message(function: str, text: str, attempt: int = 1) -> Asked:
    """A message in the queue of `function`."""
    return {"function": function, "text": text, "attempt": attempt}


def run(way: str, directory: Path, requests: list[Asked], environment: dict[str, str]) -> dict[str, Any]:
    """The functions that were found and the replies, by `worker` or by `local_host`."""
    done = subprocess.run(
        [sys.executable, "-W", "error", Path(__file__).with_name("answers.py"), way, directory],
        input=json.dumps(requests),
        env=child_environment({**bare_environment(), "PYTHONPATH": str(REPOSITORY)}, environment),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


OUR_REQUESTS = [
    asked("health", "GET", "/api/health"),
    asked("health", "POST", "/api/health", body="{}"),
    asked("config", "GET", "/api/config", query=[["x", "1"]]),
    asked("config", "DELETE", "/api/config"),
    asked("session", "POST", "/api/session", body="{}", headers=[["Content-Type", "application/json"]]),
    asked("session", "POST", "/api/session"),
    asked(
        "session", "POST", "/api/session", body='{"persona":"designer"}', headers=[["Content-Type", "application/json"]]
    ),
    asked("session", "POST", "/api/session", body='{"colour":1}', headers=[["Content-Type", "application/json"]]),
    asked("session", "POST", "/api/session", body="{", headers=[["Content-Type", "application/json"]]),
    asked("session", "POST", "/api/session", body="x=1", headers=[["Content-Type", "text/plain"]]),
    asked("session", "POST", "/api/session", headers=[["Origin", "https://evil.example"]]),
    asked("session", "OPTIONS", "/api/session"),
    asked("call", "POST", "/api/call", body='{"sdp":"x"}', headers=[["Content-Type", "application/json"]]),
    asked("one_call", "DELETE", f"/api/call/{'0' * 32}", params={"id": "0" * 32}),
    asked("one_call", "DELETE", "/api/call/a%20b", params={"id": "a b"}),
    asked("ready", "GET", "/api/ready"),
    asked("openapi", "GET", "/api/openapi.json"),
    message("end_call", "not a call"),
    message("end_call", encode(LeashedCall("a" * 32, "b" * 32, f"rtc_{'c' * 32}", 1_800_000_000)), attempt=2),
]
ROUTES = {
    "session": "session",
    "call": "call",
    "one_call": "call/{id}",
    "config": "config",
    "health": "health",
    "ready": "ready",
    "openapi": "openapi.json",
}
VOLATILE_HEADERS = ("x-request-id", "server-timing")
VOLATILE_FIELDS = ("request_id", "id", "expires_at", "server_time", "client_secret")


def settled(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply with what differs from call to call blanked, but still there."""
    if "headers" not in reply:
        return reply
    headers = {name: "…" if name in VOLATILE_HEADERS else value for name, value in reply["headers"].items()}
    body = json.loads(reply["body"]) if reply["body"] else None
    if isinstance(body, dict):
        body = {name: "…" if name in VOLATILE_FIELDS else value for name, value in body.items()}
    return {**reply, "headers": headers, "body": body}


@pytest.fixture(scope="module")
def ours() -> Iterator[Ways]:
    """What both ways make of `OUR_REQUESTS` with a managed identity and Azure OpenAI at hand."""
    with start(silent_openai) as doubles:
        environment = {**doubles.environment("entra"), "CALL_QUEUE__queueServiceUri": QUEUES}
        yield tuple(run(way, REPOSITORY, OUR_REQUESTS, environment) for way in ("worker", "local_host"))


def test_every_function_of_the_app_has_a_case(ours: Ways) -> None:
    assert set(ours[0]["functions"]) == {request["function"] for request in OUR_REQUESTS} == {*ROUTES, "end_call"}


@pytest.mark.parametrize(("name", "route"), ROUTES.items())
def test_the_worker_finds_every_http_function(ours: Ways, name: str, route: str) -> None:
    trigger, output = ours[0]["functions"][name]
    assert (trigger["type"], trigger["direction"], trigger["route"]) == ("httpTrigger", "IN", route)
    assert trigger["authLevel"] == "ANONYMOUS"
    assert (output["type"], output["direction"], output["name"]) == ("http", "OUT", "$return")


def test_the_worker_finds_the_queue_trigger(ours: Ways) -> None:
    (trigger,) = ours[0]["functions"]["end_call"]
    assert (trigger["type"], trigger["direction"], trigger["name"]) == ("queueTrigger", "IN", "message")
    assert (trigger["queueName"], trigger["connection"]) == (QUEUE_NAME, "CALL_QUEUE")


def test_without_a_queue_there_are_only_http_triggers() -> None:
    assert set(run("worker", REPOSITORY, [], {})["functions"]) == set(ROUTES)


def test_the_worker_serves_every_function(ours: Ways) -> None:
    outcomes = [reply.get("status", reply.get("succeeded")) for reply in ours[0]["replies"]]
    session = [200, 200, 200, 400, 400, 415, 403, 405]
    assert outcomes == [200, 405, 200, 405, *session, 404, 404, 404, 200, 200, True, True]


@pytest.mark.parametrize("number", range(len(OUR_REQUESTS)))
def test_the_local_host_answers_the_same(ours: Ways, number: int) -> None:
    worker, local = (settled(way["replies"][number]) for way in ours)
    assert worker == local


ECHO_REQUESTS = [
    asked("echo", "GET", "/api/echo"),
    asked("echo", "GET", "/api/echo/a%20b", params={"id": "a b"}, query=[["q", "1"], ["q", "2"], ["gone", ""]]),
    asked("echo", "PUT", "/api/echo", body="grüß", headers=[["X-Two", "1"], ["x-two", "2"], ["Cookie", "a=b"]]),
    asked("echo", "PATCH", "/api/echo"),
    asked("sync", "POST", "/api/sync", body='{"n": 7}', headers=[["Content-Type", "application/json"]]),
    asked("sync", "POST", "/api/sync", body="{", headers=[["Content-Type", "application/json"]]),
    asked("empty", "GET", "/api/empty"),
    asked("fails", "GET", "/api/fails"),
    asked("fails_too", "GET", "/api/fails-too"),
    asked("nothing", "GET", "/api/nothing"),
    message("job", "grüß", attempt=3),
    message("job", '{"Id": "fail"}'),
    message("sync_job", ""),
    message("sync_job", "fail"),
    message("odd_job", "x"),
    asked("what_got", "GET", "/api/got"),
]


@pytest.fixture(scope="module")
def echoes(tmp_path_factory: pytest.TempPathFactory) -> Ways:
    """What both ways make of `ECHO_REQUESTS`."""
    directory = tmp_path_factory.mktemp("echo")
    (directory / "function_app.py").write_text(ECHO)
    return tuple(
        run(way, directory, ECHO_REQUESTS, {"JOBS__queueServiceUri": QUEUES}) for way in ("worker", "local_host")
    )


@pytest.mark.parametrize("number", range(len(ECHO_REQUESTS)))
def test_a_function_sees_and_says_the_same_both_ways(echoes: Ways, number: int) -> None:
    worker, local = (way["replies"][number] for way in echoes)
    assert worker == local


def test_the_echo_app_was_really_called(echoes: Ways) -> None:
    replies = echoes[0]["replies"]
    assert [reply["status"] for reply in replies[:10]] == [200, 200, 200, 200, 202, 500, 204, 500, 500, 500]
    seen = json.loads(replies[1]["body"])
    assert seen[3:5] == [{"q": "1,2"}, {"id": "a b"}]
    assert json.loads(replies[2]["body"])[2]["x-two"] == "1,2"
    assert replies[4]["cookies"] == ["a"]
    assert [reply["succeeded"] for reply in replies[10:15]] == [True, False, True, False, False]
    messages = json.loads(replies[15]["body"])
    times = ["2026-11-21 14:00:01+00:00", "9999-12-31 23:59:59+00:00", "2026-11-21 14:10:01+00:00"]
    assert messages[0] == ["id-1", "receipt-1", "grüß", 3, *times]
    assert [message[2] for message in messages] == ["grüß", '{"Id": "fail"}', "", "fail"]
