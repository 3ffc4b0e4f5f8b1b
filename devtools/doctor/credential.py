"""The credential of a mint from this machine, by the way that AZURE_OPENAI_AUTH names. It is never shown."""

from __future__ import annotations

from dataclasses import dataclass

from devtools.doctor.az import Az, Trouble, at
from devtools.doctor.findings import Ailment
from voicemint.masking import Secret
from voicemint.settings import Settings

NO_SECRET = Ailment(
    "vault.no-secret",
    "fault",
    "The vault has no secret of the name in KEY_VAULT_SECRET_NAME.",
    'az keyvault secret list --vault-name {vault} --query "[].name"',
)
NO_RIGHT = Ailment(
    "vault.no-right",
    "fault",
    "You may not read the secret in the vault.",
    'az role assignment create --assignee YOUR-NAME --role "Key Vault Secrets User" --scope VAULT-ID',
)
NO_TOKEN = Ailment(
    "sign-in.no-token",
    "fault",
    "The Azure command line gave no token for Azure OpenAI.",
    "az login --scope {scope}",
)


@dataclass(frozen=True)
class Header:
    """What proves to the resource who asks."""

    name: str
    value: Secret

    def as_headers(self) -> dict[str, str]:
        return {self.name: self.value.reveal()}


def of(settings: Settings, az: Az) -> Header:
    """The header. Raises `Trouble` with the reason where there is none."""
    if settings.auth == "key":
        return Header("api-key", settings.api_key or Secret(""))
    if settings.auth == "key_vault":
        return Header("api-key", _from_vault(settings, az))
    return bearer(settings.scope, az)


def bearer(scope: str, az: Az) -> Header:
    """A token of whoever is signed in. Raises `Trouble`."""
    told = az.read("account", "get-access-token", "--scope", scope)
    token = at(told, "accessToken")
    if not isinstance(token, str) or not token:
        raise Trouble(NO_TOKEN.found("no accessToken in its answer", scope=scope))
    return Header("authorization", Secret(f"Bearer {token}"))


def _from_vault(settings: Settings, az: Az) -> Secret:
    vault = (settings.key_vault_url or "").removeprefix("https://").partition(".")[0]
    name = settings.key_vault_secret_name or ""
    try:
        told = az.read("keyvault", "secret", "show", "--vault-name", vault, "--name", name, anywhere=True)
    except Trouble as trouble:
        if trouble.finding.id == "azure.forbidden":
            raise Trouble(NO_RIGHT.found(trouble.finding.evidence)) from None
        raise
    value = at(told, "value")
    if not isinstance(value, str) or not value:
        raise Trouble(NO_SECRET.found(f"{name} in {vault}", vault=vault))
    return Secret(value)
