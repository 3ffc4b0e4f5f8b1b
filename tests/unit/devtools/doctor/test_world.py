"""The real hands: no credential over an open line, no redirection followed, no program that never ends a check."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from devtools.doctor.world import NOT_THERE, Reply, Request, ask_http, run_program, seconds_for


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/away" else 418)
            self.send_header("location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(b'{"code": "teapot"}')

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()
        thread.join()


def test_a_refusal_is_an_answer_with_its_code(server: str) -> None:
    reply = ask_http(Request("GET", server + "/"))
    assert (reply.status, reply.code, reply.failure) == (418, "teapot", "")


def test_a_redirection_is_an_answer_too(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # must not be asked for this machine
    assert ask_http(Request("GET", server + "/away")).status == 302


@pytest.mark.parametrize("url", ["http://example.com/", "ftp://127.0.0.1/", "file:///etc/passwd"])
def test_nothing_is_asked_over_an_open_line(url: str) -> None:
    with pytest.raises(ValueError, match="neither https nor on this machine"):
        ask_http(Request("GET", url))


def test_a_closed_port_is_told_as_such() -> None:
    assert ask_http(Request("GET", "http://127.0.0.1:9/")).failure == "refused"


def test_a_program_that_is_not_there_is_told_as_such() -> None:
    assert run_program(["no-such-program-here"]).code == NOT_THERE
    assert run_program(["python3", "-c", "print(1)"]).out.strip() == "1"


def test_a_reply_that_is_no_data_has_no_code() -> None:
    assert [Reply(200, {}, body).code for body in (b"<html>", b"[1]", b'{"error": {"code": 404}}')] == ["", "", "404"]


def test_a_purge_may_take_the_minutes_that_azure_takes() -> None:
    assert seconds_for(["az", "keyvault", "purge", "--name", "kv"]) > 5 * seconds_for(
        ["az", "keyvault", "list-deleted"]
    )
