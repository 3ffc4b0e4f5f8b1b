"""Every row of the fault matrix: what the caller is told, that nothing secret shows, and that it is over by itself.

The product is the real one, from its triggers on, with the real httpx and Microsoft's SDKs, against the doubles.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator

import azure.functions as func
import pytest

from tests.faults.matrix import SECTIONS
from tests.faults.pace import SkippingLoop
from tests.faults.row import Ask, Row, Section
from tests.faults.scene import Scene, staged
from tests.faults.world import World, running
from voicemint.errors import VoicemintError
from voicemint.replies import Problem

SUCCESS: dict[Ask, int] = {"session": 200, "call": 201, "hang_up": 204, "leash": 0}
UPSTREAM_WORDS = (
    "Access denied",
    "lacks the required",
    "proxy's page",
    "on demand",
    "On demand",
    "secret words",
    "ice-",
)
"""Of what the doubles say in a failure, and of the browser's offer."""

ALL = [pytest.param(section, row, id=f"{section.title}: {row.fault}") for section in SECTIONS for row in section.rows]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as world:
        yield world


@pytest.mark.parametrize(("section", "row"), ALL)
def test_row(
    section: Section,
    row: Row,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    hunt: Callable[[str, str], None],
) -> None:
    async def play() -> list[func.HttpResponse]:
        async with staged(world, section.mode, row.credential, monkeypatch) as scene:
            before = len(caplog.records)
            replies = await _play(section.ask, row, scene)
            ended = [event for event in _events(caplog, before) if event.get("operation") == "hang_up"]
            assert not row.hung_up or [event["upstream_status"] for event in ended] == [200]
            return replies

    try:
        with asyncio.Runner(loop_factory=SkippingLoop) as runner:
            replies = runner.run(play())
    finally:
        world.forget()
    issued = world.doubles.identity.issued()
    for text in (caplog.text, *(_everything(reply) for reply in replies if reply.status_code >= 400)):
        hunt(text, "a reply or the log")
        assert "ek_" not in text
        assert not any(token in text for token in issued)
        assert not any(words in text for words in UPSTREAM_WORDS)


async def _play(ask: Ask, row: Row, scene: Scene) -> list[func.HttpResponse]:
    """The row's request in trouble and the one after it; the replies."""
    if ask in ("hang_up", "leash"):
        assert (await scene.ask("call")).status_code == SUCCESS["call"]
    elif row.warm:
        assert (await scene.ask(ask)).status_code == SUCCESS[ask]
    if ask == "leash":
        return await _pull(row, scene)
    await row.cause.make(scene)
    replies = [await scene.ask(ask)]
    _check(replies[0], row, SUCCESS[ask])
    await scene.mend()
    scene.loop.skip(row.wait)
    if ask == "call" and row.code is None:
        assert (await scene.ask("hang_up")).status_code == SUCCESS["hang_up"]
    if ask != "hang_up" or row.code is not None:
        replies.append(await scene.ask(ask))
        assert replies[-1].status_code == SUCCESS[ask], replies[-1].get_body()
    if ask == "hang_up":
        replies.append(await scene.ask(ask))
        assert (replies[-1].status_code, _problem(replies[-1])["code"]) == (404, "unknown_call")
    return replies


async def _pull(row: Row, scene: Scene) -> list[func.HttpResponse]:
    """The leash pulls in trouble, and again after it; then the caller has no such call."""
    message = await scene.message()
    await row.cause.make(scene)
    if row.code is None:
        await scene.deliver(message)
    else:
        with pytest.raises(VoicemintError) as raised:
            await scene.deliver(message)
        assert (raised.value.code, raised.value.hint) == (row.code, row.told)
    await scene.mend()
    await scene.deliver(message)
    reply = await scene.ask("hang_up")
    assert (reply.status_code, _problem(reply)["code"]) == (404, "unknown_call")
    return [reply]


def _check(reply: func.HttpResponse, row: Row, success: int) -> None:
    """The reply is the row's to the letter."""
    headers = reply.headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert "total;dur=" in headers["Server-Timing"]
    if row.code is None:
        assert reply.status_code == row.status == success, reply.get_body()
        return
    problem = _problem(reply)
    assert (problem["code"], reply.status_code, problem["hint"]) == (row.code, row.status, row.told)
    assert row.detail is None or problem["detail"] == row.detail
    waits = row.retry_after is not None
    assert list(problem) == [name for name in Problem.__struct_fields__ if waits or name != "retry_after"]
    assert reply.mimetype == "application/problem+json"
    assert (problem["type"], problem["status"]) == (f"urn:voicemint:error:{row.code}", row.status)
    assert problem["request_id"] == headers["X-Request-Id"]
    asked = headers.get("Retry-After")
    assert problem.get("retry_after") == (int(asked) if asked else None)
    least, most = row.retry_after if isinstance(row.retry_after, tuple) else (row.retry_after, row.retry_after)
    if least is None or most is None:
        assert asked is None
    else:
        assert least <= int(asked) <= most


def _problem(reply: func.HttpResponse) -> dict[str, object]:
    found: dict[str, object] = json.loads(reply.get_body())
    return found


def _everything(reply: func.HttpResponse) -> str:
    return f"{reply.get_body().decode()} {dict(reply.headers)}"


def _events(caplog: pytest.LogCaptureFixture, since: int) -> list[dict[str, object]]:
    """What the product has logged."""
    ours = [record for record in caplog.records[since:] if record.name == "voicemint"]
    return [json.loads(record.getMessage()) for record in ours]
