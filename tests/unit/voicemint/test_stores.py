"""Which store the settings ask for."""

from __future__ import annotations

import pytest

from simulator.clock import ManualClock
from tests.mint_support import FakeSdk, settings
from voicemint.leash.double_leash import DoubleLeash
from voicemint.leash.leashed_call import LeashedCall
from voicemint.leash.timer_leash import TimerLeash
from voicemint.limits.ledger import Policy
from voicemint.limits.ledgers import MemoryLedgers
from voicemint.limits.table_ledgers import TableLedgers
from voicemint.stores import open_leash, open_ledgers, policy_of

pytestmark = pytest.mark.anyio

TABLES = {"TABLES_ENDPOINT": "http://127.0.0.1:1/devstoreaccount1"}
QUEUE = {"CALL_MODE": "relay", "CALL_QUEUE__queueServiceUri": "http://127.0.0.1:1/devstoreaccount1"}


async def end(call: LeashedCall) -> None: ...


async def test_limits_are_shared_where_there_is_a_table() -> None:
    clock = ManualClock()
    sdk = FakeSdk(clock)
    tables = open_ledgers(settings(**TABLES), sdk, clock)

    assert isinstance(tables, TableLedgers)
    assert isinstance(open_ledgers(settings(), sdk, clock), MemoryLedgers)
    await tables.close()


async def test_the_leash_outlives_the_process_where_there_is_a_queue() -> None:
    clock = ManualClock()
    sdk = FakeSdk(clock)
    both = open_leash(settings(**QUEUE), sdk, clock, end)

    assert isinstance(both, DoubleLeash)
    assert isinstance(open_leash(settings(), sdk, clock, end), TimerLeash)
    await both.close()


def test_the_policy_is_the_settings_in_seconds() -> None:
    asked = settings(
        CALL_MODE="relay",
        RATE_LIMIT_PER_MINUTE="3",
        MAX_CONCURRENT_CALLS="4",
        MAX_MINUTES_PER_DAY="5",
        MAX_CALL_SECONDS="60",
        MAX_CALLS_PER_DAY="7",
    )

    assert policy_of(asked) == Policy(3, 4, 300, 60, 7)
