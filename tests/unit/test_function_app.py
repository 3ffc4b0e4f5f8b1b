"""The Function App as a host sees it: its functions, its files, its imports, its package."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import azure.functions as func
import pytest

import function_app
from simulator.clock import ManualClock
from tests.mint_support import ROOT, FakeAzure, app
from voicemint import routes
from voicemint.setting_list import SETTINGS
from voicemint.settings import faults

pytestmark = pytest.mark.anyio

METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
HEAVY = (
    "fastapi",
    "pydantic",
    "aiohttp",
    "openai",
    "starlette",
    "azure.identity",
    "azure.keyvault",
    "azure.core",
    "azure.data",
    "azure.storage",
    "msal",
    "opentelemetry",
)


@pytest.fixture
async def azure() -> AsyncIterator[FakeAzure]:
    """Azure OpenAI's stand-in behind the shared app."""
    stand_in = FakeAzure()
    routes.adopt(app(stand_in, ManualClock()))
    yield stand_in
    await routes.close()


async def invoke(handler: Any, method: str, body: bytes = b"", **headers: str) -> func.HttpResponse:
    """Call a trigger the way the worker does."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = func.HttpRequest(
        method, "http://localhost:7071/api/x", headers={"Host": "localhost:7071", **named}, body=body
    )
    return await handler._function.get_user_function()(request)


def test_the_functions_and_their_triggers_are_the_contracts() -> None:
    found = {}
    for builder in (function_app.session, function_app.config, function_app.health):
        trigger = builder._function.get_trigger()
        found[builder._function.get_function_name()] = (
            trigger.route,
            sorted(method.value for method in trigger.methods),
        )

    assert found == {name: (name, METHODS) for name in ("session", "config", "health")}
    assert function_app.app.auth_level is func.AuthLevel.ANONYMOUS


async def test_a_session_is_minted_through_the_trigger(azure: FakeAzure) -> None:
    reply = await invoke(function_app.session, "post", b'{"voice": "ash"}', Content_Type="application/json")

    assert (reply.status_code, reply.mimetype) == (200, "application/json")
    assert json.loads(reply.get_body())["voice"] == "ash"
    assert azure.sent()["session"]["audio"]["output"]["voice"] == "ash"


@pytest.mark.usefixtures("azure")
async def test_configuration_and_health_answer() -> None:
    config = await invoke(function_app.config, "GET")
    health = await invoke(function_app.health, "GET")

    assert json.loads(config.get_body())["mode"] == "token"
    assert json.loads(health.get_body()) == {"status": "ok", "version": "0.1.0"}


@pytest.mark.usefixtures("azure")
async def test_a_failure_is_a_problem_through_the_trigger() -> None:
    reply = await invoke(function_app.session, "POST", b"{", Content_Type="application/json", X_Request_Id="visit-0001")

    assert (reply.status_code, reply.mimetype) == (400, "application/problem+json")
    assert json.loads(reply.get_body())["request_id"] == reply.headers["X-Request-Id"] == "visit-0001"


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, function_app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    assert "voicemint.app" in loaded
    assert not [name for name in loaded if any(name == heavy or name.startswith(f"{heavy}.") for heavy in HEAVY)]


def test_the_triggers_only_parse_call_and_reply() -> None:
    source = (ROOT / "function_app.py").read_text("utf-8")

    assert len(source.splitlines()) <= 80
    assert not re.search(r"\b(try|except|if)\b.*:$", source, re.MULTILINE)


def test_the_product_does_not_know_the_functions_library() -> None:
    for path in (ROOT / "voicemint").rglob("*.py"):
        assert "azure.functions" not in path.read_text("utf-8"), path.name


def test_only_one_file_knows_azures_routes() -> None:
    knowing = {path.name for path in (ROOT / "voicemint").rglob("*.py") if "/openai/v1" in path.read_text("utf-8")}

    assert knowing == {"azure_openai.py"}


def test_the_host_serves_below_api() -> None:
    host = json.loads((ROOT / "host.json").read_text("utf-8"))

    assert host["version"] == "2.0"
    assert host["extensions"]["http"]["routePrefix"] == "api"


def test_the_example_settings_are_settings_that_work() -> None:
    values = json.loads((ROOT / "local.settings.json.example").read_text("utf-8"))["Values"]

    assert values.pop("FUNCTIONS_WORKER_RUNTIME") == "python"
    assert set(values) <= {setting.name for setting in SETTINGS}
    assert faults(values) == []
