"""The list of everything that can be set, as people read it: `docs/settings.md` holds the same table, and a test holds
the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_ORIGINS = 20
MAX_ROLES = 10
PROVIDERS = ("aad", "github", "google", "facebook", "apple", "twitter")
"""The names in Static Web Apps' sign-in addresses, `/.auth/login/{provider}`. Only the first two work unregistered."""


@dataclass(frozen=True)
class Setting:
    """One line of the documentation. `default` is None where there is none; `required` says when it must be there."""

    name: str
    default: str | None
    allowed: str
    required: str = "no"
    secret: bool = False


SETTINGS = (
    Setting(
        "AZURE_OPENAI_ENDPOINT",
        None,
        "https://{resource}.openai.azure.com, or any URL of it that the portal shows; http://127.0.0.1:port when local",
        "always",
    ),
    Setting("AZURE_OPENAI_DEPLOYMENT", None, "the realtime deployment's name, 1 to 64 of A-Z a-z 0-9 . _ -", "always"),
    Setting("AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT", None, "a transcription deployment's name of the same resource"),
    Setting("AZURE_OPENAI_AUTH", "entra", "entra, key_vault or key; key is refused when hosted"),
    Setting("AZURE_OPENAI_SCOPE", "https://cognitiveservices.azure.com/.default", "an https scope ending in /.default"),
    Setting("AZURE_CLIENT_ID", None, "the client id (a UUID) of a user-assigned managed identity"),
    Setting("KEY_VAULT_URL", None, "https://{vault}.vault.azure.net", "with key_vault, else forbidden"),
    Setting("KEY_VAULT_SECRET_NAME", None, "1 to 127 of A-Z a-z 0-9 -", "with key_vault, else forbidden"),
    Setting(
        "AZURE_OPENAI_API_KEY",
        None,
        "16 to 256 printable characters without spaces",
        "with key, else forbidden",
        secret=True,
    ),
    Setting("CALL_MODE", "token", "token or relay"),
    Setting("EVENT_FILTER", "open", "open or private"),
    Setting("TOKEN_TTL_SECONDS", "60", "a whole number from 10 to 600"),
    Setting("MAX_CALL_SECONDS", "900", "a whole number from 10 to 3600"),
    Setting("ALLOW_CUSTOM_INSTRUCTIONS", "false", "true or false"),
    Setting("REQUIRE_SIGN_IN", "false", "true or false; not together with ALLOW_ANONYMOUS"),
    Setting("TRUST_CLIENT_PRINCIPAL", "false", "true or false", "true with REQUIRE_SIGN_IN"),
    Setting("ALLOWED_ROLES", None, f"up to {MAX_ROLES} role names separated by commas; only with REQUIRE_SIGN_IN"),
    Setting("SIGN_IN_PROVIDERS", "aad,github", f"one or more of {', '.join(PROVIDERS)}, separated by commas"),
    Setting("ALLOW_ANONYMOUS", "false", "true or false; not together with REQUIRE_SIGN_IN"),
    Setting(
        "ALLOWED_ORIGINS",
        None,
        f"up to {MAX_ORIGINS} origins separated by commas, each https://host[:port], or http:// for localhost",
        "when hosted, to start calls",
    ),
    Setting("TRUSTED_PROXIES", "1", "a whole number from 1 to 5"),
    Setting("RATE_LIMIT_PER_MINUTE", "10", "a whole number from 1 to 600"),
    Setting("MAX_CONCURRENT_CALLS", "2", "a whole number from 1 to 20; only with CALL_MODE=relay"),
    Setting("MAX_MINUTES_PER_DAY", "60", "a whole number from 1 to 1440; only with CALL_MODE=relay"),
    Setting("MAX_CALLS_PER_DAY", "200", "a whole number from 1 to 999999"),
    Setting(
        "TABLES_ENDPOINT",
        None,
        "https://{account}.table.core.windows.net; http://127.0.0.1:port/account when local",
        "when hosted",
    ),
    Setting(
        "CALL_QUEUE__queueServiceUri",
        None,
        "https://{account}.queue.core.windows.net; http://127.0.0.1:port/account when local",
        "when hosted with CALL_MODE=relay",
    ),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}
