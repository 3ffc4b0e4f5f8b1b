"""What a check may touch: programs, HTTP, other messages, clock, chance, environment, folder. All are arguments."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devtools import ROOT
from devtools.doctor.exchange import Exchange, exchange
from voicemint.endpoint import LOOPBACK_HOSTS

RUN_SECONDS = 90.0
PURGE_SECONDS = 900.0
"""az waits until Azure has purged, and that is a matter of minutes."""
ASK_SECONDS = 20.0
MOST_BYTES = 1_000_000
NOT_THERE = 127
TOO_SLOW = 124


@dataclass(frozen=True)
class Answer:
    """What a program said. `code` is 127 if there is no such program and 124 if it did not end in time."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Request:
    """One HTTP request. Its headers may hold a credential, so it never prints them."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Reply:
    """The answer, header names in small letters; or status 0 and `failure`: dns, refused, timeout, tls or reset."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    failure: str = ""

    def json(self) -> Any:
        """The body as data, None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def code(self) -> str:
        """The code of a problem document or of an error of Azure's, "" without one."""
        content = self.json()
        if not isinstance(content, dict):
            return ""
        inner = content.get("error")
        return str((inner if isinstance(inner, dict) else content).get("code") or "")

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


Run = Callable[[Sequence[str]], Answer]
Ask = Callable[[Request], Reply]


@dataclass(frozen=True)
class World:
    """`now` gives seconds since 1970, `wait` takes seconds, `is_free` tells whether a port can be had.

    `exchange` sends messages that are not HTTP, `random_bytes` gives so many that nobody can guess.
    """

    run: Run
    ask: Ask
    environ: Mapping[str, str]
    root: Path
    now: Callable[[], float]
    wait: Callable[[float], None]
    is_free: Callable[[int], bool]
    python: tuple[int, int]
    exchange: Exchange
    random_bytes: Callable[[int], bytes]


def run_program(command: Sequence[str]) -> Answer:
    """Run a program that is on the PATH, on Windows also a `.cmd`, and give it no input."""
    program = shutil.which(command[0])
    if program is None:
        return Answer(NOT_THERE, "", f"{command[0]}: command not found")
    limit = seconds_for(command)
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(TOO_SLOW, "", f"no answer within {limit:.0f} s")
    except OSError as fault:
        return Answer(NOT_THERE, "", str(fault))
    return Answer(done.returncode, done.stdout, done.stderr)


def seconds_for(command: Sequence[str]) -> float:
    """How long a program may take."""
    return PURGE_SECONDS if "purge" in command else RUN_SECONDS


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer: following it could carry a credential to somebody else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def ask_http(request: Request) -> Reply:
    """Ask once. Raises `ValueError` for anything but https, or http on this machine."""
    parts = urlsplit(request.url)
    local = parts.hostname in LOOPBACK_HOSTS
    if not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise ValueError(f"{parts.scheme}://{parts.netloc} is neither https nor on this machine")
    handlers: list[urllib.request.BaseHandler] = [_Stay()]
    if local:
        handlers.append(urllib.request.ProxyHandler({}))  # no proxy leads back to this machine
    sent = urllib.request.Request(  # noqa: S310  # the scheme was looked at above
        request.url, data=request.body, headers=dict(request.headers), method=request.method
    )
    try:
        with urllib.request.build_opener(*handlers).open(sent, timeout=ASK_SECONDS) as answer:
            return _reply(answer.status, answer.headers, answer.read(MOST_BYTES))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return _reply(refusal.code, refusal.headers, refusal.read(MOST_BYTES))
    except (OSError, http.client.HTTPException) as fault:
        return Reply(0, failure=_why(fault))


def _reply(status: int, headers: Any, body: bytes) -> Reply:
    return Reply(status, {name.lower(): value for name, value in headers.items()}, body)


def _why(fault: Exception) -> str:
    cause = fault.reason if isinstance(fault, urllib.error.URLError) else fault
    if isinstance(cause, socket.gaierror):
        return "dns"
    if isinstance(cause, TimeoutError):
        return "timeout"
    if isinstance(cause, ssl.SSLError):
        return "tls"
    return "refused" if isinstance(cause, ConnectionRefusedError) else "reset"


def this_machine(environ: Mapping[str, str] = os.environ) -> World:
    """The real one."""
    from devtools.ports import is_free

    python = (sys.version_info[0], sys.version_info[1])
    return World(
        run_program, ask_http, environ, ROOT, time.time, time.sleep, is_free, python, exchange, secrets.token_bytes
    )
