"""What a forger writes, and the processes that are asked with it. The tests are in `test_forgery.py`."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from simulator.azure.doubles import start
from tests.integration.hosted import ORIGIN, emulator, hosted
from tests.integration.hosts import OFFER, codes
from tests.integration.switchboard import Line, Switchboard
from tests.integration.wire import Answer, Headers, ask
from tests.principals import CLAIMS, encode, principal

FROM_PAGE = ("origin", ORIGIN)
FORWARDED = "x-forwarded-for"
PRINCIPAL = "x-ms-client-principal"
LIMIT = 10
ROLE = "talker"
CLIENT_SECRET = r"ek_[0-9A-Za-z]{48}"
PRIVATE = ("victim", "thief", "somebody@", "203.0.113.", "198.51.100.", "2001:db8", "evil")
"""What nobody may read in a reply or a log: names, addresses, and whatever a forger wrote."""

RELAY = {
    "CALL_MODE": "relay",
    "RATE_LIMIT_PER_MINUTE": str(LIMIT),
    "MAX_CALLS_PER_DAY": "999999",
    "ALLOW_CUSTOM_INSTRUCTIONS": "true",
    "MAX_CONCURRENT_CALLS": "20",
    "MAX_MINUTES_PER_DAY": "1440",
    "MAX_CALL_SECONDS": "600",
}


def at(address: str) -> tuple[str, str]:
    return (FORWARDED, address)


def account(name: str, *roles: str) -> tuple[str, str]:
    return (PRINCIPAL, principal(*(roles or (ROLE,)), user=name))


def assert_refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.text


WRONG_ORIGINS = [
    "https://evil.example",
    "null",
    "",
    "*",
    "http://page.example",
    "https://page.example:8443",
    "https://page.example/",
    "https://page.example.evil.example",
    "https://evilpage.example",
    "https://evil.example/https://page.example",
    "https://evil.example#https://page.example",
    "https://page.example@evil.example",
    "https://page.examplf",
    "HTTPS://PAGE.EXAMPLE",
    "https://PAGE.example",
    "https://page.example https://evil.example",
    "https://page.example.",
    "file://",
    "http://localhost:7071",
    "http://127.0.0.1",
]


FORGED_PRINCIPALS = {
    "none": [],
    "empty": [(PRINCIPAL, "")],
    "twice": [account("victim"), account("victim")],
    "not base64": [(PRINCIPAL, json.dumps(CLAIMS))],
    "not JSON": [(PRINCIPAL, base64.b64encode(b"victim").decode())],
    "of App Service": [(PRINCIPAL, encode({"auth_typ": "aad", "claims": [{"typ": "roles", "val": ROLE}]}))],
    "not signed in": [(PRINCIPAL, encode({**CLAIMS, "userRoles": ["anonymous", ROLE]}))],
    "roles as text": [(PRINCIPAL, encode({**CLAIMS, "userRoles": f"authenticated,{ROLE}"}))],
    "without a user": [(PRINCIPAL, encode({**CLAIMS, "userId": ""}))],
    "very long": [(PRINCIPAL, encode({**CLAIMS, "userRoles": ["authenticated", ROLE], "padding": "x" * 9000}))],
    "under other names": [("x-ms-client-principal-id", "victim"), ("x-ms-client-principal-name", "victim")],
    "with an underscore": [("x_ms_client_principal", principal(ROLE))],
    "in a cookie": [("cookie", f"StaticWebAppsAuthCookie={principal(ROLE)}")],
}


def spoofed(real: str, number: int) -> list[tuple[str, str]]:
    """The same caller as everywhere else, by another lie each time."""
    lie = f"198.51.100.{number}"
    lies: list[list[tuple[str, str]]] = [
        [at(f"{lie}, {real}")],
        [at(f"{lie}:443,{real}")],
        [at(lie), at(real)],
        [at(f"{lie}, 10.0.0.1, [2001:db8:{number}::1]:7, {real}")],
        [at(f",,{number},{real}")],
        [at(f"{'9' * (100 + number)}, {real}")],
        [at(real), ("x-real-ip", lie), ("x-client-ip", lie), ("client-ip", lie), ("true-client-ip", lie)],
        [at(real), ("forwarded", f"for={lie}"), ("x-azure-clientip", lie), ("x-azure-socketip", lie)],
        [at(real), ("x_forwarded_for", lie), ("x-forwarded-host", f"{number}.example"), ("x-original-for", lie)],
        [at(f'"{lie}", for={number}, {real}')],
    ]
    return [FROM_PAGE, *lies[number % len(lies)]]


@dataclass
class Site:
    """A process, what stands behind it, and everything that it has answered."""

    url: str
    board: Switchboard
    replies: list[str] = field(default_factory=list)

    def together(self, method: str, path: str, people: Sequence[Headers], body: object = None) -> list[Answer]:
        """All of `people` ask at once."""

        async def everybody() -> list[Answer]:
            return await asyncio.gather(*(ask(self.url, method, path, headers, body) for headers in people))

        answers = asyncio.run(everybody())
        self.replies += [answer.text for answer in answers]
        return answers

    def ask(self, method: str, path: str, *headers: tuple[str, str], body: object = None) -> Answer:
        (answer,) = self.together(method, path, [headers], body)
        return answer

    def call(self, *headers: tuple[str, str]) -> Answer:
        return self.ask("POST", "/api/call", *headers, body=OFFER)

    def calls(self, people: Sequence[Headers]) -> Counter[str]:
        """How `people` fare who ask for a call at once."""
        return codes(self.together("POST", "/api/call", people, OFFER))

    def started(self, *headers: tuple[str, str]) -> tuple[str, str]:
        """Where a call that is started now can be hung up, and its name upstream."""
        before = set(self.board.open)
        answer = self.call(*headers)
        assert answer.status == 201, answer.text
        (upstream,) = self.board.open - before
        return answer.header("location") or "", upstream

    def hang_up(self, place: str, *headers: tuple[str, str]) -> Answer:
        return self.ask("DELETE", place, *headers)


@contextmanager
def sites(folder: Path) -> Iterator[Callable[..., Site]]:
    """Opens hosted processes in relay mode that differ in these settings; all share one cloud and end with the block.

    `hosted` then searches what they said for secrets and for `PRIVATE`.
    """
    line = Line()
    opened: list[Site] = []
    with emulator(folder) as azurite, start(line.open, emulator=azurite) as doubles, ExitStack() as stack:

        def open_one(**settings: str) -> Site:
            app = stack.enter_context(hosted(doubles, "key_vault", *PRIVATE, **{**RELAY, **settings}))
            opened.append(Site(app.program.url, line.board, app.replies))
            return opened[-1]

        yield open_one
    told = "".join(reply for site in opened for reply in site.replies)
    assert not re.search(CLIENT_SECRET, told), "relay mode gives no token away"
