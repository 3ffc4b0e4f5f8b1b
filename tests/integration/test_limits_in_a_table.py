"""The limits in a real table: several processes at once, every fault of the storage, and recovery from it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from azure.core.credentials import AzureNamedKeyCredential, TokenCredential
from azure.data.tables import TableServiceClient

from tests.integration.azurite import Azurite, running
from tests.integration.faulty_storage import Trouble, answer, faulty
from voicemint.azure.emulator import EMULATOR_ACCOUNT, EMULATOR_KEY
from voicemint.callers.caller import Caller
from voicemint.errors import DailyLimitReached, StorageUnavailable, TooManyCalls, UnknownCall, VoicemintError
from voicemint.limits.ledger import Policy
from voicemint.limits.limits import DEADLINE_SECONDS, Limits
from voicemint.limits.table_ledgers import TABLE_NAME, TableLedgers
from voicemint.timing import SystemClock

pytestmark = pytest.mark.anyio

WORKER = Path(__file__).with_name("limits_worker.py")
ROOT = WORKER.parents[2]
POLICY = Policy(starts_per_minute=10, open_calls=2, seconds_per_day=7200, call_seconds=1800, starts_per_day=1000)
KEY, OTHER = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def emulator() -> Iterator[Azurite]:
    with running() as started:
        yield started


@pytest.fixture
def azurite(emulator: Azurite) -> Iterator[Azurite]:
    """The emulator, without what the test before left in it: not even the table is there."""
    yield emulator
    credential = AzureNamedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY)
    with TableServiceClient(emulator.tables, credential=credential) as service:
        service.delete_table(TABLE_NAME)


def no_identity() -> TokenCredential:
    raise AssertionError("An emulator needs no identity.")


def limits(endpoint: str, policy: Policy = POLICY, *, deadline_seconds: float = DEADLINE_SECONDS) -> Limits:
    return Limits(TableLedgers(endpoint, no_identity), policy, SystemClock(), deadline_seconds=deadline_seconds)


def four_processes(endpoint: str, what: str, times: int, **policy: int) -> Counter[str]:
    """What four processes together are told, each of which asks `times` times at once for the same caller."""
    told = json.dumps({name: getattr(POLICY, name) for name in Policy.__match_args__} | policy)
    command = [sys.executable, "-W", "error", str(WORKER), endpoint, what, KEY, str(times), told]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    total: Counter[str] = Counter()
    with ExitStack() as stack:
        workers = []
        for _ in range(4):
            worker = stack.enter_context(
                subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True, env=environment, cwd=ROOT)
            )
            stack.callback(worker.kill)
            workers.append(worker)
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n", worker.communicate()[1]
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in workers:
            said, complaints = worker.communicate(timeout=60)
            assert worker.returncode == 0, complaints
            total.update(json.loads(said))
    return total


def test_four_processes_share_a_limit_of_ten_a_minute(azurite: Azurite) -> None:
    assert four_processes(azurite.tables, "admit", 50) == {"ok": 10, "rate_limited": 190}


def test_four_processes_open_no_more_calls_than_allowed(azurite: Azurite) -> None:
    told = four_processes(azurite.tables, "open_call", 25, starts_per_minute=600)
    assert told == {"ok": 2, "too_many_calls": 98}


def test_four_processes_share_the_day(azurite: Azurite) -> None:
    told = four_processes(azurite.tables, "admit", 50, starts_per_minute=600, starts_per_day=33)
    assert told == {"ok": 33, "daily_limit_reached": 167}


async def test_a_call_from_its_opening_to_its_end(azurite: Azurite) -> None:
    ours, another = limits(azurite.tables), limits(azurite.tables)
    key = await ours.key(Caller("user", "somebody"))
    assert await another.key(Caller("user", "somebody")) == key
    call = await ours.open_call(key)
    connected = await ours.connect_call(key, call.id, "rtc_one")
    assert await another.find_call(key, call.id) == connected
    await another.open_call(key)
    with pytest.raises(TooManyCalls):
        await ours.open_call(key)
    assert await another.close_call(key, call.id) == connected
    assert await ours.close_call(key, call.id) is None
    with pytest.raises(UnknownCall):
        await ours.find_call(key, call.id)
    await ours.check()
    await asyncio.gather(ours.close(), another.close())


async def test_the_day_is_told_to_whoever_has_not_seen_it_end(azurite: Azurite) -> None:
    ours = limits(azurite.tables, Policy(10, 2, 7200, 1800, 0))
    with pytest.raises(DailyLimitReached) as refused:
        await ours.admit(KEY)
    assert 0 < (refused.value.retry_after or 0) <= 86_400
    await ours.close()


ERROR = b'{"odata.error":{"code":"%s","message":{"lang":"en-US","value":"secret words"}}}'
JSON = "Content-Type: application/json;odata=minimalmetadata"

TROUBLES: dict[str, Trouble] = {
    "connection refused": "refuses",
    "accepts and never answers": "never answers",
    "hangs up": "hangs up",
    "500": answer("500 Internal Server Error", ERROR % b"InternalError", JSON),
    "500 without a body": answer("500 Internal Server Error"),
    "503 with a long wait": answer("503 Busy", ERROR % b"ServerBusy", JSON, "Retry-After: 3600"),
    "403": answer("403 Forbidden", ERROR % b"AuthorizationPermissionMismatch", JSON),
    "401": answer("401 Unauthorized", ERROR % b"AuthenticationFailed", JSON, "WWW-Authenticate: Bearer nonsense"),
    "404 of something in between": answer("404 Not Found", b"<html>secret words</html>", "Content-Type: text/html"),
    "302": answer("302 Found", b"", "Location: /elsewhere"),
    "garbage": b"secret words\r\n\r\n",
    "200 with HTML": answer("200 OK", b"<html>secret words</html>", "Content-Type: text/html"),
    "200 with HTML as JSON": answer("200 OK", b"<html>secret words</html>", JSON),
    "200 without a body": answer("200 OK", b"", JSON),
    "200 with a list": answer("200 OK", b"[]", JSON),
    "200 with another object": answer("200 OK", b'{"a": 1}', JSON, 'ETag: W/"1"'),
    "200 with null": answer("200 OK", b"null", JSON),
    "200 cut short": answer("200 OK", b"{" * 10, JSON).replace(b"Content-Length: 10", b"Content-Length: 999"),
    "200 that is not UTF-8": answer("200 OK", b"\xff\xfe\xfd", JSON),
    "gzip that is none": answer("200 OK", b"secret words", JSON, "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
async def test_trouble_refuses_and_the_next_request_is_served(
    azurite: Azurite, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    async with faulty(azurite.tables) as storage:
        ours = limits(storage.endpoint)
        await ours.warm_up()
        call = await ours.open_call(OTHER)
        await storage.set(trouble)
        started = time.monotonic()
        refused = await asyncio.gather(
            ours.admit(KEY),
            ours.open_call(OTHER),
            ours.find_call(OTHER, call.id),
            ours.close_call(OTHER, call.id),
            ours.check(),
            return_exceptions=True,
        )
        took = time.monotonic() - started
        assert [type(one) for one in refused] == [StorageUnavailable] * 5
        assert took < 10  # the deadline is 3 seconds; the rest is for a busy machine
        said = caplog.text + "".join(f"{one.detail}{one.hint}" for one in refused if isinstance(one, VoicemintError))
        assert "secret words" not in said
        await storage.set("none")
        await ours.admit(KEY)
        assert await ours.close_call(OTHER, call.id) == call
        await ours.close()


async def test_a_cold_start_without_storage_recovers(azurite: Azurite) -> None:
    async with faulty(azurite.tables) as storage:
        await storage.set("refuses")
        ours = limits(storage.endpoint)
        await ours.warm_up()
        with pytest.raises(StorageUnavailable):
            await ours.key(Caller("local"))
        await storage.set("none")
        await ours.admit(await ours.key(Caller("local")))
        await ours.close()


async def test_a_thousand_at_once_each_get_an_answer(azurite: Azurite) -> None:
    ours = limits(azurite.tables)
    await ours.warm_up()
    told = await asyncio.gather(*(ours.admit(f"{number:032x}") for number in range(1000)), return_exceptions=True)
    refused = [one for one in told if one is not None]
    assert all(isinstance(one, StorageUnavailable) for one in refused)
    assert len(refused) < 1000
    await ours.close()


async def test_a_thousand_of_one_caller_are_counted_at_once(azurite: Azurite) -> None:
    ours = limits(azurite.tables, deadline_seconds=30)
    told = await asyncio.gather(*(ours.admit(KEY) for _ in range(1000)), return_exceptions=True)
    assert Counter(type(one).__name__ for one in told) == {"NoneType": 10, "RateLimited": 990}
    await ours.close()


async def test_records_outlive_the_emulator(tmp_path: Path) -> None:
    with running(tmp_path) as emulator:
        ours = limits(emulator.tables)
        key = await ours.key(Caller("local"))
        call = await ours.open_call(key)
        emulator.stop()
        with pytest.raises(StorageUnavailable):
            await ours.find_call(key, call.id)
        emulator.start()
        assert await ours.find_call(key, call.id) == call
        await ours.close()
