"""How the troubles of the matrix are made. Each cause has the words for the document and the deed for the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from simulator.azure.doubles import SECRET_NAME
from simulator.azure.identity import OPENAI_USER, SECRETS_USER
from simulator.knobs import Fault
from tests.faults.scene import Scene
from tests.integration.faulty_storage import Trouble, answer

OTHER_KEY = "0123456789abcdefghijklmnopqrstuv-rotated"
ALWAYS = -1
AN_HOUR = 3700.0
TEN_MINUTES = 660.0


@dataclass(frozen=True)
class Cause:
    """`words` say what is done; `make` does it, to be undone by `Scene.mend`."""

    words: str
    make: Callable[[Scene], Awaitable[None]]


def played(on: str, kind: str, *, times: int = ALWAYS, retry_after: int | None = None, awaited: bool = True) -> Cause:
    """The simulator answers an operation with a fault, `times` times or until it is mended.

    `awaited`: somebody waits for that answer. Time jumps then, where it is slow.
    """

    async def make(scene: Scene) -> None:
        if kind == "slow" and awaited:
            scene.world.clock.on_held = scene.lose_patience
        scene.world.doubles.knobs.faults = [Fault(on, kind, times, retry_after)]

    often = {ALWAYS: "", 1: " once"}.get(times, f" {times} times")
    wait = "" if retry_after is None else f", Retry-After {retry_after}"
    return Cause(f"fault `{on}: {kind}`{often}{wait}", make)


def name_lost(service: str) -> Cause:
    async def make(scene: Scene) -> None:
        scene.world.names.lost.add(scene.world.hosts[service])

    return Cause("its name does not resolve", make)


def refused(service: str) -> Cause:
    async def make(scene: Scene) -> None:
        scene.world.names.moved[scene.world.ports[service]] = scene.world.closed

    return Cause("nobody listens on its port", make)


def untrusted(service: str) -> Cause:
    async def make(scene: Scene) -> None:
        scene.world.names.moved[scene.world.ports[service]] = scene.world.stranger

    return Cause("a server with a certificate of an unknown authority answers", make)


def cut(service: str) -> Cause:
    async def make(scene: Scene) -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.transport.abort()

        server = await scene.stack.enter_async_context(await asyncio.start_server(accept, "127.0.0.1", 0))
        scene.world.names.moved[scene.world.ports[service]] = server.sockets[0].getsockname()[1]

    return Cause("each connection is cut during the TLS handshake", make)


def stored(key: str, words: str) -> Cause:
    """The vault holds something else."""

    async def make(scene: Scene) -> None:
        scene.world.store(key)

    return Cause(words, make)


def tables(trouble: Trouble, words: str) -> Cause:
    async def make(scene: Scene) -> None:
        await scene.tables.set(trouble)

    return Cause(words, make)


def queue(trouble: Trouble, words: str) -> Cause:
    async def make(scene: Scene) -> None:
        await scene.queue.set(trouble)

    return Cause(words, make)


def races_lost(races: int) -> Cause:
    async def make(scene: Scene) -> None:
        await scene.tables.lose(races)

    often = "every write" if races > 20 else f"{races} writes"
    return Cause(f"{often} answered with 412: the ETag is out of date", make)


def later(cause: Cause, seconds: float) -> Cause:
    """The clock has moved on when the trouble comes."""

    async def make(scene: Scene) -> None:
        scene.loop.skip(seconds)
        await cause.make(scene)

    return Cause(f"{cause.words}, {round(seconds / 60)} minutes after the last good answer", make)


async def _no_such_identity(scene: Scene) -> None:
    scene.world.doubles.identity.client_id = "00000000-0000-0000-0000-000000000000"


async def _no_vault_role(scene: Scene) -> None:
    scene.world.doubles.identity.roles.discard(SECRETS_USER)


async def _no_openai_role(scene: Scene) -> None:
    scene.world.doubles.identity.roles.discard(OPENAI_USER)


async def _no_secret(scene: Scene) -> None:
    scene.world.doubles.vault.remove(SECRET_NAME)


async def _disabled(scene: Scene) -> None:
    scene.world.doubles.vault.disable(SECRET_NAME)


async def _rotated(scene: Scene) -> None:
    scene.world.take_only(OTHER_KEY)
    scene.world.store(OTHER_KEY)


async def _rotated_at_azure_only(scene: Scene) -> None:
    scene.world.take_only(OTHER_KEY)


async def _fails_for_a_crowd(scene: Scene) -> None:
    scene.world.doubles.knobs.faults = [Fault("mint", "500", ALWAYS)]
    for _ in range(4):
        assert (await scene.ask("session")).status_code == 502


async def _tables_fail_midway(scene: Scene) -> None:
    """The tables go while Azure OpenAI makes the call, after the caller's place has been taken."""

    def break_tables() -> None:
        asyncio.run_coroutine_threadsafe(_break_and_go_on(scene), scene.loop)

    scene.world.clock.on_held = break_tables
    scene.world.doubles.knobs.faults = [Fault("calls", "slow", 1)]


async def _break_and_go_on(scene: Scene) -> None:
    await scene.tables.set("refuses")
    scene.world.clock.release()


async def _call_gone(scene: Scene) -> None:
    assert (await scene.hang_up_upstream()) == 200


NO_SUCH_IDENTITY = Cause("the identity of AZURE_CLIENT_ID does not exist", _no_such_identity)
NO_VAULT_ROLE = Cause("the identity lacks `Key Vault Secrets User`", _no_vault_role)
NO_OPENAI_ROLE = Cause("the identity lacks `Cognitive Services OpenAI User`", _no_openai_role)
NO_SECRET = Cause("the secret is deleted", _no_secret)
DISABLED = Cause("the secret is disabled", _disabled)
ROTATED = Cause("the resource and the vault have a new key", _rotated)
ROTATED_AT_AZURE_ONLY = Cause("the resource has a new key, the vault the old one", _rotated_at_azure_only)
FAILS_FOR_A_CROWD = Cause("fault `mint: 500`, four requests before this one", _fails_for_a_crowd)
TABLES_FAIL_MIDWAY = Cause("nobody listens on its port from the moment when Azure OpenAI connects", _tables_fail_midway)
CALL_GONE = Cause("it was hung up at Azure OpenAI", _call_gone)

_ERROR = b'{"odata.error":{"code":"%s","message":{"lang":"en-US","value":"secret words"}}}'
_JSON = "Content-Type: application/json;odata=minimalmetadata"

FORBIDDEN = answer("403 Forbidden", _ERROR % b"AuthorizationPermissionMismatch", _JSON)
UNAUTHORIZED = answer("401 Unauthorized", _ERROR % b"AuthenticationFailed", _JSON, "WWW-Authenticate: Bearer nonsense")
FAILED = answer("500 Internal Server Error", _ERROR % b"InternalError", _JSON)
BUSY = answer("503 Busy", _ERROR % b"ServerBusy", _JSON, "Retry-After: 3600")
NOT_THERE = answer("404 Not Found", b"<html>secret words</html>", "Content-Type: text/html")
GARBAGE = b"secret words\r\n\r\n"
A_PAGE = answer("200 OK", b"<html>secret words</html>", "Content-Type: text/html")
CUT_SHORT = answer("200 OK", b"{" * 10, _JSON).replace(b"Content-Length: 10", b"Content-Length: 999")
