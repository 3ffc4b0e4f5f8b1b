"""What can stand in the way before anything is made, one spoilt answer each, and what the first hook makes of it."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.integration.azure_doubles import recorded
from tests.integration.azure_doubles.answers import (
    ME,
    MODEL,
    WHISPER,
    Said,
    data,
)
from tests.integration.azure_doubles.cases import MY_ROLES, Case, Spoil, both, no_token, says
from tests.integration.azure_doubles.recorded import SUBSCRIPTION, offer, role, usage

DELETED = recorded.deleted_account()
DELETED_VAULT = recorded.deleted_vault()
PROTECTED_VAULT = recorded.deleted_vault(protected=True)


CAPTIONS = offer(WHISPER, "2026-05-06", None)


def asks(**changed: str) -> Spoil:
    """azd's environment before anything is made."""
    return lambda scene: scene.environ.update(changed)


PREFLIGHT = [
    Case("tool.az-missing", lambda scene: scene.without("az"), "install-azure-cli"),
    Case("tool.azd-missing", lambda scene: scene.without("azd"), "install-azd"),
    Case("tool.azd-old", says("azd version", Said("azd version 1.20.0 (commit 0)")), "Install azd 1.25.6"),
    Case("tool.node-missing", lambda scene: scene.without("node"), "nodejs.org"),
    Case("tool.npx-missing", lambda scene: scene.without("npx"), "nodejs.org"),
    Case(
        "sign-in.azd-out",
        says("azd auth login --check-status", Said("Not logged in, run `azd auth login` to login to Azure\n")),
        "azd auth login",
    ),
    Case("sign-in.az-out", no_token("AADSTS700082: The refresh token has expired."), "az login"),
    Case("model.region", asks(AZURE_LOCATION="uksouth"), "azd env set AZURE_LOCATION eastus2"),
    Case("model.unknown", asks(VOICEMINT_MODEL="gpt-4o"), f"azd env set VOICEMINT_MODEL {MODEL}"),
    Case(
        "model.not-here",
        asks(AZURE_LOCATION="swedencentral", VOICEMINT_MODEL="gpt-realtime-2.1-mini"),
        f"azd env set VOICEMINT_MODEL {MODEL}",
        ("model.not-offered",),
    ),
    Case(
        "model.not-offered",
        says("az cognitiveservices model list", data([CAPTIONS])),
        "az cognitiveservices model list --location eastus2",
    ),
    Case(
        "model.no-captions",
        says("az cognitiveservices model list", data([offer(MODEL, "2026-07-07")])),
        "azd env set VOICEMINT_TRANSCRIPTION_MODEL none",
    ),
    Case(
        "model.retired",
        # Azure goes on listing a model that is gone, with its SKU.
        says(
            "az cognitiveservices model list", data([offer(MODEL, "2026-07-07", "2026-11-01", "Deprecated"), CAPTIONS])
        ),
        "azd env set VOICEMINT_MODEL",
    ),
    Case(
        "model.closing",
        says(
            "az cognitiveservices model list", data([offer(MODEL, "2026-07-07", "2027-06-25", "Deprecating"), CAPTIONS])
        ),
        "azd env set VOICEMINT_MODEL",
    ),
    Case(
        "model.retired",
        lambda scene: setattr(scene, "now", datetime(2027, 6, 26, tzinfo=UTC).timestamp()),
        "azd env set VOICEMINT_MODEL another-model",
    ),
    Case(
        "quota.none",
        says("az cognitiveservices usage list", data([usage(MODEL, 0, 0), usage(WHISPER, 0, 10)])),
        "stuquotarequest",
    ),
    Case(
        "quota.short",
        says("az cognitiveservices usage list", data([usage(MODEL, 8, 10), usage(WHISPER, 0, 10)])),
        "azd env set VOICEMINT_MODEL_CAPACITY 2",
    ),
    Case(
        "leftover.account",
        says("az cognitiveservices account list-deleted", data([DELETED])),
        "az cognitiveservices account purge --name aif-abc123 --resource-group rg-talk --location eastus2",
    ),
    Case("leftover.nothing-to-restore", asks(VOICEMINT_RESTORE_ACCOUNT="true"), "VOICEMINT_RESTORE_ACCOUNT false"),
    Case(
        "leftover.vault",
        both(asks(VOICEMINT_CREDENTIAL="key_vault"), says("az keyvault list-deleted", data([DELETED_VAULT]))),
        "az keyvault purge --name kv-abc123",
    ),
    Case(
        "leftover.vault-protected",
        both(asks(VOICEMINT_CREDENTIAL="key_vault"), says("az keyvault list-deleted", data([PROTECTED_VAULT]))),
        "az group create --name rg-talk --location eastus2 && az keyvault recover --name kv-abc123",
    ),
    Case(
        "rights.cannot-assign",
        says(MY_ROLES, data([role("Contributor", f"/subscriptions/{SUBSCRIPTION}", who=ME)])),
        '--role "Role Based Access Control Administrator"',
    ),
    Case(
        "rights.cannot-deploy",
        says(MY_ROLES, data([role("User Access Administrator", "/", who=ME)])),
        "--role Contributor",
    ),
    Case("choice.environment-name", asks(AZURE_ENV_NAME="x" * 65), "azd env new"),
]
"""Before anything is made: azd is stopped."""
