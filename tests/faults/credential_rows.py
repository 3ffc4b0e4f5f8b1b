"""The rows in which the managed identity or the key vault is at fault."""

from __future__ import annotations

from tests.faults.causes import (
    AN_HOUR,
    DISABLED,
    NO_SECRET,
    NO_SUCH_IDENTITY,
    NO_VAULT_ROLE,
    ROTATED,
    ROTATED_AT_AZURE_ONLY,
    TEN_MINUTES,
    cut,
    later,
    name_lost,
    played,
    refused,
    stored,
    untrusted,
)
from tests.faults.row import Row, Section

UNAVAILABLE = "credentials_unavailable"
VAULT_ROLE = (
    "Give it the role `Key Vault Secrets User` on the vault, which can take ten minutes to count; check the vault's "
    "network rules, and that the secret is enabled."
)
VAULT_URL = "Check KEY_VAULT_URL."
VAULT_STATE = "Try again after the Retry-After seconds; if it stays, look at the vault in the portal."
KEY_ALONE = "Store the key alone, without quotes or spaces."

REMEMBERED = "for 5 s Microsoft's library does not ask again; after that the next request succeeds"
REMEMBERED_SECONDS = 6.0

IDENTITY = Section(
    "The identity",
    "`POST /api/session` with `AZURE_OPENAI_AUTH=entra`, in a process that has no token yet unless it says otherwise.",
    "session",
    (
        Row("connection refused", refused("identity"), 503, UNAVAILABLE, None, 10),
        Row("connection cut while it is made", cut("identity"), 503, UNAVAILABLE, None, 10),
        Row("TLS failure", untrusted("identity"), 503, UNAVAILABLE, None, 10),
        Row("400, no such identity", NO_SUCH_IDENTITY, 503, UNAVAILABLE, None, 10),
        Row("403", played("token", "403"), 503, UNAVAILABLE, None, 10),
        Row("429", played("token", "429"), 503, UNAVAILABLE, None, 10, then=REMEMBERED, wait=REMEMBERED_SECONDS),
        Row("500", played("token", "500"), 503, UNAVAILABLE, None, 10, then=REMEMBERED, wait=REMEMBERED_SECONDS),
        Row("500, for a moment", played("token", "500", times=1), 200),
        Row("malformed JSON", played("token", "malformed"), 503, UNAVAILABLE, None, 10),
        Row("wrong content type: a proxy's page", played("token", "wrong_content_type"), 503, UNAVAILABLE, None, 10),
        Row("reset in the middle of the body", played("token", "reset"), 503, UNAVAILABLE, None, 10),
        Row("slow", played("token", "slow"), 503, UNAVAILABLE, None, 10),
        Row("connection refused, with a good token", refused("identity"), 200, warm=True),
        Row("500, with a good token", played("token", "500"), 200, warm=True),
        Row(
            "500, for the vault's token",
            played("token", "500"),
            503,
            UNAVAILABLE,
            None,
            10,
            credential="key_vault",
            then=REMEMBERED,
            wait=REMEMBERED_SECONDS,
        ),
    ),
)

VAULT = Section(
    "The key vault",
    "`POST /api/session` with `AZURE_OPENAI_AUTH=key_vault`. A key that was read serves for an hour while the vault "
    "gives no other.",
    "session",
    tuple(
        Row(fault, cause, status, code, hint, retry_after, credential="key_vault", warm=warm)
        for fault, cause, status, code, hint, retry_after, warm in (
            ("403, the role is missing", NO_VAULT_ROLE, 503, UNAVAILABLE, VAULT_ROLE, 15, False),
            ("403, the secret is disabled", DISABLED, 503, UNAVAILABLE, VAULT_ROLE, 15, False),
            (
                "404, no such secret",
                NO_SECRET,
                503,
                UNAVAILABLE,
                "Check KEY_VAULT_SECRET_NAME, and that the secret is enabled.",
                10,
                False,
            ),
            ("429, no wait is named", played("secret", "429"), 503, UNAVAILABLE, VAULT_STATE, 10, False),
            (
                "429, an hour's wait",
                played("secret", "429", retry_after=3600),
                503,
                UNAVAILABLE,
                VAULT_STATE,
                10,
                False,
            ),
            ("500", played("secret", "500"), 503, UNAVAILABLE, VAULT_STATE, 10, False),
            ("503, for a moment", played("secret", "503", times=1), 200, None, None, None, False),
            ("malformed JSON", played("secret", "malformed"), 503, UNAVAILABLE, VAULT_STATE, 10, False),
            ("wrong content type", played("secret", "wrong_content_type"), 503, UNAVAILABLE, None, 10, False),
            ("reset in the middle of the body", played("secret", "reset"), 503, UNAVAILABLE, VAULT_STATE, 10, False),
            ("slow", played("secret", "slow"), 503, UNAVAILABLE, None, 10, False),
            ("connection refused", refused("vault"), 503, UNAVAILABLE, VAULT_URL, 10, False),
            ("DNS failure", name_lost("vault"), 503, UNAVAILABLE, VAULT_URL, 10, False),
            ("TLS failure", untrusted("vault"), 503, UNAVAILABLE, VAULT_URL, 10, False),
            (
                "the secret is no key",
                stored('"a key in quotes"', "the secret's value has quotes and spaces"),
                503,
                UNAVAILABLE,
                KEY_ALONE,
                10,
                False,
            ),
            ("the secret is empty", stored("", "the secret's value is empty"), 503, UNAVAILABLE, KEY_ALONE, 10, False),
            ("503, with a last good key", later(played("secret", "503"), TEN_MINUTES), 200, None, None, None, True),
            (
                "slow, with a last good key",
                later(played("secret", "slow", awaited=False), TEN_MINUTES),
                200,
                None,
                None,
                None,
                True,
            ),
            ("403, with a last good key", later(NO_VAULT_ROLE, TEN_MINUTES), 200, None, None, None, True),
            (
                "503, for more than an hour",
                later(played("secret", "503"), AN_HOUR),
                503,
                UNAVAILABLE,
                VAULT_STATE,
                10,
                True,
            ),
            ("the key was rotated", ROTATED, 200, None, None, None, True),
            ("rotated, but not in the vault", ROTATED_AT_AZURE_ONLY, 502, "upstream_auth", None, None, True),
        )
    ),
)

SECTIONS = (IDENTITY, VAULT)
