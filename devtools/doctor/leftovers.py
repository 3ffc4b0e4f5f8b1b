"""Deleted resources that keep their names: Azure keeps an account for about two days, a vault for a week or longer.

The name of an account carries a token of subscription, environment and region, so an environment that is brought up
again meets its own deleted twin. It is known by its resource group, which the twin's id names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devtools.doctor.az import Az, at
from devtools.doctor.findings import Ailment, Finding

ACCOUNT = Ailment(
    "leftover.account",
    "fault",
    "A deleted Azure OpenAI account still holds the name that this deployment needs. It can also be brought back: "
    "azd env set VOICEMINT_RESTORE_ACCOUNT true.",
    "az cognitiveservices account purge --name {name} --resource-group {group} --location {region}",
)
NOTHING_TO_RESTORE = Ailment(
    "leftover.nothing-to-restore",
    "fault",
    "VOICEMINT_RESTORE_ACCOUNT is true, and there is no deleted account to bring back.",
    "azd env set VOICEMINT_RESTORE_ACCOUNT false",
)
VAULT = Ailment(
    "leftover.vault",
    "fault",
    "A deleted key vault still holds the name that this deployment needs.",
    "az keyvault purge --name {name} --location {region}",
)
VAULT_PROTECTED = Ailment(
    "leftover.vault-protected",
    "fault",
    "A deleted key vault holds the name that this deployment needs, and is protected from purging until {day}.",
    "az group create --name {group} --location {region} && "
    "az keyvault recover --name {name} --location {region} --resource-group {group}",
)


@dataclass(frozen=True)
class Deleted:
    """One deleted resource. `until` is a day for a vault that cannot be purged before, else empty."""

    name: str
    region: str
    until: str = ""


def accounts(az: Az, group: str) -> list[Deleted]:
    """Deleted Azure OpenAI accounts of that resource group. Raises `Trouble`."""
    listed = az.listed("cognitiveservices", "account", "list-deleted")
    return [
        Deleted(str(one.get("name")), str(one.get("location") or "").replace(" ", "").lower())
        for one in listed
        if _in_group(one.get("id"), group)
    ]


def vaults(az: Az, group: str) -> list[Deleted]:
    """Deleted vaults of that resource group. Raises `Trouble`."""
    listed = az.listed("keyvault", "list-deleted", "--resource-type", "vault")
    return [
        Deleted(str(one.get("name")), str(at(one, "properties", "location") or ""), _until(one))
        for one in listed
        if _in_group(at(one, "properties", "vaultId"), group)
    ]


def in_the_way(az: Az, environ: Mapping[str, str]) -> list[Finding]:
    """What would block `azd provision`. Raises `Trouble`."""
    group, region = group_of(environ), environ.get("AZURE_LOCATION", "")
    restores = environ.get("VOICEMINT_RESTORE_ACCOUNT", "").lower() == "true"
    if account := environ.get("AZURE_OPENAI_RESOURCE"):
        # It is deployed: a twin of another region or time is in nobody's way. To restore it once more is refused.
        return [NOTHING_TO_RESTORE.found(f"{account} is deployed")] if restores else []
    twins = [one for one in accounts(az, group) if one.region in (region, "")]
    found: list[Finding] = []
    if restores and not twins:
        found.append(NOTHING_TO_RESTORE.found(f"no deleted account of {group} in {region}"))
    elif not restores:
        found += [ACCOUNT.found(f"deleted: {one.name}", name=one.name, group=group, region=region) for one in twins]
    if environ.get("VOICEMINT_CREDENTIAL") == "key_vault":
        for one in vaults(az, group):
            ailment = VAULT_PROTECTED if one.until else VAULT
            words = {"name": one.name, "region": one.region, "day": one.until, "group": group}
            found.append(ailment.found(f"deleted: {one.name}", **words))
    return found


def group_of(environ: Mapping[str, str]) -> str:
    """The resource group of this environment, as main.bicep names it."""
    return environ.get("AZURE_RESOURCE_GROUP") or f"rg-{environ.get('AZURE_ENV_NAME', '')}"


def _in_group(identifier: Any, group: str) -> bool:
    return f"/resourcegroups/{group.lower()}/" in str(identifier or "").lower()


def _until(vault: Any) -> str:
    protected = at(vault, "properties", "purgeProtectionEnabled")
    return str(at(vault, "properties", "scheduledPurgeDate") or "")[:10] if protected else ""
