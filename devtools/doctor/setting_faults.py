"""The settings of a local run: `local.settings.json` and the environment, judged by the function's own rules."""

from __future__ import annotations

from collections.abc import Mapping

from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import World
from local_host.settings_file import NAME, missing_from, read_values
from voicemint.endpoint import parse_endpoint
from voicemint.errors import NotConfigured
from voicemint.setting_list import BY_NAME
from voicemint.settings import is_hosted, read_settings

NONE = Ailment(
    "settings.none",
    "fault",
    "There are no settings for Azure here. Without an account, `python3 dev.py demo` needs none.",
    "Deploy with `azd up`, which writes them, or: cp local.settings.json.example local.settings.json",
)
BROKEN_FILE = Ailment(
    "settings.file-broken",
    "fault",
    "local.settings.json cannot be read.",
    "Put it right, or start again: cp local.settings.json.example local.settings.json",
)
PLACEHOLDER = Ailment(
    "settings.placeholder",
    "fault",
    "AZURE_OPENAI_ENDPOINT is still that of the example.",
    "Put your resource's address into local.settings.json; the portal shows it under Keys and Endpoint.",
)
STRAY_KEY = Ailment(
    "settings.stray-key",
    "fault",
    "There is a key in AZURE_OPENAI_API_KEY, but AZURE_OPENAI_AUTH is {auth}: only one of them can be meant.",
    "{fix}",
)
FAULT = Ailment(
    "settings.fault",
    "fault",
    "The setting {name} is missing or wrong.",
    "Put it right in local.settings.json; docs/settings.md says what it may be.",
)
HOSTED = Ailment(
    "settings.looks-hosted",
    "warning",
    "A variable that only Azure sets is set here, so the function believes that it is hosted and locks itself.",
    "Unset it in this terminal: {name}",
)
CHANGED = Ailment(
    "settings.endpoint-changed",
    "note",
    "The endpoint was understood, but not as it is written.",
    "Write it as https://RESOURCE.openai.azure.com",
)


def values(world: World) -> tuple[dict[str, str], list[Finding]]:
    """The settings as a local run has them, and what keeps them from being read."""
    try:
        in_file = read_values(world.root / NAME)
    except ValueError as fault:
        return {}, [BROKEN_FILE.found(str(fault))]
    return {**world.environ, **missing_from(world.environ, in_file)}, []


def is_placeholder(settings: Mapping[str, str]) -> bool:
    """Whether the example was copied and its endpoint left as it is."""
    return "://your-resource." in settings.get("AZURE_OPENAI_ENDPOINT", "")


def judge(settings: Mapping[str, str]) -> list[Finding]:
    """What is wrong with them, each setting once."""
    if not any(settings.get(name) for name in BY_NAME):
        return [NONE.found("neither local.settings.json nor the environment has any")]
    found: list[Finding] = []
    endpoint = settings.get("AZURE_OPENAI_ENDPOINT", "")
    if is_placeholder(settings):
        found.append(PLACEHOLDER.found(endpoint))
    if is_hosted(settings):
        marks = [name for name in settings if name.startswith("WEBSITE_") or name in ("LEGION_SERVICE_HOST",)]
        found.append(HOSTED.found(", ".join(sorted(marks)), name=" ".join(sorted(marks))))
    found += wrong(settings)
    if endpoint and not any(one.level == "fault" for one in found):
        found += [CHANGED.found(note) for note in parse_endpoint(endpoint, hosted=False).notes]
    return found


def wrong(settings: Mapping[str, str]) -> list[Finding]:
    """The function's own judgement, one finding a setting."""
    try:
        read_settings(settings)
    except NotConfigured as error:
        return [_finding(name, problem, settings) for name, problem in error.faults]
    return []


def _finding(name: str, problem: str, settings: Mapping[str, str]) -> Finding:
    if name == "AZURE_OPENAI_API_KEY" and problem.startswith("is set"):
        auth = settings.get("AZURE_OPENAI_AUTH") or "entra"
        fix = "Unset AZURE_OPENAI_API_KEY in this terminal and take it out of local.settings.json"
        return STRAY_KEY.found(f"{name} {problem}", auth=auth, fix=fix)
    return FAULT.found(f"{name} {problem}", name=name)
