"""After `azd down` nothing may block the next `azd up`: deleted accounts and vaults keep their names until purged.

`predown` writes down their names, because azd forgets its outputs while it deletes. `postdown` purges exactly those, if
they are among the deleted. Nothing of value goes with them: the account holds only deployments, the vault only the key
of that account.
`VOICEMINT_KEEP_DELETED=true` keeps them; then `VOICEMINT_RESTORE_ACCOUNT=true` brings the account back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from devtools.doctor import leftovers
from devtools.doctor.az import Az, Trouble
from devtools.doctor.findings import Finding
from devtools.doctor.world import World

RECORD = "voicemint-down.json"
NAMES = ("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZURE_LOCATION", "AZURE_OPENAI_RESOURCE", "KEY_VAULT_URL")


def record(root: Path, environ: Mapping[str, str]) -> Path:
    """Where the names are kept between the two hooks."""
    return root / ".azure" / environ.get("AZURE_ENV_NAME", "") / RECORD


def remember(root: Path, environ: Mapping[str, str]) -> str:
    """Write the names down; one line on it."""
    if not environ.get("AZURE_OPENAI_RESOURCE"):
        return "Nothing was provisioned, so nothing will have to be purged."
    place = record(root, environ)
    place.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: environ[name] for name in NAMES if environ.get(name)}
    place.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return "What has to be purged after the deletion was written down."


def purge(world: World) -> tuple[list[str], list[Finding]]:
    """What was purged, in words, and what still stands in the way of the next `azd up`."""
    place = record(world.root, world.environ)
    if not place.exists():
        return ["Nothing was written down, so nothing was purged."], []
    if world.environ.get("VOICEMINT_KEEP_DELETED", "").lower() == "true":
        place.unlink()
        return ["VOICEMINT_KEEP_DELETED is true, so deleted resources were kept."], []
    names = json.loads(place.read_text(encoding="utf-8"))
    az = Az(world, names.get("AZURE_SUBSCRIPTION_ID", ""))
    said: list[str] = []
    found: list[Finding] = []
    for kind in (_account, _vault):
        try:
            done, left = kind(az, names)
            said += done
            found += left
        except Trouble as trouble:
            found.append(trouble.finding)
    if not found:
        place.unlink()
    return said or ["Nothing that was deleted keeps its name."], found


def _account(az: Az, names: Mapping[str, str]) -> tuple[list[str], list[Finding]]:
    group, region, name = (names.get(one, "") for one in ("AZURE_RESOURCE_GROUP", "AZURE_LOCATION", NAMES[3]))
    if name not in [one.name for one in leftovers.accounts(az, group)]:
        return [], []
    words = {"name": name, "group": group, "region": region}
    try:
        az.read(
            "cognitiveservices", "account", "purge", "--name", name, "--resource-group", group, "--location", region
        )
    except Trouble as trouble:
        return [], [leftovers.ACCOUNT.found(trouble.finding.evidence, **words)]
    return [f"Purged the deleted account {name}."], []


def _vault(az: Az, names: Mapping[str, str]) -> tuple[list[str], list[Finding]]:
    name = names.get("KEY_VAULT_URL", "").removeprefix("https://").partition(".")[0]
    if not name:
        return [], []
    for one in leftovers.vaults(az, names.get("AZURE_RESOURCE_GROUP", "")):
        if one.name != name:
            continue
        words = {"name": name, "region": one.region, "day": one.until, "group": names.get("AZURE_RESOURCE_GROUP", "")}
        if one.until:
            return [], [leftovers.VAULT_PROTECTED.found(f"purge protection until {one.until}", **words)]
        try:
            az.read("keyvault", "purge", "--name", name, "--location", one.region)
        except Trouble as trouble:
            return [], [leftovers.VAULT.found(trouble.finding.evidence, **words)]
        return [f"Purged the deleted vault {name}."], []
    return [], []
