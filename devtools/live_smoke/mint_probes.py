"""Questions 1 to 4: how long a secret lives, which audience works, which role it takes, and how it is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx

from devtools.live_smoke.answers import Answer, CannotAsk, Verdict, compared
from devtools.live_smoke.bench import Bench
from devtools.live_smoke.resource import SCOPES, life

ASKED_SECONDS = 60
DEFAULT_SECONDS = 7200
"""What a secret lives for when nobody asks: recorded on Azure in July 2026; OpenAI's own description says 600."""

SLACK_SECONDS = 5
SHORTEST_SECONDS = 10
OPENAI_USER = "Cognitive Services OpenAI User"


async def lifetimes(bench: Bench) -> Answer:
    """Two mints, one that asks for a minute and one that asks for nothing."""
    lives = []
    for seconds in (ASKED_SECONDS, None):
        reply = await bench.resource.mint(seconds)
        if reply.status_code != 200:
            return Answer(f"the mint was answered {bench.resource.shown(reply)}", Verdict.DIFFERENT)
        lives.append(life(reply, bench.now()))
    asked, default = lives
    expected = abs(asked - ASKED_SECONDS) <= SLACK_SECONDS and abs(default - DEFAULT_SECONDS) <= SLACK_SECONDS
    return compared(f"{ASKED_SECONDS} s asked for: {asked} s; nothing asked for: {default} s", expected)


async def audiences(bench: Bench) -> Answer:
    """One mint with a token for each audience."""
    _need_entra(bench)
    told, statuses = [], []
    for scope in SCOPES:
        reply = await bench.resource.mint(ASKED_SECONDS, scope=scope)
        statuses.append(reply.status_code)
        told.append(f"`{scope}`: {200 if reply.status_code == 200 else bench.resource.shown(reply)}")
    return compared("; ".join(told), statuses == [200, 200])


async def role(bench: Bench) -> Answer:
    """All that the function does, in one go, as whoever is signed in, with the names of their roles."""
    _need_entra(bench)
    async with bench.call() as call:
        async with await bench.resource.sideband(call.id) as beside:
            await beside.send(json.dumps({"type": "session.update", "session": {"type": "realtime"}}))
            first = json.loads(await beside.recv())["type"]
        reply = await bench.resource.hang_up(call.id)
    done = f"mint 200, call 201, sideband `{first}`, hang-up {reply.status_code}"
    works = first == "session.updated" and reply.status_code == 200
    roles = await _roles(bench)
    narrow = roles == [OPENAI_USER]
    names = ", ".join(roles) if roles else "roles unknown"
    if works and not narrow:
        return Answer(f"{done}, but with: {names}", Verdict.NOTED)
    return compared(f"{done}, with: {names}", works)


async def expired(bench: Bench) -> Answer:
    """An offer with a secret whose time is up."""
    minted = await bench.resource.mint(SHORTEST_SECONDS)
    minted.raise_for_status()
    await bench.sleep(max(0, life(minted, bench.now())) + 2)
    async with bench.peer() as call:
        reply = await bench.resource.offer(await call.offer(), minted.json()["value"])
    return compared(bench.resource.shown(reply), reply.status_code == 401)


async def throttled(bench: Bench) -> Answer:
    """Mints until one is refused, `flood` at most. Nobody else can start a call on this deployment for a minute."""
    if bench.flood <= 0:
        raise CannotAsk("--flood 0")
    for count in range(1, bench.flood + 1):
        reply = await bench.resource.mint(SHORTEST_SECONDS)
        if reply.status_code != 200:
            wait = reply.headers.get("retry-after")
            seen = f"mint {count}: {bench.resource.shown(reply)}, Retry-After {wait or 'absent'}"
            return compared(seen, reply.status_code == httpx.codes.TOO_MANY_REQUESTS and wait is not None)
    return Answer(f"{bench.flood} mints in a row, none refused", Verdict.NOTED)


def _need_entra(bench: Bench) -> None:
    if not bench.entra:
        raise CannotAsk("a key was given; this needs Entra ID")


async def _roles(bench: Bench) -> list[str]:
    """The names of the roles of whoever is signed in; empty if nobody tells."""
    try:
        header = await bench.resource.authorise(SCOPES[0])
        owner = _owner(header["authorization"])
        told: Any = bench.az(
            ["role", "assignment", "list", "--all", "--include-inherited", "--assignee", owner]
        )  # groups are not resolved: az would need rights on the directory for that
        return sorted({one["roleDefinitionName"] for one in told})
    except (CannotAsk, KeyError, ValueError):
        return []


def _owner(header: str) -> str:
    """The object id in a token. Raises `ValueError` or `KeyError` if it is no token of Entra ID."""
    parts = header.removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        raise ValueError("not a token of Entra ID")
    claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    owner: str = claims["oid"]
    return owner
