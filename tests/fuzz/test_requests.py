"""84,000 requests through the real triggers: each one answered, as the document says, and nothing secret shown.

Every world takes its share in one process, in virtual time. FUZZ_SEED repeats a run; its number is in each failure.
"""

from __future__ import annotations

import faulthandler
import json
import os
from collections.abc import Iterator
from typing import TextIO

import pytest

from tests.fuzz.drive import Run
from tests.fuzz.worlds import WORLDS, World
from voicemint import openapi
from voicemint.openapi.operations import OPERATIONS

DOCUMENT = json.loads(openapi.document())
SEED = int(os.environ.get("FUZZ_SEED", "73"))
REQUESTS = 12_000
"""For each world."""
HUNG_SECONDS = 300.0
"""A world that takes longer is stuck in a loop that no time-out can end."""

RARE = {"internal_error", "not_configured"}
"""What no request and no stand-in here can bring about: the first must not happen, the second is a setting."""

UNLIKELY = {("hang_up_call", "upstream_not_found")}
"""For a call that is there, Azure would have to forget the deployment."""


@pytest.fixture
def watchdog(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Ends the whole process with a traceback when it hangs."""
    with capfd.disabled():
        stderr: TextIO = os.fdopen(os.dup(2), "w")
    faulthandler.dump_traceback_later(HUNG_SECONDS, exit=True, file=stderr)
    yield
    faulthandler.cancel_dump_traceback_later()
    stderr.close()


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """(operation, code) of all that was answered in all worlds."""
    return set()


@pytest.mark.usefixtures("watchdog")
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_every_request_is_answered_as_the_document_says(world: World, seen: set[tuple[str, str]]) -> None:
    run = Run(world, SEED, DOCUMENT)

    run.run(REQUESTS)

    assert run.answered == REQUESTS
    operations = {(operation.method.upper(), operation.path): operation.id for operation in OPERATIONS}
    seen.update((operations[method, path], code) for method, path, code in run.codes if (method, path) in operations)


def test_together_they_are_more_than_fifty_thousand() -> None:
    assert REQUESTS * len(WORLDS) >= 50_000


def test_every_documented_outcome_was_met(seen: set[tuple[str, str]]) -> None:
    promised = {(operation.id, kind.code) for operation in OPERATIONS for kind in operation.errors}
    promised |= {(operation.id, str(operation.success.status)) for operation in OPERATIONS}

    assert sorted(pair for pair in promised - seen - UNLIKELY if pair[1] not in RARE) == []
