"""How the Functions host polls storage queues: `extensions.queues` of host.json.

Names, bounds and defaults are those of `QueuesOptions` in the host's storage extension (azure-sdk-for-net).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_host.host_json import extension_options

SHORTEST_POLLING_SECONDS = 0.1
"""`QueuePollingIntervals.Minimum`."""

LOCAL_POLLING_SECONDS = 2.0
"""The default of the longest interval on a developer's machine; in Azure it is a minute
(`StorageQueuesWebJobsBuilderExtensions`)."""


@dataclass(frozen=True)
class QueueOptions:
    """`polling_seconds` is the longest wait between two looks at an empty queue, `retry_seconds` the wait before a
    message whose function failed is given to it again, `attempts` how often that happens in all."""

    batch_size: int = 16
    polling_seconds: float = LOCAL_POLLING_SECONDS
    retry_seconds: float = 0.0
    attempts: int = 5
    base64: bool = True


def read_queue_options(host_json: Path) -> QueueOptions:
    """The options in the file. Raises ValueError in a plain sentence that names the option that is wrong."""
    options = extension_options(host_json, "queues")
    encoding = options.get("messageEncoding", "base64")
    if not isinstance(encoding, str) or encoding.lower() not in ("base64", "none"):
        raise ValueError("host.json: extensions.queues.messageEncoding must be base64 or none.")
    return QueueOptions(
        batch_size=_whole_number(options, "batchSize", 16, most=32),
        polling_seconds=_seconds(options, "maxPollingInterval", LOCAL_POLLING_SECONDS, least=SHORTEST_POLLING_SECONDS),
        retry_seconds=_seconds(options, "visibilityTimeout", 0.0, least=0.0),
        attempts=_whole_number(options, "maxDequeueCount", 5, most=1_000_000),
        base64=encoding.lower() == "base64",
    )


def _whole_number(options: Mapping[str, Any], name: str, default: int, *, most: int) -> int:
    value = options.get(name, default)
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError(f"host.json: extensions.queues.{name} must be a whole number from 1 to {most}.")
    return value


def _seconds(options: Mapping[str, Any], name: str, default: float, *, least: float) -> float:
    """A .NET TimeSpan as it is written in host.json, `hh:mm:ss` and perhaps a fraction."""
    if name not in options:
        return default
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d{1,7})?)", str(options[name]), re.ASCII)
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else -1.0
    if seconds < least:
        raise ValueError(f"host.json: extensions.queues.{name} must be a time as hh:mm:ss, {least:g} seconds or more.")
    return seconds
