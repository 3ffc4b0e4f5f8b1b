"""A healthy deployment, as `az`, `azd` and HTTP would answer about it. Each case of the tests spoils one of these.

What Azure answers is in the shape of public recordings (`recorded.py`); what azd and HTTP answer is from documents and
others' reports. Nothing was recorded by us. Ids, names and hosts are made up.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from devtools import ROOT
from devtools.infra.site_config import CONFIG, Door, policy_for
from tests.integration.azure_doubles import recorded
from tests.integration.azure_doubles.recorded import ACCOUNT, GROUP, IDENTITY, STORAGE, SUBSCRIPTION, offer, role, usage

TENANT = "72f988bf-86f1-41af-91ab-444455556666"
ME = "11111111-2222-3333-4444-555555555555"
SITE = "https://gentle-field-0abc1230f.5.azurestaticapps.net"
FUNCTION = "https://func-abc123.azurewebsites.net"
OPENAI = "https://aif-abc123.openai.azure.com"
MINUTE = 60.0
TOKEN = "eyJ0eXAiOiJKV1Q." + base64.urlsafe_b64encode(f'{{"oid":"{ME}"}}'.encode()).decode().rstrip("=") + ".canary"
FAR_END = "(the answer that leads to the far end of this scene)"
MODEL, WHISPER = "gpt-realtime-2.1", "gpt-realtime-whisper"

OUTPUTS = {
    "AZURE_ENV_NAME": "talk",
    "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
    "AZURE_LOCATION": "eastus2",
    "AZURE_TENANT_ID": TENANT,
    "AZURE_PRINCIPAL_ID": ME,
    "AZURE_RESOURCE_GROUP": GROUP,
    "SERVICE_API_NAME": "func-abc123",
    "SERVICE_API_URI": FUNCTION,
    "SERVICE_WEB_NAME": "stapp-abc123",
    "SERVICE_WEB_URI": SITE,
    "AZURE_OPENAI_RESOURCE": "aif-abc123",
    "AZURE_OPENAI_ENDPOINT": OPENAI,
    "AZURE_OPENAI_DEPLOYMENT": MODEL,
    "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": WHISPER,
    "AZURE_OPENAI_AUTH": "entra",
    "AZURE_OPENAI_MODEL": MODEL,
    "AZURE_OPENAI_MODEL_VERSION": "2026-07-07",
    "KEY_VAULT_URL": "",
    "KEY_VAULT_SECRET_NAME": "",
    "STORAGE_ACCOUNT_NAME": "stabc123",
    "FUNCTION_IDENTITY_PRINCIPAL_ID": IDENTITY,
    "FUNCTION_IDENTITY_CLIENT_ID": "12121212-3434-5656-7878-909090909090",
    "CALL_MODE": "token",
    "EVENT_FILTER": "open",
    "ALLOWED_ROLES": "",
    "FRONT_DOOR": "linked",
    "WHO_MAY_CALL": "signed-in",
    "VOICEMINT_BUDGET_START": "",
}

NOT_MADE_YET = {name: OUTPUTS[name] for name in ("AZURE_ENV_NAME", "AZURE_SUBSCRIPTION_ID", "AZURE_LOCATION")}

SETTINGS = {
    "AZURE_CLIENT_ID": OUTPUTS["FUNCTION_IDENTITY_CLIENT_ID"],
    "AZURE_OPENAI_ENDPOINT": OPENAI,
    "AZURE_OPENAI_DEPLOYMENT": MODEL,
    "AZURE_OPENAI_AUTH": "entra",
    "CALL_MODE": "token",
    "EVENT_FILTER": "open",
    "TABLES_ENDPOINT": "https://stabc123.table.core.windows.net/",
    "ALLOWED_ORIGINS": SITE,
    "REQUIRE_SIGN_IN": "true",
    "ALLOW_ANONYMOUS": "false",
    "TRUST_CLIENT_PRINCIPAL": "true",
    "TRUSTED_PROXIES": "2",
}


@dataclass
class Said:
    """What a program answers: standard output, or an exit code and standard error."""

    out: str = ""
    err: str = ""
    code: int = 0


def refusal(text: str, code: int = 1) -> Said:
    return Said(err=f"ERROR: {text}\n", code=code)


def not_found(kind: str, name: str) -> Said:
    message = f"The Resource '{kind}/{name}' under resource group '{GROUP}' was not found."
    return refusal(recorded.said("ResourceNotFound", message), 3)


def not_allowed(action: str) -> Said:
    message = (
        f"The client 'x' with object id 'y' does not have authorization to perform action '{action}' over scope 'z'"
    )
    return refusal(recorded.said("AuthorizationFailed", message))


def data(value: Any) -> Said:
    return Said(json.dumps(value))


@dataclass
class Page:
    """What an address answers."""

    status: int = 200
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


def problem(status: int, code: str, hint: str = "Do this.") -> Page:
    return Page(status, {"code": code, "status": status, "hint": hint}, {"content-type": "application/problem+json"})


def refused(status: int, code: str, message: str = "No.", **headers: str) -> Page:
    return Page(status, {"error": {"code": code, "message": message}}, headers)


def signed_in(**changed: str) -> dict[str, Any]:
    user = {"name": "somebody@example.com", "type": "user"}
    known = {"id": SUBSCRIPTION, "name": "Talk", "state": "Enabled", "tenantId": TENANT, "homeTenantId": TENANT}
    return {
        "environmentName": "AzureCloud",
        "isDefault": True,
        "managedByTenants": [],
        "user": user,
        **known,
        **changed,
    }


def told(settings: dict[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "slotSetting": False, "value": value} for name, value in settings.items()]


def programs() -> dict[str, Said]:
    """By the beginning of the command; the longest that fits counts."""
    functions = [recorded.function(name) for name in ("session", "call", "health", "ready", "config")]
    return {
        "az version": data({"azure-cli": "2.80.0"}),
        "az account show": data(signed_in()),
        "az account get-access-token": data({"accessToken": TOKEN, "expires_on": 1795300000, "tokenType": "Bearer"}),
        "az cognitiveservices model list": data(
            [
                one
                for kind in ("OpenAI", "AIServices")
                for one in (offer(MODEL, "2026-07-07", kind=kind), offer(WHISPER, "2026-05-06", None, kind=kind))
            ]
        ),
        "az cognitiveservices usage list": data([usage(MODEL, 0, 10), usage(WHISPER, 0, 10)]),
        "az cognitiveservices account list": data([]),
        "az cognitiveservices account list-deleted": data([]),
        "az cognitiveservices account purge": Said(),
        "az cognitiveservices account show": data(recorded.account()),
        "az cognitiveservices account deployment list": data(
            [recorded.deployment(MODEL, MODEL, "2026-07-07", 5), recorded.deployment(WHISPER, WHISPER, "2026-05-06", 1)]
        ),
        "az keyvault list-deleted": data([]),
        "az keyvault purge": Said(),
        f"az role assignment list --assignee {ME}": data([role("Owner", f"/subscriptions/{SUBSCRIPTION}", who=ME)]),
        f"az role assignment list --assignee {IDENTITY}": data(
            [
                role("Cognitive Services OpenAI User", ACCOUNT),
                role("Storage Table Data Contributor", STORAGE),
                role("Storage Blob Data Owner", STORAGE),
            ]
        ),
        "az functionapp show": data(recorded.function_app()),
        "az functionapp function list": data(functions),
        "az functionapp config appsettings list": data(told(SETTINGS)),
        "az functionapp cors show": data({"allowedOrigins": [], "supportCredentials": False}),
        "az staticwebapp backends show": data([recorded.backend()]),
        "azd version": Said("azd version 1.31.2 (commit 0123456789abcdef) (stable)\n"),
        "azd auth login --check-status": Said("Logged in to Azure as somebody@example.com\n"),
        "azd env get-values": data(OUTPUTS),
        "node --version": Said("v22.11.0\n"),
        "npx --version": Said("10.9.0\n"),
        "func --version": Said("4.5.0\n"),
    }


def policy(**changed: str) -> str:
    """The policy of the page as the hooks write it for these outputs."""
    general = json.loads((ROOT / "static_site" / "public" / CONFIG).read_text("utf-8"))
    return policy_for(general["globalHeaders"]["Content-Security-Policy"], Door.of({**OUTPUTS, **changed}))


def addresses() -> dict[str, Page]:
    """By method and address."""
    preflight = {"access-control-allow-origin": "*", "access-control-allow-headers": "authorization,content-type"}
    locked = Page(401, "")
    return {
        f"GET {SITE}/": Page(200, "<title>Voicemint</title>", {"content-security-policy": policy()}),
        f"GET {SITE}/api/health": Page(200, {"status": "ok", "version": "0.1.0"}),
        f"GET {SITE}/api/ready": Page(200, {"status": "ready", "version": "0.1.0"}),
        f"POST {SITE}/api/session": Page(302, "", {"location": "/.auth/login/aad"}),
        f"GET {FUNCTION}/api/health": locked,
        f"POST {FUNCTION}/api/session": locked,
        f"POST {OPENAI}/openai/v1/realtime/client_secrets": Page(200, {"value": "ek_canary", "expires_at": 1}),
        f"OPTIONS {OPENAI}/openai/v1/realtime/calls": Page(200, "", preflight),
        f"POST {OPENAI}/openai/v1/realtime/calls": Page(201, FAR_END, {"location": "/v1/realtime/calls/rtc_1"}),
        f"POST {OPENAI}/openai/v1/realtime/calls/rtc_1/hangup": Page(200, ""),
    }
