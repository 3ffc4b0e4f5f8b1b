"""The records in Azure Table Storage: one entity a key, for all instances of the function.

The SDK is the synchronous one, imported at first use. It runs in threads of its own, so that a table that hangs cannot
starve the reading of credentials. Its patience is short, because somebody waits to speak and `Limits` has a deadline.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from voicemint.azure.emulator import EMULATOR_ACCOUNT, EMULATOR_KEY, is_emulator
from voicemint.errors import StorageUnavailable
from voicemint.telemetry import log

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.core.exceptions import HttpResponseError
    from azure.data.tables import TableClient

TABLE_NAME = "voicemintledgers"
ROW_KEY = "ledger"
CONTENT = "content"

THREADS = 10
"""As many as requests keeps connections for; more would open one for every request."""

PATIENCE: Mapping[str, Any] = {
    "connection_timeout": 1,
    "read_timeout": 2,
    "retry_total": 1,
    "retry_connect": 1,
    "retry_read": 0,
    "retry_status": 0,
}
"""Only what never reached the service is tried again: a write may have been made although its answer was lost, and the
wait that an answer asks for could be any."""

T = TypeVar("T")


class TableLedgers:
    """`Ledgers` in the table of the account at `endpoint`. `identity` makes the credential; it blocks and is not asked
    for an emulator. The table is made only where it is missing, so an identity need not be allowed to make one."""

    def __init__(
        self,
        endpoint: str,
        identity: Callable[[], TokenCredential],
        *,
        open_table: Callable[[str, Callable[[], TokenCredential]], TableClient] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._identity = identity
        self._open_table = open_table or _open_table
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="table-ledgers")
        self._opening = threading.Lock()
        self._table: TableClient | None = None

    async def read(self, key: str) -> tuple[bytes | None, str | None]:
        return await self._run("table_read", lambda table: _read(table, key))

    async def write(self, key: str, content: bytes, etag: str | None) -> bool:
        return await self._run("table_write", lambda table: _write(table, key, content, etag))

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._table is not None:
            self._table.close()

    async def _run(self, operation: str, use: Callable[[TableClient], T]) -> T:
        """Run `use` in a thread. Whoever stops waiting takes it back, unless it has begun; then it ends by itself
        within its time-outs."""
        context = copy_context()  # so that what is logged in the thread names the request, too
        work = partial(context.run, self._translated, operation, use)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _translated(self, operation: str, use: Callable[[TableClient], T]) -> T:
        """Run `use`, with our own error for whatever the SDK raises."""
        try:
            with self._opening:
                if self._table is None:
                    self._table = self._open_table(self._endpoint, self._identity)
            return use(self._table)
        except Exception as error:  # an answer that is not what it should be makes the SDK stumble in any way
            status = getattr(error, "status_code", None)
            kind = type(error).__name__
            log("storage_failed", logging.WARNING, operation=operation, upstream_status=status, error_type=kind)
            raise StorageUnavailable("The limits cannot be read or written now.") from error


def _open_table(endpoint: str, identity: Callable[[], TokenCredential]) -> TableClient:
    from azure.core.credentials import AzureNamedKeyCredential
    from azure.data.tables import TableClient

    credential = AzureNamedKeyCredential(EMULATOR_ACCOUNT, EMULATOR_KEY) if is_emulator(endpoint) else identity()
    return TableClient(endpoint, TABLE_NAME, credential=credential, **PATIENCE)


def _read(table: TableClient, key: str) -> tuple[bytes | None, str | None]:
    from azure.core.exceptions import HttpResponseError, ResourceExistsError

    try:
        entity = table.get_entity(key, ROW_KEY)
    except HttpResponseError as error:
        if _code(error) == "TableNotFound":
            with suppress(ResourceExistsError):  # another instance was quicker
                table.create_table()
            return None, None
        # Only the service's own words count as "not there": a 404 from anything in between is a failure.
        if _code(error) in ("ResourceNotFound", "EntityNotFound"):
            return None, None
        raise
    content, etag = entity[CONTENT], entity.metadata["etag"]
    if not isinstance(content, bytes) or not isinstance(etag, str):
        raise TypeError("an entity that is none of ours")
    return content, etag


def _write(table: TableClient, key: str, content: bytes, etag: str | None) -> bool:
    from azure.core import MatchConditions
    from azure.core.exceptions import HttpResponseError
    from azure.data.tables import UpdateMode

    entity = {"PartitionKey": key, "RowKey": ROW_KEY, CONTENT: content}
    try:
        if etag is None:
            table.create_entity(entity)
        else:
            table.update_entity(
                entity, mode=UpdateMode.REPLACE, etag=etag, match_condition=MatchConditions.IfNotModified
            )
    except HttpResponseError as error:
        # There is one already, there is another version, or it has gone: reading it again will tell.
        if error.status_code in (404, 409, 412):
            return False
        raise
    return True


def _code(error: HttpResponseError) -> str:
    """The service's own code for a refusal, as in `x-ms-error-code`; "" if it gave none."""
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code) or "")
