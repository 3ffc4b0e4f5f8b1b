"""Telemetry as an owner switches it on: the app in Microsoft's worker library, the distro that it sets up, and a
collector on this machine in the place of Application Insights. Whatever is sent is read here, and searched for secrets.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from simulator.azure.doubles import child_environment, start
from tests.canaries import CANARY_INSTRUCTIONS
from tests.integration.offline_azure import bare_environment, silent_openai

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13),
    reason="platform: azure-functions-runtime, Microsoft's worker library, is made for Python 3.13 and later only",
)

REPOSITORY = Path(__file__).parents[2]

Item = dict[str, Any]

ASKED = [
    ["session", "POST", "/api/session", json.dumps({"instructions": CANARY_INSTRUCTIONS})],
    ["session", "POST", "/api/session", '{"persona": "nobody"}'],
]

QUIET = {
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
    "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME": "voicemint",
    "OTEL_TRACES_SAMPLER": "always_on",
}
"""What docs/monitoring.md names beside the switch. Unsampled, for a test must see the span that it asks for."""


@dataclass
class Collector:
    """What was sent: bodies as text, with their paths and headers."""

    received: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def take(self, path: str, headers: str, body: bytes) -> None:
        text = body.decode()
        self.received.append(f"{path}\n{headers}\n{text}")
        if path.endswith("/track"):
            for line in text.splitlines():
                parsed = json.loads(line)
                self.items += parsed if isinstance(parsed, list) else [parsed]

    def data(self, kind: str) -> list[Item]:
        """The payloads of one `baseType`."""
        return [item["data"]["baseData"] for item in self.items if item["data"]["baseType"] == kind]


@contextmanager
def collecting() -> Iterator[tuple[Collector, int]]:
    """A collector and its port, while the block lasts."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.take(self.path, str(self.headers), body)
            reply = b'{"itemsReceived": 1, "itemsAccepted": 1, "errors": []}'
            self.send_response(200)
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Nothing: the test's own output is searched for secrets too."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector, server.server_port
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Run:
    """One child: what it said, what it sent, and the secrets that went through it."""

    said: dict[str, Any]
    collector: Collector
    secrets: dict[str, str]


def run(settings: dict[str, str]) -> Run:
    """Ask for a mint with instructions and for one that is refused, through the worker, with these settings."""
    with start(silent_openai) as doubles, collecting() as (collector, port):
        here = f"http://127.0.0.1:{port}/"
        nobody = "InstrumentationKey=00000000-0000-0000-0000-000000000000"
        environment = {
            **doubles.environment("key_vault"),
            "ALLOW_CUSTOM_INSTRUCTIONS": "true",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": f"{nobody};IngestionEndpoint={here};LiveEndpoint={here}",
            **settings,
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", Path(__file__).with_name("telemetry_child.py"), REPOSITORY],
            input=json.dumps(ASKED),
            env=child_environment({**bare_environment(), "PYTHONPATH": str(REPOSITORY)}, environment),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        secrets = {
            "key": doubles.key,
            "identity header": doubles.identity.header,
            "client secret": said["replies"][0]["body"]["client_secret"]["value"],
            **{f"token {number}": token for number, token in enumerate(doubles.identity.issued())},
        }
        return Run(said, collector, secrets)


@pytest.fixture(scope="module")
def on() -> Run:
    return run({**QUIET, "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "true"})


def test_the_app_answers_as_ever(on: Run) -> None:
    assert [reply["status"] for reply in on.said["replies"]] == [200, 404]


def test_every_log_line_arrives_whole_with_its_request_id(on: Run) -> None:
    lines = [json.loads(item["message"]) for item in on.collector.data("MessageData")]

    minted, refused = (reply["request_id"] for reply in on.said["replies"])
    told = {(line["event"], line.get("request_id")) for line in lines}
    assert {("mint_requested", minted), ("minted", minted), ("request_failed", refused)} <= told
    (failed,) = (line for line in lines if line["event"] == "request_failed")
    assert (failed["code"], failed["status"]) == (on.said["replies"][1]["body"]["code"], 404)


def test_nothing_but_our_own_lines_is_sent(on: Run) -> None:
    assert {item["properties"]["logger_name"] for item in on.collector.data("MessageData")} == {"voicemint"}
    assert on.collector.data("ExceptionData") == []


def test_the_metrics_arrive(on: Run) -> None:
    counted = {
        point["name"]: (point["value"], data["properties"])
        for data in on.collector.data("MetricData")
        for point in data["metrics"]
        if point["name"].startswith("voicemint.")
    }

    value, attributes = counted["voicemint.mints"]
    assert (value, attributes["persona"]) == (1, on.said["replies"][0]["body"]["persona"])
    assert counted["voicemint.refusals"] == (1, {"code": on.said["replies"][1]["body"]["code"]})


def test_the_calls_to_azure_are_dependencies(on: Run) -> None:
    names = [item["name"] for item in on.collector.data("RemoteDependencyData")]

    assert "POST /openai/v1/realtime/client_secrets" in names
    assert "SecretClient.get_secret" in names


def test_no_secret_is_in_anything_that_was_sent(on: Run, hunt: Callable[[str, str], None]) -> None:
    sent = "\n".join(on.collector.received)

    assert len(sent) > 10_000
    hunt(sent, "what was sent")
    assert "token 0" in on.secrets
    assert [name for name, secret in on.secrets.items() if secret in sent] == []


def test_nothing_leaves_for_anywhere_else(on: Run) -> None:
    assert on.said["strangers"] == []


def test_switched_off_it_costs_nothing_and_says_nothing() -> None:
    off = run({})

    assert [reply["status"] for reply in off.said["replies"]] == [200, 404]
    assert off.said["opentelemetry"] is False
    assert off.collector.received == []
