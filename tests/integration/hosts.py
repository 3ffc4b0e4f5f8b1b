"""The product as a process, `python -m local_host`, and crowds that ask it for calls over HTTP."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from devtools.demo import offline_settings
from tests.canaries import CANARY_KEY
from tests.canary_hunt import found_in
from tests.integration.wire import Answer, Headers, ask
from tests.programs import Program

OFFER = {"sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"}
"""The body of a call; a switchboard takes any."""

WIDE = {"RATE_LIMIT_PER_MINUTE": "600", "MAX_CALLS_PER_DAY": "999999"}
BY_ADDRESS = {"ALLOW_ANONYMOUS": "true"}
BY_ACCOUNT = {"REQUIRE_SIGN_IN": "true", "TRUST_CLIENT_PRINCIPAL": "true"}


@contextmanager
def local_host(service: str, *arguments: str, **settings: str) -> Iterator[Program]:
    """A local host before the realtime service at that url, ended with the block.

    What it printed is searched for secrets then.
    """
    environment = {**os.environ, **offline_settings(service, CANARY_KEY), **settings}
    program = Program("local_host", environment, *arguments)
    try:
        yield program
    finally:
        program.stop()
    leaks = found_in("\n".join(program.said))
    assert not leaks, f"The local host printed the canary {leaks}."


async def start(url: str, headers: Headers = ()) -> Answer:
    """Ask for a session in token mode."""
    return await ask(url, "POST", "/api/session", headers, {})


async def start_call(url: str, headers: Headers = ()) -> Answer:
    """Ask for a call in relay mode."""
    return await ask(url, "POST", "/api/call", headers, OFFER)


def codes(answers: Iterable[Answer]) -> Counter[str]:
    """How often each refusal came, by its code; `ok` is none."""
    return Counter(answer.code or ("ok" if answer.status < 300 else str(answer.status)) for answer in answers)


async def hang_up(url: str, place: str, headers: Headers = ()) -> Answer:
    """End the call at that path, which is the `Location` of its start."""
    return await ask(url, "DELETE", place, headers)


async def crowd(urls: Sequence[str], path: str, people: Iterable[Headers]) -> list[Answer]:
    """Everybody asks at once, in turn at each of `urls`, with headers of their own."""
    body = OFFER if path == "/api/call" else {}
    asking = (ask(urls[n % len(urls)], "POST", path, headers, body) for n, headers in enumerate(people))
    return await asyncio.gather(*asking)


def address(number: int) -> tuple[str, str]:
    """The header by which the platform tells one of 65,536 addresses."""
    return ("x-forwarded-for", f"10.7.{number // 256}.{number % 256}:50312")
