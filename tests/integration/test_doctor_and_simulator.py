"""`dev.py doctor settings` against the project's own service and local host, which run here: healthy, and spoilt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools import ROOT
from devtools.demo import offline_settings
from devtools.doctor import site
from devtools.doctor.world import ask_http
from tests.canaries import CANARY_KEY
from tests.integration.hosts import local_host
from tests.programs import Program

WRONG_KEY = CANARY_KEY[::-1]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The offline Azure OpenAI, with a deployment that does not do realtime besides."""
    environment = {**os.environ, "SIMULATOR_API_KEY": CANARY_KEY}
    program = Program("simulator", environment, "--deployment", "chat=gpt-4o")
    yield program.url
    program.stop()


def doctor(service: str, *arguments: str, **changed: str) -> tuple[int, dict[str, dict[str, str]], str]:
    """Exit code, findings by id, and all that was printed."""
    environ = {**os.environ, **offline_settings(service, CANARY_KEY), **changed}
    command = [sys.executable, "dev.py", "doctor", "settings", "--json", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert CANARY_KEY not in done.stdout + done.stderr
    assert WRONG_KEY not in done.stdout + done.stderr
    found = json.loads(done.stdout)["scopes"]["settings"]
    return done.returncode, {one["id"]: one for one in found}, done.stdout


def test_good_settings_mint_and_have_nothing_wrong(service: str) -> None:
    assert doctor(service)[:2] == (0, {})


@pytest.mark.parametrize(
    ("changed", "id", "fix"),
    [
        ({"AZURE_OPENAI_API_KEY": WRONG_KEY}, "mint.bad-key", "keys list"),
        ({"AZURE_OPENAI_DEPLOYMENT": "gpt-nobody"}, "mint.no-deployment", "deployment list"),
        ({"AZURE_OPENAI_DEPLOYMENT": "chat"}, "mint.not-realtime", "gpt-realtime model"),
        ({"AZURE_OPENAI_AUTH": "entra"}, "settings.stray-key", "Unset AZURE_OPENAI_API_KEY"),
        ({"TOKEN_TTL_SECONDS": "5"}, "settings.fault", "docs/settings.md"),
        ({"WEBSITE_SKU": "FlexConsumption"}, "settings.looks-hosted", "WEBSITE_SKU"),
        ({"AZURE_OPENAI_ENDPOINT": "https://your-resource.openai.azure.com"}, "settings.placeholder", "Keys and"),
        ({"AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9"}, "mint.unreachable", "HTTPS_PROXY"),
    ],
)
def test_each_wrong_setting_is_told_with_its_fix(service: str, changed: dict[str, str], id: str, fix: str) -> None:
    code, found, printed = doctor(service, **changed)

    assert code == 1, printed
    assert id in found, printed
    assert fix in found[id]["fix"]


def test_it_asks_a_running_server_as_well(service: str) -> None:
    with local_host(service) as program:
        assert doctor(service, "--url", program.url)[:2] == (0, {})


def test_a_server_that_cannot_start_calls_is_told_apart_from_one_that_is_not_there(service: str) -> None:
    with local_host(service, AZURE_OPENAI_DEPLOYMENT="") as program:
        _, found, _ = doctor(service, "--url", program.url)
        assert "not_configured" in found["local.not-ready"]["sentence"]
    _, found, _ = doctor(service, "--url", "http://127.0.0.1:9")
    assert [*found] == ["local.server-down"]


PAGE = "https://page.example"


def stranger(url: str, mode: str, **changed: str) -> dict[str, str]:
    """The outputs of a direct deployment that everybody may call, with this server in the function's place."""
    told = {"FRONT_DOOR": "direct", "WHO_MAY_CALL": "anonymous", "CALL_MODE": mode, "SERVICE_API_URI": url}
    names = {"SERVICE_WEB_URI": PAGE, "SERVICE_WEB_NAME": "s", "AZURE_RESOURCE_GROUP": "g", "SERVICE_API_NAME": "f"}
    return {**told, **names, **changed}


@pytest.mark.parametrize("mode", ["token", "relay"])
def test_what_the_smoke_test_sends_our_own_server_understands(service: str, mode: str) -> None:
    with local_host(service, CALL_MODE=mode, ALLOWED_ORIGINS=PAGE, ALLOW_ANONYMOUS="true") as program:
        outputs = stranger(program.url, mode)
        assert site.api(ask_http, outputs) + site.call(ask_http, outputs) + site.preflight(ask_http, outputs) == []
        # The same server, where the template says that nobody may: that must be noticed.
        closed = stranger(program.url, mode, WHO_MAY_CALL="nobody")
        assert [one.id for one in site.call(ask_http, closed)] == (["door.no-sign-in"] if mode == "token" else [])


@pytest.mark.parametrize("mode", ["token", "relay"])
def test_a_server_that_believes_a_made_up_sign_in_is_caught_and_one_that_does_not_is_not(
    service: str, mode: str
) -> None:
    believes = {"REQUIRE_SIGN_IN": "true", "TRUST_CLIENT_PRINCIPAL": "true", "ALLOWED_ORIGINS": PAGE}
    careful = {"ALLOW_ANONYMOUS": "false", "ALLOWED_ORIGINS": "https://other.example"}
    found = []
    for settings in (believes, careful):
        with local_host(service, CALL_MODE=mode, **settings) as program:
            linked = stranger(program.url, mode, FRONT_DOOR="linked", WHO_MAY_CALL="signed-in")
            found.append([one.id for one in site.door(ask_http, linked)])
    assert found == [["door.open", "door.believes-forged"], ["door.open"]]


def test_without_any_settings_it_says_how_to_get_some(tmp_path: Path) -> None:
    from tests.integration.azure_doubles.scene import Scene, run

    ran = run(Scene(root=tmp_path), tmp_path, "doctor", "settings", "--json")
    assert (ran.code, [*ran.ids()]) == (1, ["settings.none"])
