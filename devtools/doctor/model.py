"""The model: whether it is offered there, and alive, before anything is made. `quota.py` looks at the rest.

The shape of `az cognitiveservices model list` is that of azd's recordings (Azure/azure-dev, 2026-04). Such a list still
names what is gone: its state tells, and the end that counts for a deployment is that of its SKU.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
PAST_ITS_END = Ailment(
    "model.past-its-end",
    "warning",
    "Azure's list still offers {model} {version}, beside an end that has passed: {day}.",
    "Go on; if azd then ends with ServiceModelDeprecated: azd env set {variable} {offer}",
)
CLOSING = Ailment(
    "model.closing",
    "fault",
    "Azure is taking {model} {version} out of service and makes no new deployments of it.",
    "azd env set {variable} {offer} && azd provision",
)
RETIRING = Ailment(
    "model.retiring",
    "warning",
    "{model} {version} will be retired on {day}.",
    "azd env set {variable} {offer} && azd provision",
)
NO_CAPTIONS = Ailment(
    "model.no-captions",
    "fault",
    "Your subscription cannot have {model} in {region}, which writes down what callers say.",
    "Do without it: azd env set VOICEMINT_TRANSCRIPTION_MODEL none",
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
        found += ended(choice.model, choice.model.retires, models, today(world), "models.json", region)
    return found


def ended(
    model: Model, retires: date | None, models: Models, day: date, source: str, region: str, *, offered: bool = False
) -> list[Finding]:
    """Whether a model is gone, or nearly; one that Azure still offers is not gone, whatever date stands beside it."""
    if retires is None or retires - SOON > day:
        return []
    gone = PAST_ITS_END if offered else RETIRED
    ailment = gone if retires <= day else RETIRING
    return [ailment.found(f"{source} says {retires}", day=str(retires), **_words(model, models, day, region))]


def _words(model: Model, models: Models, day: date, region: str) -> dict[str, str]:
    """What stands in the braces, with another model that lives on."""
    others = [one for one in models.of(model.kind) if one.name != model.name and not one.ends(day)]
    offer = next((one.name for one in others if not region or region in one.places), "another-model")
    return {"model": model.name, "version": model.version, "variable": VARIABLES[model.kind], "offer": offer}


def offered(
    az: Az, models: Models, chosen: list[Choice], region: str, day: date, own: Callable[[], Mapping[str, int]] = dict
) -> list[Finding]:
    """What the subscription itself is offered in that region; `own` names what is deployed. Raises `Trouble`."""
    catalogue = az.listed("cognitiveservices", "model", "list", "--location", region)
    found: list[Finding] = []
    for choice in chosen:
        model = choice.model
        fitting = entries(catalogue, model)
        there = [(entry, sku) for entry in fitting if (sku := sku_of(entry, model.sku))]
        if not there:
            skus = [sku.get("name") for entry in fitting for sku in entry.get("skus") or []]
            seen = f"{len(fitting)} entries of {model.name} {model.version}, as {skus}"
            words = {"model": model.name, "version": model.version, "sku": model.sku, "region": region}
            found.append((NO_CAPTIONS if choice.kind == "transcription" else NOT_OFFERED).found(seen, **words))
            continue
        entry, sku = there[0]
        state = str(entry.get("lifecycleStatus"))
        end = _day(sku.get("deprecationDate")) or _day(at(entry, "deprecation", "inference"))
        seen = f"Azure's list of models says {state}, end {end or 'unknown'}"
        if state == "Deprecated":
            found.append(RETIRED.found(seen, **_words(model, models, day, region)))
        elif state == "Deprecating" and model.name not in own():
            found.append(CLOSING.found(seen, **_words(model, models, day, region)))
        else:
            found += ended(model, end, models, day, "Azure's list of models", region, offered=True)
    return found


def sku_of(entry: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """What that entry says of a SKU: the first of the name, because the second is for fine-tuned models."""
    return next((one for one in entry.get("skus") or [] if one.get("name") == name), None)


def entries(catalogue: Sequence[Any], model: Model) -> list[dict[str, Any]]:
    """What Azure's list of models holds of that version."""
    return [
        entry["model"]
        for entry in catalogue
        if at(entry, "model", "name") == model.name and at(entry, "model", "version") == model.version
    ]


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
