"""What the templates deploy is what the function needs: it starts with exactly the settings that they give it.

The settings come from the model of the deployment in `devtools/bicep/`, for every combination of parameters that
matters. The marks by which the platform tells itself apart are added, and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from devtools.infra.cases import Case, cases
from devtools.infra.rules import OUTPUTS, SOMETIMES
from tests.principals import principal
from voicemint.errors import NotConfigured
from voicemint.leash.queue_leash import QUEUE_NAME
from voicemint.limits.table_ledgers import TABLE_NAME
from voicemint.setting_list import BY_NAME
from voicemint.settings import Settings, faults, read_settings

ROOT = Path(__file__).parents[2]
HOSTS_OWN = re.compile(
    r"AzureWebJobsStorage__(credential|clientId|blobServiceUri|queueServiceUri)|CALL_QUEUE__(credential|clientId)"
)
"""Settings that the Functions host reads, not the function."""


@cache
def every_case() -> list[Case]:
    return cases(ROOT)


def marks(case: Case) -> dict[str, str]:
    """What Azure adds by itself; its authentication is on where the page is linked."""
    name = str(case.deployment.outputs["SERVICE_API_NAME"])
    hosted = {"WEBSITE_HOSTNAME": f"{name}.azurewebsites.net", "WEBSITE_SKU": "FlexConsumption"}
    identity = {"IDENTITY_ENDPOINT": "http://127.0.0.1:1/token", "IDENTITY_HEADER": "x", "WEBSITE_INSTANCE_ID": "0123"}
    return {**hosted, **identity, **({"WEBSITE_AUTH_ENABLED": "True"} if case.linked else {})}


def settings_of(case: Case) -> Settings:
    return read_settings({**case.app_settings(), **marks(case)})


def test_the_function_finds_no_fault_in_its_settings_in_any_combination() -> None:
    assert {
        case.name: found for case in every_case() if (found := faults({**case.app_settings(), **marks(case)}))
    } == {}


def test_a_setting_that_is_missing_or_wrong_would_be_found() -> None:
    case = next(one for one in every_case() if one.relay and one.keyed)
    good = {**case.app_settings(), **marks(case)}

    for name in ("TABLES_ENDPOINT", "CALL_QUEUE__queueServiceUri", "KEY_VAULT_URL", "AZURE_OPENAI_ENDPOINT"):
        assert faults({**good, name: ""}), name
    with pytest.raises(NotConfigured):
        read_settings({**good, "AZURE_OPENAI_AUTH": "entra"})


def test_every_setting_is_one_that_somebody_reads() -> None:
    documented = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
    given = {name for case in every_case() for name in case.app_settings()}
    strange = {name for name in given if name not in BY_NAME and not HOSTS_OWN.fullmatch(name)}

    assert {name for name in strange if name not in documented} == set()
    assert not given & {"AZURE_OPENAI_API_KEY", "AzureWebJobsStorage", "CALL_QUEUE"}


def test_the_settings_say_what_the_parameters_said() -> None:
    for case in every_case():
        found = settings_of(case)
        outputs = case.deployment.outputs
        assert found.hosted
        assert found.managed_identity
        assert found.auth == ("key_vault" if case.keyed else "entra")
        assert found.call_mode == ("relay" if case.relay else "token")
        assert found.endpoint.base == outputs["AZURE_OPENAI_ENDPOINT"]
        assert found.endpoint.notes == ()
        assert found.deployment == outputs["AZURE_OPENAI_DEPLOYMENT"]
        assert (found.transcription_deployment or "") == outputs["AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT"]
        assert found.client_id == outputs["FUNCTION_IDENTITY_CLIENT_ID"]
        assert found.allowed_origins == {outputs["SERVICE_WEB_URI"]}
        assert found.tables_endpoint == f"https://{outputs['STORAGE_ACCOUNT_NAME']}.table.core.windows.net"
        assert (found.queue_endpoint is not None) == case.relay
        assert (found.key_vault_url is not None) == case.keyed
        assert (found.max_call_seconds, found.max_calls_per_day) == (600, 50)


def test_nobody_gets_in_who_was_not_let_in_by_name() -> None:
    for case in every_case():
        found = settings_of(case)
        asked = case.setting("VOICEMINT_CALLERS", "signed-in")
        assert found.allow_anonymous == (asked == "anonymous"), case.name
        assert found.require_sign_in == (asked == "signed-in" and case.linked), case.name
        assert found.trust_client_principal == case.linked, case.name
        assert found.trusted_proxies == int(case.setting("VOICEMINT_TRUSTED_PROXIES", "2" if case.linked else "1"))
        roles = case.setting("VOICEMINT_ALLOWED_ROLES", "")
        assert found.allowed_roles == (set(roles.split(",")) - {""} if found.require_sign_in else set()), case.name


def test_telemetry_is_on_by_identity_exactly_where_it_was_asked_for() -> None:
    switch = "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY"
    for case in every_case():
        found = case.app_settings()
        assert ("APPLICATIONINSIGHTS_CONNECTION_STRING" in found) == case.monitored
        assert (found.get(switch) == "true") == (case.setting("VOICEMINT_MONITORING", "logs") == "full")
        if case.monitored:
            client = found["AZURE_CLIENT_ID"]
            assert found["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] == f"ClientId={client};Authorization=AAD"


def test_every_setting_that_the_monitoring_page_recommends_is_set_in_full_monitoring() -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
    table = page[page.index("| setting | why |") : page.index("Live metrics stay on")]
    wanted = dict(re.findall(r"^\| `(\w+)=([^`…]+)`", table, re.MULTILINE))
    full = next(one for one in every_case() if one.setting("VOICEMINT_MONITORING", "") == "full").app_settings()

    assert len(wanted) == 5
    assert {name: full.get(name) for name in wanted} == wanted


def test_table_and_queues_have_the_names_that_the_function_uses() -> None:
    (case, *_) = every_case()
    storage = "Microsoft.Storage/storageAccounts"
    tables = [one.name.rpartition("/")[2] for one in case.deployment.of(f"{storage}/tableServices/tables")]
    queues = [one.name.rpartition("/")[2] for one in case.deployment.of(f"{storage}/queueServices/queues")]

    assert tables == [TABLE_NAME]
    assert queues == [QUEUE_NAME, f"{QUEUE_NAME}-poison"]


def test_the_host_takes_no_more_at_once_than_its_own_file_allows() -> None:
    host = json.loads((ROOT / "host.json").read_text("utf-8"))
    (app,) = every_case()[0].deployment.of("Microsoft.Web/sites")
    scale = app.properties["functionAppConfig"]["scaleAndConcurrency"]

    assert scale["triggers"]["http"]["perInstanceConcurrency"] <= host["extensions"]["http"]["maxConcurrentRequests"]


def test_alerts_ask_what_the_monitoring_page_says() -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
    told = re.findall(r"```kusto\n(.*?)```", page[page.index("## Three alerts worth having") :], re.DOTALL)
    written = {path.stem: path.read_text("utf-8") for path in (ROOT / "infra" / "alerts").glob("*.kql")}
    gave_up = written.pop("leash-gave-up")

    assert sorted(written.values()) == sorted(told)
    assert f"'{QUEUE_NAME}-poison'" in gave_up
    rules = next(one for one in every_case() if one.relay and "VOICEMINT_ALERT_EMAIL" in one.environ).deployment
    windows = {
        one.name: (one.properties["windowSize"], one.properties["criteria"]["allOf"][0]["query"])
        for one in rules.of("Microsoft.Insights/scheduledQueryRules")
    }
    for window, query in windows.values():
        minutes = {"10m": "PT10M", "15m": "PT15M", "1h": "PT1H"}
        assert window == minutes[re.search(r"ago\((\w+)\)", query)[1]]  # type: ignore[index]


def test_hooks_find_every_output_in_every_combination() -> None:
    for case in every_case():
        assert set(case.deployment.outputs) == {*OUTPUTS, *SOMETIMES}


FORGED = {"x-ms-client-principal": principal("talker", "owner")}


@pytest.mark.parametrize(
    ("environ", "stranger", "forger"),
    [
        ({}, [401, "sign_in_required"], None),
        ({"VOICEMINT_CREDENTIAL": "key_vault", "VOICEMINT_CALL_MODE": "relay"}, [401, "sign_in_required"], None),
        ({"VOICEMINT_ALLOWED_ROLES": "guest"}, [401, "sign_in_required"], [403, "role_required"]),
        ({"VOICEMINT_CALLERS": "nobody"}, [503, "auth_not_configured"], [503, "auth_not_configured"]),
        ({"VOICEMINT_FRONT_DOOR": "direct"}, [503, "auth_not_configured"], [503, "auth_not_configured"]),
        (
            {"VOICEMINT_FRONT_DOOR": "direct", "VOICEMINT_CALL_MODE": "relay", "VOICEMINT_MONITORING": "off"},
            [503, "auth_not_configured"],
            [503, "auth_not_configured"],
        ),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else None,
)
def test_the_function_starts_with_exactly_these_settings_and_lets_no_stranger_in(
    environ: dict[str, str], stranger: list[object], forger: list[object] | None
) -> None:
    (case,) = cases(ROOT, [environ])
    route = "call" if case.relay else "session"
    origin = {"origin": str(case.deployment.outputs["SERVICE_WEB_URI"])}
    post = {"function": route, "method": "POST"}
    requests = [
        {"function": "health", "method": "GET", "headers": {}},
        {**post, "headers": {**origin, "content-type": "application/json"}},
        {**post, "headers": {"origin": "https://other.example", "content-type": "application/json"}},
        *([{**post, "headers": {**origin, **FORGED, "content-type": "application/json"}}] if forger else []),
    ]
    told = started(case, requests)

    assert told["answers"][0] == [200, None]
    assert told["answers"][1] == stranger
    assert told["answers"][2][0] in (403, 503)
    assert told["answers"][3:] == ([forger] if forger else [])
    assert ("end_call" in told["functions"]) == case.relay
    assert {"session", "call", "one_call", "config", "health", "ready", "openapi"} <= set(told["functions"])


def started(case: Case, requests: list[dict[str, object]]) -> dict[str, list[list[object]]]:
    """What a process answers that has these settings, the platform's marks, and nothing else of ours."""
    needed = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    child = subprocess.run(
        [sys.executable, "-m", "tests.contract.started_app", json.dumps(requests)],
        cwd=ROOT, env={**needed, **case.app_settings(), **marks(case)}, capture_output=True, encoding="utf-8",
        timeout=60, check=False,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    told: dict[str, list[list[object]]] = json.loads(child.stdout.splitlines()[-1])
    return told
