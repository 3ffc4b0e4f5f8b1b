"""What azd knows of the deployment: its environment, which holds the template's outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.tools import AZD_MISSING
from devtools.doctor.world import NOT_THERE, World

NEEDED = (
    "AZURE_RESOURCE_GROUP", "SERVICE_API_NAME", "SERVICE_API_URI", "SERVICE_WEB_NAME", "SERVICE_WEB_URI",
    "AZURE_OPENAI_RESOURCE", "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_AUTH",
    "STORAGE_ACCOUNT_NAME", "FUNCTION_IDENTITY_PRINCIPAL_ID", "CALL_MODE", "EVENT_FILTER", "FRONT_DOOR",
    "WHO_MAY_CALL",
)  # fmt: skip
"""Outputs that checks read; `devtools/infra/rules.py` holds the template to them."""

NO_ENVIRONMENT = Ailment(
    "deployed.no-environment",
    "fault",
    "There is no azd environment here, so nothing was deployed from this folder.",
    "azd up",
)
NOT_PROVISIONED = Ailment(
    "deployed.not-provisioned",
    "fault",
    "The azd environment has no outputs: it was never provisioned, or it failed on the way.",
    "azd provision",
)


def from_azd(world: World) -> tuple[dict[str, str], list[Finding]]:
    """azd's environment, and what keeps it from being read."""
    told = world.run(["azd", "env", "get-values", "--output", "json", "--cwd", str(world.root)])
    if told.code == NOT_THERE:
        return {}, [AZD_MISSING.found(told.err)]
    try:
        values = json.loads(told.out) if told.code == 0 else None
    except ValueError:
        values = None
    if not isinstance(values, dict) or not values:
        return {}, [NO_ENVIRONMENT.found(told.err or told.out)]
    return {str(name): str(value) for name, value in values.items()}, []


def lacking(values: Mapping[str, str]) -> list[Finding]:
    """What a deployment's checks cannot do without."""
    missing = [name for name in NEEDED if not values.get(name)]
    return [NOT_PROVISIONED.found("missing: " + ", ".join(missing))] if missing else []
