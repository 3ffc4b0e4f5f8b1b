"""Requests drawn from the document and from what an attacker would try. Every one says who really asks."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.canaries import CANARY_KEY
from tests.fuzz import bodies
from tests.fuzz.worlds import PAGE, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OWN = "localhost:7071"
USER_MARK = "person73"
"""Part of every user id and address of mail: personal, so in no log and no reply."""
ADDRESS_MARK = "198.51.100.7"


@dataclass(frozen=True)
class Asked:
    """One request. `who` names the caller if the world's rule lets them in; None if they must be kept out."""

    method: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    who: str | None = None

    def __str__(self) -> str:
        body = self.body if len(self.body) <= 300 else self.body[:150] + b"..." + self.body[-150:]
        lines = [f"{self.method} {self.path} {dict(self.parameters)}"]
        lines += [f"{name}: {value[:100]!r} ({len(value)} characters)" for name, value in self.headers.items()]
        return "\n".join([*lines, f"{body!r} ({len(self.body)} bytes)"])


def principal(user: str, roles: Sequence[str] = ("anonymous", "authenticated", "caller")) -> str:
    """The header of a signed-in caller, as Static Web Apps makes it."""
    claims = {
        "identityProvider": "github",
        "userId": f"{USER_MARK}{user}",
        "userDetails": f"{USER_MARK}@example.org",
        "userRoles": list(roles),
    }
    return _encoded(claims)


def _encoded(claims: object) -> str:
    return base64.b64encode(json.dumps(claims).encode()).decode()


PRINCIPALS: tuple[tuple[str | None, str | None], ...] = (
    (None, None),
    (principal("A", ["anonymous", "authenticated"]), None),
    (principal("A", ["anonymous"]), None),
    (principal("A", ["anonymous", "caller"]), None),
    (principal("A", ["authenticated", "Caller"]), None),
    (principal("A")[:-7], None),
    (f"{principal('A')},{principal('B')}", None),
    (_encoded([{"userId": "A"}]), None),
    (_encoded({"auth_typ": "aad", "claims": []}), None),
    (_encoded({"identityProvider": "github", "userId": {"a": 1}, "userRoles": "authenticated"}), None),
    (base64.b64encode(b"[" * 5000).decode(), None),
    ("=" * 9000, None),
    ("\u00e9\u0000", None),
    (CANARY_KEY, None),
)
GOOD_PRINCIPALS = ((principal("A"), "A"), (principal("B"), "B"))
ADDRESSES: tuple[tuple[str | None, str], ...] = (
    (f"{ADDRESS_MARK}1", "1"),
    (f"{ADDRESS_MARK}1:50312", "1"),
    (f"{ADDRESS_MARK}2, {ADDRESS_MARK}1", "1"),
    (f"127.0.0.1,{ADDRESS_MARK}2", "2"),
    (f"{ADDRESS_MARK}2", "2"),
    ("[2001:db8::7]:443", "v6"),
    (None, "nobody"),
    ("", "nobody"),
    ("unknown", "nobody"),
    ("1.2.3.4.5", "nobody"),
    ("::ffff:999.1.1.1", "nobody"),
    ("," * 5000, "nobody"),
    (f"{ADDRESS_MARK}1,", "nobody"),
)
BAD_ORIGINS = (
    "https://evil.example",
    "null",
    "*",
    "",
    f"{PAGE}/",
    f"{PAGE}.evil.example",
    PAGE.upper(),
    f"{PAGE},{PAGE}",
    "http://page.example",
    f"{PAGE}:443",
    "https://\u00e9",
)
BAD_HOSTS = ("evil.example", "localhost.evil.example:7071", "", "[", "[::1", "localhost:7071@evil", "7071", "\u00e9")
REQUEST_IDS = (
    "visit-0001",
    "a" * 7,
    "a" * 65,
    "x\r\ny: z",
    "visit 0001",
    CANARY_KEY,
    "",
    "\u00e9" * 10,
    "ek_aaaaaaaaaa",
)
CONTENT_TYPES = ("", "text/plain", "application/sdp", "application/json;;", "application/jsonx", "multipart/form-data")
GOOD_CONTENT_TYPES = ("application/json", "application/json; charset=utf-8", "Application/JSON")
IDS = (
    "0123456789abcdef" * 2,
    "0123456789ABCDEF" * 2,
    "",
    "..",
    "../session",
    "%2e%2e",
    "a" * 31,
    "a" * 33,
    "a" * 32 + "\n",
    "rtc_" + "0" * 32,
    "\u0661" * 32,
    "x" * 5000,
    "'; drop",
    "\0",
)


