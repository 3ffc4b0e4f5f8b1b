"""Where limits and the ends of calls are kept: in Azure Storage where that is set, else in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from voicemint.azure.credentials import Sdk
from voicemint.leash.double_leash import DoubleLeash
from voicemint.leash.leashed_call import Leash, LeashedCall
from voicemint.leash.queue_leash import QueueLeash
from voicemint.leash.timer_leash import TimerLeash
from voicemint.limits.ledger import Policy
from voicemint.limits.ledgers import Ledgers, MemoryLedgers
from voicemint.limits.table_ledgers import TableLedgers
from voicemint.settings import Settings
from voicemint.timing import Clock


def open_ledgers(settings: Settings, sdk: Sdk, clock: Clock) -> Ledgers:
    """The store of the limits. Settings see to it that a hosted app has a shared one."""
    if settings.tables_endpoint is None:
        return MemoryLedgers(clock)
    return TableLedgers(settings.tables_endpoint, sdk.identity)


def open_leash(settings: Settings, sdk: Sdk, clock: Clock, end: Callable[[LeashedCall], Awaitable[None]]) -> Leash:
    """What ends calls at their time: timers of this process, which run `end`, and a queue if there is one."""
    timers = TimerLeash(clock, end)
    if settings.queue_endpoint is None:
        return timers
    return DoubleLeash(QueueLeash(settings.queue_endpoint, sdk.identity, clock), timers)


def policy_of(settings: Settings) -> Policy:
    """The limits that are set."""
    return Policy(
        starts_per_minute=settings.rate_limit_per_minute,
        open_calls=settings.max_concurrent_calls,
        seconds_per_day=settings.max_minutes_per_day * 60,
        call_seconds=settings.max_call_seconds,
        starts_per_day=settings.max_calls_per_day,
    )
