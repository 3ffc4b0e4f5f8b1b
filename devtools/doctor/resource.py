"""The Azure OpenAI account as it is deployed: where it listens, whom it lets in, what runs on it.

Shapes of `az cognitiveservices account show` and `deployment list` are those of azure-cli's recordings (2025-10): what
nobody has set is absent there, and null in what az prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from devtools.doctor.az import Az, at
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.model import ended
from devtools.infra.models import Models
from voicemint.endpoint import LOOPBACK_HOSTS

MISSING = Ailment(
    "resource.missing", "fault", "The Azure OpenAI account of this environment is gone.", "azd provision --no-state"
)
NO_SUBDOMAIN = Ailment(
    "resource.no-subdomain",
    "fault",
    "The account has no name of its own in its address, so nobody can sign in to it without a key.",
    "az cognitiveservices account update --name {name} --resource-group {group} --custom-domain {name}",
)
WRONG_HOST = Ailment(
    "resource.wrong-host",
    "fault",
    "The function is told another address than the account's own.",
    "azd provision --no-state",
)
KEYS_OFF = Ailment(
    "resource.keys-off",
    "fault",
    "Keys are switched off on the account, and this environment uses one.",
    "azd env set VOICEMINT_CREDENTIAL entra && azd provision",
)
KEYS_ON = Ailment(
    "resource.keys-on",
    "warning",
    "Keys are switched on, and nothing here needs them.",
    "az resource update --ids {id} --set properties.disableLocalAuth=true",
)
CLOSED = Ailment(
    "resource.network-closed",
    "fault",
    "The account takes no requests from the internet, and a browser posts its offer from there.",
    "az resource update --ids {id} --set properties.publicNetworkAccess=Enabled",
)
RULES = Ailment(
    "resource.network-rules",
    "fault",
    "The account's network rules refuse everybody who is not listed, browsers included.",
    "az resource update --ids {id} --set properties.networkAcls.defaultAction=Allow",
)
NO_DEPLOYMENT = Ailment(
    "deployment.missing",
    "fault",
    "The account has no deployment called {name}.",
    "azd provision --no-state",
)
NOT_REALTIME = Ailment(
    "deployment.not-realtime",
    "fault",
    "The deployment {name} is of {model}, which does not do realtime.",
    "azd env set VOICEMINT_MODEL {offer} && azd provision --no-state",
)
UNFINISHED = Ailment(
    "deployment.unfinished",
    "fault",
    "The deployment {name} is not finished, or failed.",
    "azd provision --no-state",
)
NO_CAPTIONS = Ailment(
    "deployment.no-transcription",
    "warning",
    "The deployment that writes down what callers say is missing, so captions of their side stay empty.",
    "azd provision --no-state",
)

REALTIME = re.compile(r"gpt-(4o-(mini-)?)?realtime(?!-whisper)")


def account(az: Az, outputs: Mapping[str, str]) -> list[Finding]:
    """The account itself. Raises `Trouble`."""
    name, group = outputs["AZURE_OPENAI_RESOURCE"], outputs["AZURE_RESOURCE_GROUP"]
    there = az.read("cognitiveservices", "account", "show", "--name", name, "--resource-group", group)
    if there is None:
        return [MISSING.found(f"{name} is not in {group}")]
    words = {"name": name, "group": group, "id": str(there.get("id"))}
    own: Any = there.get("properties") or {}
    keyed = outputs["AZURE_OPENAI_AUTH"] != "entra"
    subdomain = str(own.get("customSubDomainName") or "")
    host = urlsplit(outputs["AZURE_OPENAI_ENDPOINT"]).hostname or ""
    found: list[Finding] = []
    if not subdomain:
        found.append(NO_SUBDOMAIN.found(f"endpoint {own.get('endpoint')}", **words))
    elif host.partition(".")[0].lower() != subdomain.lower() and host not in LOOPBACK_HOSTS:
        found.append(WRONG_HOST.found(f"told {host}, the account is {subdomain}", **words))
    if own.get("disableLocalAuth") is True and keyed:
        found.append(KEYS_OFF.found("disableLocalAuth is true", **words))
    elif own.get("disableLocalAuth") is not True and not keyed:
        found.append(KEYS_ON.found("disableLocalAuth is not true", **words))
    if own.get("publicNetworkAccess") == "Disabled":
        found.append(CLOSED.found("publicNetworkAccess is Disabled", **words))
    elif at(own, "networkAcls", "defaultAction") == "Deny":
        found.append(RULES.found("networkAcls.defaultAction is Deny", **words))
    return found


def deployments(az: Az, outputs: Mapping[str, str], models: Models, today: date) -> list[Finding]:
    """What runs on it. Raises `Trouble`."""
    name, group = outputs["AZURE_OPENAI_RESOURCE"], outputs["AZURE_RESOURCE_GROUP"]
    listed = az.listed("cognitiveservices", "account", "deployment", "list", "--name", name, "--resource-group", group)
    by_name = {str(one.get("name")): one for one in listed}
    wanted = outputs["AZURE_OPENAI_DEPLOYMENT"]
    seen = "deployments: " + (", ".join(sorted(by_name)) or "none")
    found: list[Finding] = []
    if wanted not in by_name:
        found.append(NO_DEPLOYMENT.found(seen, name=wanted))
    else:
        found += _voice(by_name[wanted], wanted, models, today, outputs.get("AZURE_LOCATION", ""))
    captions = outputs.get("AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT", "")
    if captions and captions not in by_name:
        found.append(NO_CAPTIONS.found(seen))
    return found


def _voice(deployment: Any, name: str, models: Models, today: date, region: str) -> list[Finding]:
    model = str(at(deployment, "properties", "model", "name"))
    version = str(at(deployment, "properties", "model", "version"))
    state = str(at(deployment, "properties", "provisioningState") or "Succeeded")
    if state != "Succeeded":
        return [UNFINISHED.found(f"provisioningState {state}", name=name)]
    if not REALTIME.match(model):
        offer = str(models.default["realtime"])
        return [NOT_REALTIME.found(f"{model} {version}", name=name, model=model, offer=offer)]
    known = models.named(model)
    if known is None or known.version != version:
        return []
    return ended(known, known.retires, models, today, "models.json", region)