class Asker:
    """Draws requests for one world. `calls` are (id, who) of the calls that were started, for hanging up."""

    def __init__(self, document: Mapping[str, Any], world: World, calls: Sequence[tuple[str, str]]) -> None:
        self._document = document
        self._world = world
        self._schemas = document["components"]["schemas"]
        self._paths = list(document["paths"])
        self._starting = "/api/session" if world.mode == "token" else "/api/call"
        self._calls = calls

    def draw(self, rng: random.Random) -> Asked:
        """The next request; the same `rng` gives the same."""
        path = self._starting if rng.random() < 0.5 else rng.choice(self._paths)
        if path == "/api/call" and self._calls and rng.random() < 0.45:
            path = "/api/call/{id}"
        methods = [name.upper() for name in self._document["paths"][path]]
        method = rng.choice(methods) if rng.random() < 0.85 else rng.choice(METHODS)
        headers, who = self._headers(rng)
        if method == "OPTIONS" and rng.random() < 0.5:
            headers["Access-Control-Request-Method"] = rng.choice(["POST", "DELETE", "TRACE", ""])
        operation = self._document["paths"][path].get(method.lower(), {})
        parameters = {"id": self._id(rng, who)} if "{id}" in path else {}
        return Asked(method, path, parameters, headers, self._body(operation, rng), who)

    def _id(self, rng: random.Random, who: str | None) -> str:
        """A call's id: mostly of one that is open or was, and mostly of the one who asks."""
        recent = self._calls[-20:]
        own = [one for one in recent if one[1] == who] if rng.random() < 0.7 else recent
        if own and rng.random() < 0.8:
            return own[-1][0] if rng.random() < 0.7 else rng.choice(own)[0]
        return rng.choice(IDS)

    def _body(self, operation: Mapping[str, Any], rng: random.Random) -> bytes:
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            return bodies.draw(schema, self._schemas, rng)
        return rng.choice(bodies.ODD) if rng.random() < 0.2 else b""

    def _headers(self, rng: random.Random) -> tuple[dict[str, str], str | None]:
        """Headers that are right four times out of five, and who is behind them."""
        local = self._world.rule == "local"
        host, own = (OWN, True) if rng.random() < 0.9 else (rng.choice(BAD_HOSTS), False)
        origin, listed = rng.choice([None, f"http://{OWN}"]) if local else PAGE, True
        if rng.random() < 0.1:
            origin, listed = rng.choice(BAD_ORIGINS), False
        account, user = rng.choice(GOOD_PRINCIPALS if rng.random() < 0.8 else PRINCIPALS)
        address, place = rng.choice(ADDRESSES)
        headers = {
            "Host": host,
            "Origin": origin,
            "X-Forwarded-For": address,
            "x-ms-client-principal": account,
            "Content-Type": rng.choice(GOOD_CONTENT_TYPES if rng.random() < 0.9 else CONTENT_TYPES),
            "X-Request-Id": rng.choice(REQUEST_IDS) if rng.random() < 0.3 else None,
            "Content-Length": rng.choice(["0", "-1", "9" * 30]) if rng.random() < 0.1 else None,
            "Transfer-Encoding": "chunked" if rng.random() < 0.05 else None,
            "Authorization": f"Bearer {CANARY_KEY}" if rng.random() < 0.1 else None,
            "Cookie": "StaticWebAppsAuthCookie=" + CANARY_KEY if rng.random() < 0.1 else None,
        }
        who = {
            "local": "me" if own and listed else None,
            "anonymous": place if listed else None,
            "sign-in": user if listed else None,
            "nobody": None,
        }[self._world.rule]
        return {name: value for name, value in headers.items() if value is not None}, who
