"""What every test shares: asyncio as the one event loop, the hunt for leaked secrets, and no silent skips."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.canary_hunt", "tests.require_all"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
