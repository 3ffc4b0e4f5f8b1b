"""The parameter combinations that matter, each evaluated into the deployment that it would be.

Crossed: front door, who may call, credential, region, mode, monitoring, budget. What stands alone is tried alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from devtools.bicep.deployment import Deployment, deploy
from devtools.bicep.parameters import from_file
from devtools.bicep.parser import parse
from devtools.bicep.world import World
from devtools.infra import MAIN, PARAMETERS

ENVIRONMENT = "quiet-harbour"
PERSON = "11111111-2222-3333-4444-555555555555"
EMAIL = "owner@example.com"

CROSSED: dict[str, tuple[str, ...]] = {
    "VOICEMINT_FRONT_DOOR": ("linked", "direct"),
    "VOICEMINT_CALLERS": ("signed-in", "anonymous", "nobody"),
    "VOICEMINT_CREDENTIAL": ("entra", "key_vault"),
    "AZURE_LOCATION": ("eastus2", "swedencentral"),
    "VOICEMINT_CALL_MODE": ("token", "relay"),
    "VOICEMINT_MONITORING": ("off", "logs", "full"),
    "VOICEMINT_MONTHLY_BUDGET": ("0", "50"),
}

ALONE: tuple[dict[str, str], ...] = (
    {},
    {"AZURE_ENV_NAME": "a"},
    {"AZURE_ENV_NAME": "x" * 64},
    {"AZURE_PRINCIPAL_ID": ""},
    {"AZURE_PRINCIPAL_TYPE": "ServicePrincipal"},
    {"VOICEMINT_GRANT_TO_PRINCIPAL": "false"},
    {"VOICEMINT_MODEL": "gpt-realtime-1.5"},
    {"VOICEMINT_MODEL": "gpt-realtime-2.1-mini"},
    {"VOICEMINT_TRANSCRIPTION_MODEL": "none"},
    {"VOICEMINT_TRANSCRIPTION_MODEL": "gpt-4o-mini-transcribe"},
    {"VOICEMINT_RESTORE_ACCOUNT": "true"},
    {"VOICEMINT_CREDENTIAL": "key_vault", "VOICEMINT_PURGE_PROTECTION": "true", "VOICEMINT_STORED_KEY": "key2"},
    {"VOICEMINT_ALLOWED_ROLES": "talker,owner"},
    {"VOICEMINT_ALLOWED_ROLES": "talker", "VOICEMINT_CALLERS": "anonymous"},
    {"VOICEMINT_TRUSTED_PROXIES": "1"},
    {"VOICEMINT_EVENT_FILTER": "private"},
    {"VOICEMINT_WARM_INSTANCES": "2", "VOICEMINT_WARM_LEASH_INSTANCES": "1"},
    {"VOICEMINT_CALL_MODE": "relay", "VOICEMINT_WARM_LEASH_INSTANCES": "1"},
    {"VOICEMINT_ALERT_EMAIL": EMAIL},
    {"VOICEMINT_ALERT_EMAIL": EMAIL, "VOICEMINT_CALL_MODE": "relay", "VOICEMINT_MONTHLY_BUDGET": "50"},
    {"VOICEMINT_ALERT_EMAIL": EMAIL, "VOICEMINT_MONITORING": "off"},
    {"VOICEMINT_MONTHLY_BUDGET": "50", "VOICEMINT_BUDGET_START": "2026-08-01"},
)


@dataclass(frozen=True)
class Case:
    """One combination: what azd's environment holds, and what comes of it."""

    environ: Mapping[str, str]
    deployment: Deployment = field(repr=False)

    @property
    def name(self) -> str:
        return " ".join(f"{key.removeprefix('VOICEMINT_').lower()}={value}" for key, value in self.environ.items())

    def setting(self, name: str, default: str) -> str:
        return self.environ.get(name, default)

    @property
    def environment_name(self) -> str:
        return self.setting("AZURE_ENV_NAME", ENVIRONMENT)

    @property
    def linked(self) -> bool:
        return self.setting("VOICEMINT_FRONT_DOOR", "linked") == "linked"

    @property
    def keyed(self) -> bool:
        return self.setting("VOICEMINT_CREDENTIAL", "entra") == "key_vault"

    @property
    def relay(self) -> bool:
        return self.setting("VOICEMINT_CALL_MODE", "token") == "relay"

    @property
    def monitored(self) -> bool:
        return self.setting("VOICEMINT_MONITORING", "logs") != "off"

    def app_settings(self) -> dict[str, str]:
        """The settings that the function would get."""
        found: dict[str, str] = {}
        for one in self.deployment.of("Microsoft.Web/sites/config"):
            if one.name.endswith("/appsettings"):
                found.update(one.properties)
        return found


def evaluate(root: Path, environ: Mapping[str, str], world: World | None = None, **changed: Any) -> Deployment:
    """What `azd provision` would deploy with `environ`; `changed` are parameters that no variable sets.

    Raises `BicepFault` where template or parameters are wrong, `Refused` where the template says no.
    """
    usual = {"AZURE_ENV_NAME": ENVIRONMENT, "AZURE_LOCATION": "eastus2", "AZURE_PRINCIPAL_ID": PERSON}
    parameters = from_file(root / PARAMETERS, parse(root / MAIN), {**usual, **environ})
    return deploy(root / MAIN, {**parameters, **changed}, world or World())


def environments() -> list[dict[str, str]]:
    """Every combination, as azd's environment would hold it."""
    return [*(dict(zip(CROSSED, values, strict=True)) for values in product(*CROSSED.values())), *ALONE]


def cases(root: Path, environs: Iterable[Mapping[str, str]] | None = None) -> list[Case]:
    """Every combination, or those given, evaluated. Raises what `evaluate` raises."""
    return [Case(environ, evaluate(root, environ)) for environ in (environments() if environs is None else environs)]
