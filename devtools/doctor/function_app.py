"""The function app as it is deployed: running, indexed, told the right things, linked.

Shapes of the answers of az are those of azd's recordings of a Flex app (of 2026-04), of linked backends and CORS from
documents and azure-cli's source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devtools.doctor.az import Az, at
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.setting_faults import wrong

MISSING = Ailment(
    "function.missing",
    "fault",
    "The function app of this environment is gone.",
    "azd provision --no-state && azd deploy api",
)
STOPPED = Ailment(
    "function.stopped",
    "fault",
    "The function app is stopped.",
    "az functionapp start --name {name} --resource-group {group}",
)
NOT_INDEXED = Ailment(
    "function.not-indexed",
    "fault",
    "The function app runs, but its functions are not there: the package was not built, or could not be loaded.",
    "azd deploy api",
)
DRIFT = Ailment(
    "function.settings-drift",
    "fault",
    "The function is told something else than this environment says: {name}.",
    "azd provision --no-state",
)
FAULT = Ailment(
    "function.settings-fault",
    "fault",
    "With its settings the function refuses to start calls: {name} is missing or wrong.",
    "azd provision --no-state",
)
STRAY_KEY = Ailment(
    "function.stray-key",
    "fault",
    "The function app holds a key in its settings, although it is meant to do without one there.",
    "az functionapp config appsettings delete --name {name} --resource-group {group} --setting-names {setting}",
)
NOT_LINKED = Ailment(
    "link.missing",
    "fault",
    "The page and the function are not linked, so the page's /api leads nowhere.",
    "azd provision --no-state",
)
STILL_LINKED = Ailment(
    "link.left-over",
    "fault",
    "The function is still linked to the page, so it refuses the direct calls of this front door.",
    "az staticwebapp backends unlink --name {site} --resource-group {group} --remove-backend-auth",
)
CORS_MISSING = Ailment(
    "cors.page-not-listed",
    "fault",
    "The platform's CORS does not list the page, so the browser refuses the API's answers.",
    "az functionapp cors add --name {name} --resource-group {group} --allowed-origins {origin}",
)
CORS_STAR = Ailment(
    "cors.star",
    "warning",
    "The platform's CORS lets every page on the web read the API's answers.",
    'az functionapp cors remove --name {name} --resource-group {group} --allowed-origins "*"',
)

TOLD = ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_AUTH", "CALL_MODE", "EVENT_FILTER")
"""Settings of the function that are outputs of the template under the same name."""

HOSTED = {"WEBSITE_INSTANCE_ID": "asked by the doctor"}
SESSION = {"token": "session", "relay": "call"}


def app(az: Az, outputs: Mapping[str, str]) -> list[Finding]:
    """Whether it runs and has its functions. Raises `Trouble`."""
    name, group = outputs["SERVICE_API_NAME"], outputs["AZURE_RESOURCE_GROUP"]
    where = ("--name", name, "--resource-group", group)
    there = az.read("functionapp", "show", *where)
    if there is None:
        return [MISSING.found(f"{name} is not in {group}")]
    state = at(there, "state") or at(there, "properties", "state") or "Running"
    if state != "Running":
        return [STOPPED.found(f"state {state}", name=name, group=group)]
    functions = {
        str(one.get("name")).rpartition("/")[2] for one in az.listed("functionapp", "function", "list", *where)
    }
    if SESSION[outputs["CALL_MODE"]] not in functions:
        return [NOT_INDEXED.found("functions: " + (", ".join(sorted(functions)) or "none"))]
    return []


def settings(az: Az, outputs: Mapping[str, str]) -> list[Finding]:
    """Whether it is told what the template says, and whether that is enough. Raises `Trouble`. Shows no value."""
    name, group = outputs["SERVICE_API_NAME"], outputs["AZURE_RESOURCE_GROUP"]
    listed = az.listed("functionapp", "config", "appsettings", "list", "--name", name, "--resource-group", group)
    told = {str(one.get("name")): str(one.get("value") or "") for one in listed}
    if not told:
        return [DRIFT.found("it has no settings at all", name="everything")]
    found: list[Finding] = []
    if told.get("AZURE_OPENAI_API_KEY"):
        words = {"name": name, "group": group, "setting": "AZURE_OPENAI_API_KEY"}
        found.append(STRAY_KEY.found("AZURE_OPENAI_API_KEY is set", **words))
    strange = [one for one in TOLD if told.get(one, "").rstrip("/") != outputs.get(one, "").rstrip("/")]
    found += [DRIFT.found(f"{one} differs from the template's output", name=one) for one in strange]
    faults = {one.evidence.partition(" ")[0] for one in wrong({**told, **HOSTED})}
    return found + [
        FAULT.found("found by the function's own check", name=one)
        for one in sorted(faults - {*strange, "AZURE_OPENAI_API_KEY"})
    ]


def link(az: Az, outputs: Mapping[str, str]) -> list[Finding]:
    """Whether the page leads to it as the front door says. Raises `Trouble`."""
    site, group = outputs["SERVICE_WEB_NAME"], outputs["AZURE_RESOURCE_GROUP"]
    backends = az.read("staticwebapp", "backends", "show", "--name", site, "--resource-group", group)
    listed: list[Any] = backends if isinstance(backends, list) else [backends] if backends else []
    name = "/" + outputs["SERVICE_API_NAME"].lower()  # Azure keeps an id in the letters in which somebody wrote it
    ours = [one for one in listed if str(one.get("backendResourceId", "")).lower().endswith(name)]
    if outputs["FRONT_DOOR"] == "linked":
        return [] if ours else [NOT_LINKED.found(f"{len(listed)} linked backends, none is the function")]
    return [STILL_LINKED.found("a backend is linked", site=site, group=group)] if ours else []


def cors(az: Az, outputs: Mapping[str, str]) -> list[Finding]:
    """The platform's own CORS, which answers before the function does. Raises `Trouble`."""
    name, group = outputs["SERVICE_API_NAME"], outputs["AZURE_RESOURCE_GROUP"]
    shown = az.read("functionapp", "cors", "show", "--name", name, "--resource-group", group)
    origins = [str(one) for one in at(shown, "allowedOrigins") or []]
    words = {"name": name, "group": group, "origin": outputs["SERVICE_WEB_URI"]}
    seen = "allowed: " + (", ".join(origins) or "nobody")
    found = [CORS_STAR.found(seen, **words)] if "*" in origins else []
    listed = {"*", outputs["SERVICE_WEB_URI"]} & set(origins)
    if outputs["FRONT_DOOR"] == "direct" and not listed:
        found.append(CORS_MISSING.found(seen, **words))
    return found
