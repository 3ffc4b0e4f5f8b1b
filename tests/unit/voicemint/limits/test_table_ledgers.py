"""The records in Table Storage, against a client that misbehaves as told. The real one is in tests/integration."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any, cast

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)

from tests.mint_support import ROOT
from voicemint.errors import StorageUnavailable
from voicemint.limits.table_ledgers import TableLedgers
from voicemint.telemetry import about_request

pytestmark = pytest.mark.anyio


def refusal(kind: type[HttpResponseError], status: int, code: str = "") -> HttpResponseError:
    error = kind("what the service says is nobody's business")
    error.status_code = status
    error.error_code = code  # type: ignore[attr-defined]
    return error


class Table:
    """A table client that does `answer`, or raises it, whatever is asked."""

    def __init__(self, answer: object = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Any]] = []
        self.threads: set[str] = set()
        self.closed = False

    def __getattr__(self, name: str) -> Any:
        def method(*arguments: Any, **options: Any) -> Any:
            self.asked.append((name, options))
            self.threads.add(threading.current_thread().name)
            if isinstance(self.answer, Exception) and name != "create_table":
                raise self.answer
            return self.answer

        return method

    def close(self) -> None:
        self.closed = True


def over(table: Table) -> TableLedgers:
    return TableLedgers(
        "https://account.table.core.windows.net",
        lambda: pytest.fail("no credential is needed"),
        open_table=lambda endpoint, identity: cast(Any, table),
    )


class Entity(dict[str, object]):
    """What the SDK gives for one."""

    def __init__(self, content: object, etag: object) -> None:
        super().__init__(content=content)
        self.metadata = {"etag": etag}


def entity(content: object = b"{}", etag: object = 'W/"1"') -> Entity:
    return Entity(content, etag)


async def test_a_record_is_read_in_a_thread_of_its_own() -> None:
    table = Table(entity(b"{}", 'W/"7"'))
    ledgers = over(table)
    assert await ledgers.read("a") == (b"{}", 'W/"7"')
    assert {name.rpartition("_")[0] for name in table.threads} == {"table-ledgers"}
    await ledgers.close()
    assert table.closed


async def test_a_version_is_replaced_only_if_it_is_still_there() -> None:
    table = Table()
    ledgers = over(table)
    assert await ledgers.write("a", b"1", None)
    assert await ledgers.write("a", b"2", 'W/"1"')
    (first, _), (second, options) = table.asked
    assert (first, second) == ("create_entity", "update_entity")
    assert options["etag"] == 'W/"1"'
    assert options["match_condition"].name == "IfNotModified"
    assert options["mode"].value == "replace"
    await ledgers.close()


@pytest.mark.parametrize("code", ["ResourceNotFound", "EntityNotFound"])
async def test_a_record_that_is_not_there(code: str) -> None:
    ledgers = over(Table(refusal(ResourceNotFoundError, 404, code)))
    assert await ledgers.read("a") == (None, None)
    await ledgers.close()


async def test_a_missing_table_is_made() -> None:
    table = Table(refusal(ResourceNotFoundError, 404, "TableNotFound"))
    ledgers = over(table)
    assert await ledgers.read("a") == (None, None)
    assert [name for name, _ in table.asked] == ["get_entity", "create_table"]
    await ledgers.close()


@pytest.mark.parametrize(
    "error",
    [
        refusal(ResourceExistsError, 409, "EntityAlreadyExists"),
        refusal(ResourceModifiedError, 412, "UpdateConditionNotSatisfied"),
        refusal(ResourceNotFoundError, 404, "ResourceNotFound"),
    ],
)
async def test_a_lost_race(error: HttpResponseError) -> None:
    ledgers = over(Table(error))
    assert not await ledgers.write("a", b"1", None)
    assert not await ledgers.write("a", b"1", 'W/"1"')
    await ledgers.close()


FAILURES = [
    refusal(ResourceNotFoundError, 404),
    refusal(HttpResponseError, 403, "AuthorizationPermissionMismatch"),
    refusal(HttpResponseError, 500, "InternalError"),
    refusal(HttpResponseError, 503, "ServerBusy"),
    refusal(ClientAuthenticationError, 401, "AuthenticationFailed"),
    ServiceRequestError("refused"),
    ServiceResponseError("no answer"),
    DecodeError("not JSON"),
    ValueError("not a token"),
    KeyError("content"),
    AttributeError("None"),
    LookupError("unknown encoding"),
]


@pytest.mark.parametrize(
    "error", FAILURES, ids=lambda error: f"{type(error).__name__}{getattr(error, 'status_code', '')}"
)
async def test_every_failure_is_one_of_ours_and_says_nothing(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    ledgers = over(Table(error))
    with about_request("request-of-the-test"), pytest.raises(StorageUnavailable) as failed:
        await ledgers.read("a")
    assert '"request_id": "request-of-the-test", "operation": "table_read"' in caplog.text
    said = f"{failed.value.detail} {failed.value.hint} {caplog.text}"
    assert "what the service says" not in said
    assert type(error).__name__ in caplog.text
    if getattr(error, "status_code", None) != 404:
        with pytest.raises(StorageUnavailable):
            await ledgers.write("a", b"1", 'W/"1"')
    await ledgers.close()


@pytest.mark.parametrize("answer", [entity("text"), entity(None), entity(b"{}", None), {}, None])
async def test_an_entity_that_is_none_of_ours_is_not_an_empty_record(answer: object) -> None:
    ledgers = over(Table(answer))
    with pytest.raises(StorageUnavailable):
        await ledgers.read("a")
    await ledgers.close()


def test_the_sdk_is_imported_at_first_use() -> None:
    program = (
        "import sys; import voicemint.limits.limits, voicemint.limits.table_ledgers; "
        "print(*(name for name in sys.modules if name.split('.')[0] in ('azure', 'requests')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
