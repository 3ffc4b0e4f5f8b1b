"""The start-up table."""

from __future__ import annotations

import sys

import pytest

from simulator import banner
from simulator.banner import Row


def test_every_row_says_role_part_and_reason() -> None:
    rows = [Row("voice activity", "silero"), Row("brain", "rules", "a\nlong  reason")]
    assert banner.table(rows).splitlines() == [
        "  voice activity  silero  full quality",
        "  brain           rules   a long reason",
    ]


def test_a_machine_with_aiortc_has_both_connections() -> None:
    assert banner.connection() == Row("connection", "WebRTC and WebSocket")


def test_a_machine_without_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "simulator.wire.webrtc", raising=False)
    monkeypatch.setitem(sys.modules, "aiortc", None)
    row = banner.connection()
    assert row.name == banner.WEBSOCKET_ONLY
    assert "aiortc" in row.reason
