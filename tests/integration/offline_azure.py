"""The doubles for tests that mint but never speak, and child processes that live among them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, cast

from starlette.types import ASGIApp

from simulator.azure.identity import Identity
from simulator.clock import RealClock
from simulator.engine.session import Parts
from simulator.ids import Ids
from simulator.knobs import Knobs
from simulator.scripted import ScriptedBrain
from simulator.wire.access import Access
from simulator.wire.resource import Resource
from simulator.wire.service import build


def silent_openai(identity: Identity, knobs: Knobs, key: str) -> ASGIApp:
    """The realtime double without a voice: its models take seconds to load, and a mint needs none."""
    parts = Parts(
        speech=cast(Any, None),
        brain=ScriptedBrain([]),
        clock=RealClock(),
        ids=Ids(),
        knobs=knobs,
        transcription_deployments=frozenset({"gpt-realtime-whisper"}),
    )
    return build(Resource(parts, Access(key, identity.openai_verdict)))


def bare_environment() -> Mapping[str, str]:
    """This process's environment without anything that could be a setting of the app."""
    prefixes = (
        "AZURE_", "KEY_VAULT_", "IDENTITY_", "WEBSITE_", "ALLOW", "SIMULATOR_", "CALL_", "TABLES_", "REQUIRE_", "TRUST",
        "MAX_", "RATE_",
    )  # fmt: skip
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
