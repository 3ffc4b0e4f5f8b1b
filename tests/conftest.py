"""What every test shares: asyncio as the one event loop, the hunt for leaked secrets, and no silent skips."""

from __future__ import annotations

import hypothesis
import pytest

# An example may be slow on a busy machine; that says nothing about the code.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

pytest_plugins = ["tests.canary_hunt", "tests.require_all"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
