"""What Static Web Apps would put into `x-ms-client-principal`."""

from __future__ import annotations

import base64
import json

USER_ID = "d75b260a64504067bfc5b2905e3b8182"

CLAIMS = {
    "identityProvider": "github",
    "userId": USER_ID,
    "userDetails": "somebody@example.com",
    "userRoles": ["anonymous", "authenticated"],
}


def encode(claims: object) -> str:
    """Any JSON as the header's value."""
    return base64.b64encode(json.dumps(claims).encode()).decode()


def principal(*roles: str, user: str = USER_ID, provider: str = "github") -> str:
    """The header of somebody who is signed in and has `roles` besides."""
    names = ["anonymous", "authenticated", *roles]
    return encode({**CLAIMS, "userId": user, "identityProvider": provider, "userRoles": names})
