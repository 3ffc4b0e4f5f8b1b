"""The API key, read from Key Vault with the function's identity.

Reading it in code rather than by an app-setting reference is what makes rotation work: a reference may keep an old
value for a day, this one is at most ten minutes old and is read again when Azure OpenAI refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from voicemint.errors import CredentialsUnavailable
from voicemint.masking import Secret

ROLE_RETRY_SECONDS = 15
"""When to ask again after a missing role, which may have been given a minute ago."""


def read_key(secret: Callable[[str], str | None], name: str) -> Secret:
    """The key under `name`, without the line end that a pasted or piped one often has. `secret` reads the vault.

    Raises `CredentialsUnavailable` with what is wrong: no identity, no role, no such secret, no vault, no usable value.
    """
    from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError, ResourceNotFoundError

    try:
        value = (secret(name) or "").strip()
    except ResourceNotFoundError as error:
        raise CredentialsUnavailable(
            "The key vault has no such secret.", hint="Check KEY_VAULT_SECRET_NAME, and that the secret is enabled."
        ) from error
    except ClientAuthenticationError as error:
        raise CredentialsUnavailable("The server's identity could not sign in to the key vault.") from error
    except HttpResponseError as error:
        if error.status_code != 403:
            raise CredentialsUnavailable(
                "The key vault did not serve the secret.",
                hint="Try again after the Retry-After seconds; if it stays, look at the vault in the portal.",
            ) from error
        raise CredentialsUnavailable(
            "The server's identity may not read the key vault's secrets.",
            hint="Give it the role `Key Vault Secrets User` on the vault, which can take ten minutes to count; "
            "check the vault's network rules, and that the secret is enabled.",
            retry_after=ROLE_RETRY_SECONDS,
        ) from error
    except AzureError as error:
        raise CredentialsUnavailable("The key vault could not be reached.", hint="Check KEY_VAULT_URL.") from error
    except Exception as error:  # an answer that the SDK cannot read or does not trust makes it stumble in any way
        raise CredentialsUnavailable("The identity or the key vault gave an answer that makes no sense.") from error
    if not re.fullmatch(r"[!-~]{16,256}", value):
        raise CredentialsUnavailable(
            "The secret in the key vault is not an API key.", hint="Store the key alone, without quotes or spaces."
        )
    return Secret(value)
