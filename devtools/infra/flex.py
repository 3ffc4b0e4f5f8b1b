"""What the Flex Consumption plan takes. Azure refuses the rest, in some regions and not in others, so all of it is out.

Sources: ARM's errors as owners report them (51021 for `siteConfig`, `InvalidAppSettingsException` for settings), and
Microsoft's page of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devtools.infra.cases import Case

FORBIDDEN_SETTINGS = (
    "FUNCTIONS_WORKER_RUNTIME", "WEBSITE_RUN_FROM_PACKAGE", "SCM_DO_BUILD_DURING_DEPLOYMENT", "ENABLE_ORYX_BUILD",
)  # fmt: skip
"""With one of these a deployment fails."""

POINTLESS_SETTINGS = (
    "FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_WORKER_PROCESS_COUNT", "TZ", "WEBSITES_CONTAINER_START_TIME_LIMIT",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", "WEBSITE_CONTENTSHARE", "WEBSITE_LOAD_CERTIFICATES",
    "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT", "WEBSITE_NODE_DEFAULT_VERSION", "WEBSITE_TIME_ZONE",
    "WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED",
)  # fmt: skip
"""These are ignored, or the platform's own."""

SITE_CONFIG = {"minTlsVersion", "cors"}
"""All of `siteConfig` that was seen to be taken in every region."""

RUNTIME = {"name": "python", "version": "3.13"}
LEAST_INSTANCES = 40


def flex(case: Case) -> list[str]:
    """The function app sets what Flex needs and nothing that Flex refuses."""
    found: list[str] = []
    plans = case.deployment.of("Microsoft.Web/serverfarms")
    apps = case.deployment.of("Microsoft.Web/sites")
    if len(plans) != 1 or len(apps) != 1:
        return [f"function.bicep: {len(apps)} apps on {len(plans)} plans; Flex has one app on each plan"]
    plan, app = plans[0], apps[0]
    if (
        plan.body.get("sku") != {"name": "FC1", "tier": "FlexConsumption"}
        or plan.properties.get("reserved") is not True
    ):
        found.append("function.bicep: the plan is not Flex Consumption on Linux")
    if app.body.get("kind") != "functionapp,linux" or app.properties.get("serverFarmId") != plan.identifier:
        found.append("function.bicep: the app is no Linux function app on this plan")
    found += [
        f"function.bicep: siteConfig.{name} is not safe on Flex"
        for name in sorted(set(app.properties.get("siteConfig", {})) - SITE_CONFIG)
    ]
    if app.properties.get("httpsOnly") is not True:
        found.append("function.bicep: httpsOnly is not true")
    found += _settings(case)
    found += _config(app.properties.get("functionAppConfig", {}), case)
    return found


def _settings(case: Case) -> list[str]:
    settings = case.app_settings()
    bad = [name for name in (*FORBIDDEN_SETTINGS, *POINTLESS_SETTINGS) if name in settings]
    found = [f"settings.bicep: {name} does not belong on Flex" for name in bad]
    found += [f"settings.bicep: {name} is no text" for name, value in settings.items() if not isinstance(value, str)]
    found += [f"settings.bicep: {name} is empty" for name, value in settings.items() if value == ""]
    if "AzureWebJobsStorage" in settings:
        found.append("settings.bicep: AzureWebJobsStorage holds a key; the identity's settings go by __")
    return found


def _config(config: Mapping[str, Any], case: Case) -> list[str]:
    found: list[str] = []
    storage = config.get("deployment", {}).get("storage", {})
    way = storage.get("authentication", {})
    accounts = [one.name for one in case.deployment.of("Microsoft.Storage/storageAccounts")]
    containers = case.deployment.of("Microsoft.Storage/storageAccounts/blobServices/containers")
    addresses = [f"https://{accounts[0]}.blob.core.windows.net/{one.name.rpartition('/')[2]}" for one in containers]
    if way.get("type") != "UserAssignedIdentity" or not way.get("userAssignedIdentityResourceId"):
        found.append("function.bicep: the package is not fetched with the function's identity")
    if storage.get("value") not in addresses:
        found.append(f"function.bicep: the package goes to {storage.get('value')}, which is not deployed")
    if config.get("runtime") != RUNTIME:
        found.append(f"function.bicep: the runtime is {config.get('runtime')}, not {RUNTIME}")
    scale = config.get("scaleAndConcurrency", {})
    if not scale.get("triggers", {}).get("http", {}).get("perInstanceConcurrency"):
        found.append("function.bicep: perInstanceConcurrency is not set, and would be 1 for Python")
    if scale.get("maximumInstanceCount", 0) < LEAST_INSTANCES:
        found.append(f"function.bicep: maximumInstanceCount is below {LEAST_INSTANCES}")
    warm = [one["name"] for one in scale.get("alwaysReady", [])]
    found += [
        f"function.bicep: always ready '{one}' is unknown" for one in warm if one not in ("http", "function:end_call")
    ]
    if "function:end_call" in warm and not case.relay:
        found.append("function.bicep: end_call is kept warm, but there is none in token mode")
    return found
