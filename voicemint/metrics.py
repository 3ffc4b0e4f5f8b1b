"""The same events as numbers: OpenTelemetry instruments that follow the log, so that no call site does both.

Nothing is imported and nothing counted unless telemetry is switched on and the package is there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from voicemint import __version__

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram, Meter

SWITCHES = ("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY", "PYTHON_ENABLE_OPENTELEMETRY")
"""The worker's own settings (azure-functions-runtime 1.3.0, handle_event.py): the first makes it export to Application
Insights, the second leaves the export to the owner."""

_TRUE = ("1", "true", "t", "yes", "y")  # what the worker takes for true


@dataclass(frozen=True)
class Metric:
    """One instrument: which event feeds it, by how much, and which fields of the event divide it.

    No attribute may have many values: every combination is a series of its own. Callers are in the log only.
    """

    name: str
    kind: Literal["counter", "histogram"]
    unit: str
    says: str
    event: str
    attributes: tuple[str, ...] = ()
    amount: str | None = None
    """The field that is added or recorded; without one, each event counts 1."""


METRICS = (
    Metric("voicemint.mints", "counter", "{mint}", "sessions minted", "minted", ("persona", "mode")),
    Metric("voicemint.refusals", "counter", "{request}", "requests refused or failed", "request_failed", ("code",)),
    Metric(
        "voicemint.request.duration", "histogram", "s", "answering a request", "request_done", ("route", "status"),
        "milliseconds",
    ),
    Metric(
        "voicemint.upstream.duration", "histogram", "s", "one operation on Azure OpenAI", "upstream_call",
        ("operation", "upstream_status"), "milliseconds",
    ),
    Metric("voicemint.calls.started", "counter", "{call}", "relay calls started", "call_started", ("persona",)),
    Metric("voicemint.calls.ended", "counter", "{call}", "relay calls ended", "call_ended", ("why",)),
    Metric("voicemint.call.duration", "histogram", "s", "length of relay calls", "call_ended", ("why",), "seconds"),
    Metric("voicemint.leash.delay", "histogram", "s", "calls cut late, by how much", "leash_late", (), "seconds"),
    Metric("voicemint.breaker.openings", "counter", "{opening}", "times that the breaker opened", "breaker_opened"),
    Metric(
        "voicemint.storage.failures", "counter", "{failure}", "failures of tables and queue", "storage_failed",
        ("operation",),
    ),
    Metric(
        "voicemint.credential.failures", "counter", "{failure}", "failures of identity and vault", "credential_failed",
        ("credential",),
    ),
)  # fmt: skip


class Instruments:
    """The instruments of one process, made at once."""

    def __init__(self, meter: Meter) -> None:
        self._fed: dict[str, list[tuple[Metric, Counter | Histogram]]] = {}
        for metric in METRICS:
            create = meter.create_counter if metric.kind == "counter" else meter.create_histogram
            instrument = create(metric.name, unit=metric.unit, description=metric.says)
            self._fed.setdefault(metric.event, []).append((metric, instrument))

    def record(self, event: str, fields: Mapping[str, object]) -> None:
        """Feed every instrument that follows `event`. One whose amount is missing or no number is left alone."""
        for metric, instrument in self._fed.get(event, ()):
            amount = _amount(metric, fields)
            if amount is None:
                continue
            if metric.kind == "counter":
                instrument.add(amount, _attributes(metric, fields))  # type: ignore[union-attr]
            else:
                instrument.record(amount, _attributes(metric, fields))  # type: ignore[union-attr]


def open_instruments(environ: Mapping[str, str]) -> Instruments | None:
    """The instruments, if one of `SWITCHES` is on and OpenTelemetry is installed."""
    if not any(environ.get(name, "").strip().lower() in _TRUE for name in SWITCHES):
        return None
    try:
        from opentelemetry.metrics import get_meter
    except ImportError:
        return None  # the worker has said so already, loudly
    return Instruments(get_meter("voicemint", __version__))


def record(event: str, fields: Mapping[str, object]) -> None:
    """Count `event` in this process, or do nothing."""
    instruments = _of_this_process()
    if instruments is not None:
        instruments.record(event, fields)


@cache
def _of_this_process() -> Instruments | None:
    return open_instruments(os.environ)


def _amount(metric: Metric, fields: Mapping[str, object]) -> float | None:
    if metric.amount is None:
        return 1
    value = fields.get(metric.amount)
    if not isinstance(value, int | float):
        return None
    return value / 1000 if metric.amount == "milliseconds" else value


def _attributes(metric: Metric, fields: Mapping[str, object]) -> dict[str, str | int]:
    """The fields that divide the metric; an upstream status as its class, because there are many of them."""
    attributes: dict[str, str | int] = {}
    for name in metric.attributes:
        value = fields.get(name)
        if name == "upstream_status":
            attributes["status_class"] = f"{value // 100}xx" if isinstance(value, int) and value else "none"
        elif value is not None:
            attributes[name] = value if isinstance(value, int) else str(value)
    return attributes
