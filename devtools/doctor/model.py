"""The model: whether it is offered there, alive, and within the quota that is left, before anything is made.

Shapes of `az cognitiveservices model list` and `usage list` are from captured answers of others and from documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from devtools.doctor.az import Az, at
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import World
from devtools.infra import MODELS
from devtools.infra.models import SOON, Model, Models, read

NO_REGION = Ailment(
    "model.region",
    "fault",
    "{region} is not a region where this project's models work.",
    "azd env set AZURE_LOCATION {offer}",
)
UNKNOWN = Ailment(
    "model.unknown",
    "fault",
    "{model} is no model of this project.",
    "azd env set {variable} {offer}",
)
NOT_HERE = Ailment(
    "model.not-here",
    "fault",
    "{model} does not work in {region}.",
    "azd env set {variable} {offer}",
)
NOT_OFFERED = Ailment(
    "model.not-offered",
    "fault",
    "Your subscription is not offered {model} {version} as {sku} in {region}.",
    "See what it is offered: az cognitiveservices model list --location {region} --output table",
)
RETIRED = Ailment(
    "model.retired",
    "fault",
    "{model} {version} has been retired, so Azure answers no more calls with it.",
    "azd env set {variable} {offer} && azd provision",
)
RETIRING = Ailment(
    "model.retiring",
    "warning",
    "{model} {version} will be retired on {day}.",
    "azd env set {variable} {offer} && azd provision",
)
NO_QUOTA = Ailment(
    "quota.none",
    "fault",
    "Your subscription has no quota for {model} in {region}.",
    "Ask for it: https://aka.ms/oai/stuquotarequest",
)
SHORT_QUOTA = Ailment(
    "quota.short",
    "fault",
    "{wanted} units of {model} are asked for in {region}, and {free} are free.",
    "azd env set {variable} {free}",
)

VARIABLES = {"realtime": "VOICEMINT_MODEL", "transcription": "VOICEMINT_TRANSCRIPTION_MODEL"}
CAPACITIES = {"realtime": "VOICEMINT_MODEL_CAPACITY", "transcription": "VOICEMINT_TRANSCRIPTION_CAPACITY"}
DEFAULT_CAPACITY = {"realtime": "capacity", "transcription": "transcription_capacity"}


@dataclass(frozen=True)
class Choice:
    """One model that will be deployed, with the capacity asked for."""

    kind: str
    model: Model
    capacity: int


def known(world: World) -> Models:
    """What models.json says. Raises `KeyError` or `ValueError` if it cannot be read."""
    return read(world.root / MODELS)


def today(world: World) -> date:
    return datetime.fromtimestamp(world.now(), UTC).date()


def choices(models: Models, environ: Mapping[str, str]) -> tuple[list[Choice], list[Finding]]:
    """What azd's environment asks for, and what of that is no model at all."""
    chosen: list[Choice] = []
    found: list[Finding] = []
    for kind, variable in VARIABLES.items():
        default = str(models.default[kind])
        name = environ.get(variable) or default
        if kind == "transcription" and name == "none":
            continue
        model = models.named(name)
        if model is None or model.kind != kind:
            found.append(UNKNOWN.found(f"{variable}={name}", model=name, variable=variable, offer=default))
            continue
        asked = environ.get(CAPACITIES[kind]) or str(models.default[DEFAULT_CAPACITY[kind]])
        chosen.append(Choice(kind, model, int(asked) if asked.isdigit() else 1))
    return chosen, found


def by_data(world: World, models: Models, chosen: list[Choice], region: str) -> list[Finding]:
    """What models.json alone tells: region, place, end."""
    if region and region not in models.site_places:
        offer = next(iter(models.site_places))
        return [NO_REGION.found(f"AZURE_LOCATION={region}", region=region, offer=offer)]
    found: list[Finding] = []
    for choice in chosen:
        if region and region not in choice.model.places:
            offer = str(models.default[choice.kind])
            words = {"model": choice.model.name, "region": region, "variable": VARIABLES[choice.kind], "offer": offer}
            found.append(NOT_HERE.found(choice.model.doubt, **words))
        found += ended(choice.model, choice.model.retires, models, today(world), "models.json")
    return found


def ended(model: Model, retires: date | None, models: Models, day: date, source: str) -> list[Finding]:
    """Whether a model is gone, or nearly."""
    if retires is None or retires - SOON > day:
        return []
    others = [one for one in models.of(model.kind) if one.name != model.name and not one.ends(day)]
    offer = next((one.name for one in others), "another-model")
    words = {"model": model.name, "version": model.version, "variable": VARIABLES[model.kind], "offer": offer}
    ailment = RETIRED if retires <= day else RETIRING
    return [ailment.found(f"{source} says {retires}", day=str(retires), **words)]


def offered(az: Az, models: Models, chosen: list[Choice], region: str, day: date) -> list[Finding]:
    """What the subscription itself is offered in that region. Raises `Trouble`."""
    catalogue = az.listed("cognitiveservices", "model", "list", "--location", region)
    found: list[Finding] = []
    for choice in chosen:
        model = choice.model
        entries = [
            entry["model"]
            for entry in catalogue
            if at(entry, "model", "name") == model.name and at(entry, "model", "version") == model.version
        ]
        skus = [sku.get("name") for entry in entries for sku in entry.get("skus") or []]
        if model.sku not in skus:
            seen = f"{len(entries)} entries of {model.name} {model.version}, as {skus}"
            words = {"model": model.name, "version": model.version, "sku": model.sku, "region": region}
            found.append(NOT_OFFERED.found(seen, **words))
            continue
        for entry in entries[:1]:
            found += ended(model, _day(at(entry, "deprecation", "inference")), models, day, "Azure's list of models")
    return found


def quota(az: Az, chosen: list[Choice], region: str, own: Mapping[str, int]) -> list[Finding]:
    """Whether what is left is enough; `own` units of each model are this environment's already. Raises `Trouble`."""
    usage = {
        str(at(entry, "name", "value")): (float(entry.get("currentValue") or 0), float(entry.get("limit") or 0))
        for entry in az.listed("cognitiveservices", "usage", "list", "--location", region)
    }
    found: list[Finding] = []
    for choice in chosen:
        words = {"model": choice.model.name, "region": region}
        used, limit = usage.get(choice.model.usage_name, (0.0, 0.0))
        free = int(limit - used) + own.get(choice.model.name, 0)
        seen = f"{choice.model.usage_name}: {used:g} of {limit:g} in use"
        if free < 1:
            found.append(NO_QUOTA.found(seen, **words))
        elif free < choice.capacity:
            more = {"wanted": str(choice.capacity), "free": str(free), "variable": CAPACITIES[choice.kind]}
            found.append(SHORT_QUOTA.found(seen, **words, **more))
    return found


def own_units(az: Az, environ: Mapping[str, str]) -> dict[str, int]:
    """Units that this environment's own deployments hold already, by model. Raises `Trouble`."""
    name, group = environ.get("AZURE_OPENAI_RESOURCE"), environ.get("AZURE_RESOURCE_GROUP")
    if not (name and group):
        return {}
    units: dict[str, int] = {}
    for one in az.listed(
        "cognitiveservices", "account", "deployment", "list", "--name", name, "--resource-group", group
    ):
        model = str(at(one, "properties", "model", "name"))
        units[model] = units.get(model, 0) + int(at(one, "sku", "capacity") or 0)
    return units


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
