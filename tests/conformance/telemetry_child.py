"""A child process: the app in Microsoft's worker library, asked once for each route that it is given.

`python telemetry_child.py DIRECTORY` reads a list of `[function, method, path, body]` from stdin. It writes the
replies, every address outside this machine that anything tried to reach, and whether OpenTelemetry was loaded.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

strangers: list[str] = []


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note every connection and every datagram that leaves this machine."""
    if event in ("socket.connect", "socket.sendto") and isinstance(address := arguments[1], tuple):
        host = str(address[0])
        if host != "localhost" and not ip_address(host).is_loopback:
            strangers.append(host)


async def ask(worker: Any, asked: list[list[str]]) -> list[dict[str, Any]]:
    """Status, request id and body of each reply."""
    from tests.conformance.worker import Message
    from voicemint import routes

    replies = []
    for function, method, path, body in asked:
        request = Message(
            method=method,
            url=f"http://127.0.0.1:7071{path}",
            headers={"host": "127.0.0.1:7071", "content-type": "application/json"},
            query={},
            params={},
            body=Message(bytes=body.encode()) if body else Message(),
        )
        sent = (await worker.invoke(function, request)).return_value.http
        headers = {name.lower(): value for name, value in sent.headers.items()}
        body = json.loads(sent.body.bytes)
        replies.append({"status": int(sent.status_code), "request_id": headers["x-request-id"], "body": body})
    await routes.close()
    return replies


def flush() -> None:
    """Send what is waiting, of all three signals."""
    from opentelemetry import _logs, metrics, trace

    for provider in (trace.get_tracer_provider(), metrics.get_meter_provider(), _logs.get_logger_provider()):
        provider.force_flush()  # type: ignore[union-attr]


def main() -> None:
    directory = Path(sys.argv[1])
    sys.path.insert(0, str(directory))
    sys.addaudithook(watch)
    asked = json.load(sys.stdin)
    # What Microsoft's worker does around this library.
    logging.getLogger().setLevel(logging.INFO)
    from tests.conformance.worker import Worker

    replies = asyncio.run(ask(Worker(directory), asked))
    loaded = "opentelemetry" in sys.modules
    if loaded:
        flush()
    json.dump({"replies": replies, "strangers": strangers, "opentelemetry": loaded}, sys.stdout)


if __name__ == "__main__":
    main()
