"""Who is signed in, to which tenant and subscription."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from devtools.doctor.az import Az, at
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import NOT_THERE, World

AZD_OUT = Ailment(
    "sign-in.azd-out", "fault", "azd is not signed in; it does not use the sign-in of az.", "azd auth login"
)
WRONG_TENANT = Ailment(
    "sign-in.wrong-tenant",
    "fault",
    "You are signed in to another tenant than the one that this deployment is in.",
    "az login --tenant {tenant}",
)
DISABLED = Ailment(
    "sign-in.subscription-disabled",
    "fault",
    "The subscription is not active, so Azure makes nothing in it.",
    "Reactivate it in the portal: Subscriptions > {name} > Overview > Reactivate",
)


def az_account(az: Az, tenant: str) -> list[Finding]:
    """Whether az is signed in where it should be; `tenant` is that of the deployment, or empty. Raises `Trouble`.

    az shows the account from a file of its own, without asking anybody: whether the sign-in still holds, a token tells.
    Asked for it first, and once, a sign-in that has run out is one finding instead of one for each check.
    """
    account = az.read("account", "show")
    found: list[Finding] = []
    here = str(at(account, "tenantId") or "")
    if tenant and here and here.lower() != tenant.lower():
        found.append(WRONG_TENANT.found(f"signed in to {here}, deployed in {tenant}", tenant=tenant))
    state = str(at(account, "state") or "Enabled")
    if state != "Enabled":
        found.append(DISABLED.found(f"state {state}", name=str(at(account, "name") or "the subscription")))
    if not found:
        az.read("account", "get-access-token")
    return found


def azd_account(world: World) -> list[Finding]:
    """Whether azd is signed in. It has said "Not logged in" with exit code 0, so its words count, too."""
    told = world.run(["azd", "auth", "login", "--check-status"])
    said = told.out + told.err
    out = told.code != 0 or re.search(r"not logged in|unauthenticated", said, re.IGNORECASE)
    return [AZD_OUT.found(said)] if out and told.code != NOT_THERE else []


def object_id(az: Az, environ: Mapping[str, str]) -> str:
    """The id by which roles are given to whoever is signed in. Raises `Trouble`.

    Their token tells it, without asking the directory, which a pipeline may not: az would then take the application's
    own id for this one, and find nobody with any role (role/custom.py of azure-cli 2.91). A guest's id at home differs.
    """
    if told := environ.get("AZURE_PRINCIPAL_ID"):
        return told
    claims = _claims(str(at(az.read("account", "get-access-token"), "accessToken") or ""))
    if isinstance(found := at(claims, "oid"), str):
        return found
    account = az.read("account", "show")
    if at(account, "user", "type") == "servicePrincipal":
        return str(at(account, "user", "name"))
    return str(az.read("ad", "signed-in-user", "show", "--query", "id", anywhere=True) or "")


def _claims(token: str) -> Any:
    """What a token says of its owner, None if it cannot be read."""
    try:
        return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    except (IndexError, ValueError):
        return None
