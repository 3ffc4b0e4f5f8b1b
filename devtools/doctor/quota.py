"""The quota of the models: whether what is left is enough, before anything is made.

The shape of `az cognitiveservices usage list` is that of azd's recordings (Azure/azure-dev, of 2026-04). The name of a
model's quota is not always made of the model's own name, so Azure's list of models is asked for it, as azd does
(bicep_provider.go).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devtools.doctor import leftovers
from devtools.doctor.az import Az, Trouble, at
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.model import CAPACITIES, NO_CAPTIONS, Choice, entries, sku_of

NONE = Ailment(
    "quota.none",
    "fault",
    "Your subscription has no quota for {model} in {region}.",
    "Ask for it: https://aka.ms/oai/stuquotarequest",
)
SHORT = Ailment(
    "quota.short",
    "fault",
    "{wanted} units of {model} are asked for in {region}, and {free} are free.",
    "azd env set {variable} {free}",
)
UNKNOWN = Ailment(
    "quota.unknown",
    "warning",
    "Azure's list of quotas does not name {model} in {region}, so nobody knows whether there is enough. A subscription "
    "that never had such a resource has an empty list.",
    "Go on; if azd then ends with InsufficientQuota, ask for it: https://aka.ms/oai/stuquotarequest",
)


def enough(az: Az, chosen: Sequence[Choice], region: str, own: Mapping[str, int]) -> list[Finding]:
    """Whether what is left will do; `own` units of each model are this environment's already. Raises `Trouble`."""
    usage = {
        str(at(entry, "name", "value")): (float(entry.get("currentValue") or 0), float(entry.get("limit") or 0))
        for entry in az.listed("cognitiveservices", "usage", "list", "--location", region)
    }
    names = usage_names(az, chosen, region)
    found: list[Finding] = []
    for choice in chosen:
        words = {"model": choice.model.name, "region": region}
        if choice.model.name not in names:
            continue  # then Azure does not offer it, and that is told elsewhere
        name = names[choice.model.name]
        if name not in usage:
            found.append(UNKNOWN.found(f"{name} is not among {len(usage)} quotas", **words))
            continue
        used, limit = usage[name]
        free = int(limit - used) + own.get(choice.model.name, 0)
        seen = f"{name}: {used:g} of {limit:g} in use"
        if free < 1:
            found.append((NO_CAPTIONS if choice.kind == "transcription" else NONE).found(seen, **words))
        elif free < choice.capacity:
            more = {"wanted": str(choice.capacity), "free": str(free), "variable": CAPACITIES[choice.kind]}
            found.append(SHORT.found(seen, **words, **more))
    return found


def usage_names(az: Az, chosen: Sequence[Choice], region: str) -> dict[str, str]:
    """By model, the name of its quota: Azure's own, else that of models.json; none where neither has one."""
    try:
        catalogue = az.listed("cognitiveservices", "model", "list", "--location", region)
    except Trouble:
        catalogue = []  # whoever asks what is offered tells of it
    found = {one.model.name: one.model.usage_name for one in chosen if one.model.usage_name}
    for choice in chosen:
        for entry in entries(catalogue, choice.model):
            if (sku := sku_of(entry, choice.model.sku)) and sku.get("usageName"):
                found[choice.model.name] = str(sku["usageName"])
    return found


def own_units(az: Az, environ: Mapping[str, str]) -> dict[str, int]:
    """Units that this environment's own deployments hold already, by model. Raises `Trouble`.

    A pipeline, or a second machine, has no outputs of the last deployment: then the group's accounts are asked for.
    """
    group = leftovers.group_of(environ)
    if known := environ.get("AZURE_OPENAI_RESOURCE"):
        accounts = [known]
    elif environ.get("AZURE_RESOURCE_GROUP") or environ.get("AZURE_ENV_NAME"):
        listed = az.listed("cognitiveservices", "account", "list", "--resource-group", group)
        accounts = [str(one.get("name")) for one in listed]
    else:
        accounts = []
    units: dict[str, int] = {}
    for name in accounts:
        where = ("--name", name, "--resource-group", group)
        for one in az.listed("cognitiveservices", "account", "deployment", "list", *where):
            model = str(at(one, "properties", "model", "name"))
            units[model] = units.get(model, 0) + int(at(one, "sku", "capacity") or 0)
    return units
