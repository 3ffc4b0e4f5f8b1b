"""The options of host.json, its defaults on a developer's machine, and what is no option."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local_host.queue_options import QueueOptions, read_queue_options

ROOT = Path(__file__).parents[3]


def read(tmp_path: Path, **options: object) -> QueueOptions:
    (tmp_path / "host.json").write_text(json.dumps({"extensions": {"queues": options}}))
    return read_queue_options(tmp_path / "host.json")


def test_the_hosts_defaults(tmp_path: Path) -> None:
    assert read(tmp_path) == QueueOptions(16, 2.0, 0.0, 5, base64=True)


def test_every_option(tmp_path: Path) -> None:
    options = read(
        tmp_path,
        batchSize=32,
        maxPollingInterval="00:00:00.5000000",
        visibilityTimeout="01:02:03",
        maxDequeueCount=1,
        messageEncoding="None",
    )
    assert options == QueueOptions(32, 0.5, 3723.0, 1, base64=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batchSize", 0),
        ("batchSize", 33),
        ("batchSize", "16"),
        ("batchSize", True),
        ("maxDequeueCount", 0),
        ("maxPollingInterval", "00:00:00"),
        ("maxPollingInterval", "5"),
        ("maxPollingInterval", 5),
        ("maxPollingInterval", "00:00:05 "),
        ("maxPollingInterval", "00:00:0\u0665"),
        ("visibilityTimeout", "24:00:00"),
        ("visibilityTimeout", None),
        ("messageEncoding", "utf8"),
        ("messageEncoding", 64),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"^host\.json: extensions\.queues\.{name} must be "):
        read(tmp_path, **{name: value})


def test_our_own_file_tries_a_call_for_ten_minutes() -> None:
    """Each failure hides the message for a while; the last one puts it aside."""
    options = read_queue_options(ROOT / "host.json")
    assert 540 <= options.retry_seconds * (options.attempts - 1) <= 660
    assert options.polling_seconds <= 5
    assert options.base64
