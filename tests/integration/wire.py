"""HTTP as bytes: requests that no well-behaved client would send, and a thousand of them at once.

One connection a request. Nothing is normalised: paths, repeated headers and names of hosts go out as they are given.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60.0

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back. `text` is all of it, headers and body, for those who search it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    text: str

    def header(self, name: str) -> str | None:
        """The value of a header that may be there once."""
        values = [value for known, value in self.headers if known == name]
        assert len(values) <= 1, f"{name} is there {len(values)} times"
        return values[0] if values else None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem document, else "" """
        return str(self.json["code"]) if self.header("content-type") == "application/problem+json" else ""


async def ask(url: str, method: str, path: str, headers: Headers = (), body: object = None) -> Answer:
    """One request. `body` is sent as JSON, None as no body; `host` is the url's unless `headers` name one."""
    parts = urlsplit(url)
    content = b"" if body is None else json.dumps(body).encode()
    sent = list(headers)
    if not any(name.lower() == "host" for name, _ in sent):
        sent.insert(0, ("host", parts.netloc))
    if body is not None:
        sent.append(("content-type", "application/json"))
    sent += [("content-length", str(len(content))), ("connection", "close")]
    head = "".join([f"{method} {path} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in sent), "\r\n"])
    async with asyncio.timeout(PATIENCE_SECONDS):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(head.encode("latin-1") + content)
            await writer.drain()
            raw = await reader.read()
        finally:
            writer.close()
    return _answer(raw)


def _answer(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    headers = tuple((name.lower(), value.strip()) for name, _, value in pairs)
    answer = Answer(int(first.split(" ")[1]), headers, body, raw.decode("latin-1"))
    length = answer.header("content-length")
    assert length is None or int(length) == len(body), "the answer was cut short"
    return answer
