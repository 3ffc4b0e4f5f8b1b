"""In front of the emulator: names, tokens and roles are judged as the service judges them, the rest is passed on."""

from __future__ import annotations

import ssl
from xml.etree import ElementTree

import httpx
import pytest

from simulator.azure.identity import COGNITIVE_SERVICES, LIFETIME_SECONDS, QUEUES_USER, STORAGE, TABLES_USER, Identity
from simulator.azure.storage import Asked, Emulator, Storage
from simulator.clock import ManualClock
from simulator.knobs import Knobs

pytestmark = pytest.mark.anyio

TABLES = "https://account.table.core.windows.net"
QUEUES = "https://account.queue.core.windows.net"
ENTITY = "/ledgers(PartitionKey='a%2Fb',RowKey='r')?$select=x&y="


class Rig:
    """The double, a client in front of it, and what the emulator behind it was given."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.identity = Identity(self.clock, Knobs())
        self.given: list[httpx.Request] = []
        emulator = Emulator("https://127.0.0.1:1/dev", "https://127.0.0.1:2/dev", ssl.create_default_context())
        transport = httpx.MockTransport(self._emulate)
        self.storage = Storage("account", self.identity, self.clock, emulator, transport=transport)

    def _emulate(self, request: httpx.Request) -> httpx.Response:
        self.given.append(request)
        return httpx.Response(201, content=b"made", headers={"etag": "W/1", "connection": "keep-alive"})

    async def ask(
        self, url: str, token: str | None = None, method: str = "GET", content: bytes = b""
    ) -> httpx.Response:
        value, _ = self.identity.issue(STORAGE)
        headers = {"authorization": f"Bearer {token or value}", "x-ms-date": "today"}
        app = self.storage.app()
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client,
        ):
            return await client.request(method, url, headers=headers, content=content)


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_a_request_is_passed_on_as_it_came(rig: Rig) -> None:
    reply = await rig.ask(f"{TABLES}{ENTITY}", method="MERGE", content=b"body")
    (given,) = rig.given
    assert given.url.host == "127.0.0.1"
    assert given.headers["host"] == "127.0.0.1:1"
    assert given.headers["x-ms-date"] == "today"
    assert given.headers["authorization"].startswith("Bearer ")
    assert (given.method, given.url.raw_path.decode(), given.content) == ("MERGE", f"/dev{ENTITY}", b"body")
    assert (reply.status_code, reply.content, reply.headers["etag"]) == (201, b"made", "W/1")
    assert "connection" not in reply.headers
    assert list(rig.storage.asked) == [Asked("table", "MERGE", ENTITY, 201, rig.clock.time())]


async def test_each_name_has_its_own_place(rig: Rig) -> None:
    await rig.ask(f"{QUEUES}/ends/messages")
    assert str(rig.given[0].url) == "https://127.0.0.1:2/dev/ends/messages"
    assert (await rig.ask("https://other.queue.core.windows.net/ends/messages")).status_code == 400
    assert len(rig.given) == 1


@pytest.mark.parametrize(
    ("missing", "refused", "allowed"), [(TABLES_USER, TABLES, QUEUES), (QUEUES_USER, QUEUES, TABLES)]
)
async def test_each_service_asks_for_its_own_role(rig: Rig, missing: str, refused: str, allowed: str) -> None:
    rig.identity.roles.discard(missing)
    assert (await rig.ask(f"{refused}/x")).status_code == 403
    assert (await rig.ask(f"{allowed}/x")).status_code == 201
    assert len(rig.given) == 1


async def test_a_refusal_speaks_the_language_of_the_service(rig: Rig) -> None:
    rig.identity.roles.clear()
    table, queue = await rig.ask(f"{TABLES}/x"), await rig.ask(f"{QUEUES}/x")
    assert table.json()["odata.error"]["code"] == "AuthorizationPermissionMismatch"
    assert ElementTree.fromstring(queue.text).findtext("Code") == "AuthorizationPermissionMismatch"  # noqa: S314 - ours
    assert queue.headers["x-ms-error-code"] == "AuthorizationPermissionMismatch"


async def test_only_a_token_for_storage_that_has_not_expired(rig: Rig) -> None:
    wrong, _ = rig.identity.issue(COGNITIVE_SERVICES)
    old, _ = rig.identity.issue(STORAGE)
    await rig.clock.advance(LIFETIME_SECONDS)
    for token in ("forged", wrong, old):
        assert (await rig.ask(f"{TABLES}/x", token)).status_code == 401
    assert rig.given == []


async def test_down_and_up_again(rig: Rig) -> None:
    rig.storage.down = True
    down = await rig.ask(f"{QUEUES}/x")
    rig.storage.down = False
    assert (down.status_code, down.headers["x-ms-error-code"]) == (503, "ServerBusy")
    assert (await rig.ask(f"{QUEUES}/x")).status_code == 201
