"""A child process that uses Microsoft's SDKs as an app in Azure would, unmodified, and says how it went.

`python sdk_client.py secret NAME` reads a secret, `token SCOPE` fetches a token, `https URL` asks with httpx. JSON
comes out: `{"ok": …}` or `{"error": <class>, "status": …, "message": …}`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

PATIENCE: dict[str, Any] = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 5}


def secret(name: str) -> Any:
    from azure.identity import ManagedIdentityCredential
    from azure.keyvault.secrets import SecretClient

    credential = ManagedIdentityCredential(client_id=os.environ.get("AZURE_CLIENT_ID"), **PATIENCE)
    with SecretClient(os.environ["KEY_VAULT_URL"], credential, **PATIENCE) as client:
        found = client.get_secret(name)
        again = client.get_secret(name, found.properties.version)
    return {"value": found.value, "id": found.id, "enabled": found.properties.enabled, "same": again.value}


def token(scope: str) -> Any:
    from azure.identity import ManagedIdentityCredential

    with ManagedIdentityCredential(client_id=os.environ.get("AZURE_CLIENT_ID"), **PATIENCE) as credential:
        one, other = credential.get_token(scope), credential.get_token(scope)
    return {"token": one.token, "expires_on": one.expires_on, "cached": one.token == other.token}


def https(url: str) -> Any:
    import httpx

    return {"status": httpx.get(url).status_code}


def main() -> None:
    try:
        result = {"ok": {"secret": secret, "token": token, "https": https}[sys.argv[1]](sys.argv[2])}
    except Exception as error:
        status = getattr(error, "status_code", None)
        result = {"error": type(error).__name__, "status": status, "message": str(error)}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
