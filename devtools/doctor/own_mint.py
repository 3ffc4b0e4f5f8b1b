"""A mint with the credential of whoever asks; its secret opens the one call that tells what the network lets out."""

from __future__ import annotations

from collections.abc import Mapping

from devtools.doctor import credential, mint, rights, route, setting_faults
from devtools.doctor.az import Az, Trouble
from devtools.doctor.findings import Finding
from devtools.doctor.route import Ticket
from devtools.doctor.world import World
from voicemint.endpoint import parse_endpoint
from voicemint.errors import NotConfigured
from voicemint.settings import read_settings

LOCAL_PAGE = "http://localhost:7071"


def with_settings(world: World, values: Mapping[str, str], url: str) -> list[Finding]:
    """As the function would do it, the network, and the browser's own question to Azure. Raises `Trouble`."""
    try:
        chosen = read_settings(values)
    except NotConfigured:
        return setting_faults.wrong(values)
    az = Az(world, values.get("AZURE_SUBSCRIPTION_ID", ""), values.get("AZURE_TENANT_ID", ""))
    header = credential.of(chosen, az)
    base = chosen.endpoint.base
    reply = mint.mint(world.ask, base, chosen.deployment, header)
    found = mint.judge(
        reply,
        base=base,
        deployment=chosen.deployment,
        keyed=chosen.auth != "entra",
        tenant=az.tenant,
        why_no_role=lambda: rights.own_role(az, values, world.now()),
    )
    secret = None if found else mint.secret_in(reply)
    found += mint.clock(reply, world.now())
    if secret:  # at once: it lives for seconds
        page = f"{url or LOCAL_PAGE}/check.html"
        found += route.look(world, Ticket(base, secret, header), region=values.get("AZURE_LOCATION", ""), page=page)
    if chosen.call_mode == "token" and not reply.failure:
        origins = sorted(chosen.allowed_origins) or [LOCAL_PAGE]
        found += mint.preflight(world.ask, base, origins[0])
    return found


def with_sign_in(world: World, az: Az, outputs: Mapping[str, str]) -> tuple[list[Finding], Ticket | None]:
    """With the sign-in of whoever asks, who has the function's role unless that was switched off."""
    if outputs.get("VOICEMINT_GRANT_TO_PRINCIPAL", "true").lower() == "false":
        return [], None
    base = parse_endpoint(outputs["AZURE_OPENAI_ENDPOINT"], hosted=False).base
    deployment = outputs["AZURE_OPENAI_DEPLOYMENT"]
    try:
        header = credential.bearer("https://cognitiveservices.azure.com/.default", az)
        reply = mint.mint(world.ask, base, deployment, header)
        found = mint.judge(
            reply,
            base=base,
            deployment=deployment,
            keyed=False,
            tenant=az.tenant,
            why_no_role=lambda: rights.own_role(az, outputs, world.now()),
        )
    except Trouble as trouble:
        return [trouble.finding], None
    secret = None if found else mint.secret_in(reply)
    return found, Ticket(base, secret, header) if secret else None
