"""One real mint, and what its refusal means.

Codes and texts are those in `docs/fault-matrix.md` and in reports of others; the bodies of an expired secret, of a
used-up quota and of another tenant's token come from documents and were not seen. A mint costs nothing: only what is
said in a call does. The secret that comes back opens the one call of `route.py`, and is otherwise thrown away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from devtools.doctor.credential import Header
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import Ask, Reply, Request
from voicemint.masking import Secret

SECRET_SECONDS = 10
SKEW_SECONDS = 300
"""Entra takes tokens whose times are off by five minutes at most."""
USED_UP_SECONDS = 3600
OTHER_SCOPE = "https://ai.azure.com/.default"

NO_ROLE = Ailment(
    "mint.no-role",
    "fault",
    "Azure OpenAI knows who asks, and that one has no right to use the deployment.",
    'az role assignment create --assignee YOUR-NAME --role "Cognitive Services OpenAI User" --scope RESOURCE-ID',
)
BAD_KEY = Ailment(
    "mint.bad-key",
    "fault",
    "Azure OpenAI refused the key: it is wrong, rotated, or of another resource.",
    "az cognitiveservices account keys list --name {resource} --resource-group GROUP, then put key1 in its place",
)
BAD_TOKEN = Ailment(
    "mint.wrong-audience",
    "fault",
    "Azure OpenAI refused the token itself; some resources want it for another audience.",
    "Set AZURE_OPENAI_SCOPE={scope}",
)
TENANT = Ailment(
    "mint.wrong-tenant",
    "fault",
    "The token is of another tenant than the resource.",
    "az login --tenant {tenant}",
)
KEYS_OFF = Ailment(
    "mint.keys-off",
    "fault",
    "Keys are switched off on the resource, and a key was used.",
    "Set AZURE_OPENAI_AUTH=entra and take the key away",
)
NETWORK = Ailment(
    "mint.network-rules",
    "fault",
    "The resource's network rules refuse this machine, and would refuse browsers as well.",
    "In the portal: {resource} > Networking > All networks",
)
NO_DEPLOYMENT = Ailment(
    "mint.no-deployment",
    "fault",
    "The resource has no deployment called {deployment}; a new one can take five minutes to be found.",
    'az cognitiveservices account deployment list --name {resource} --resource-group GROUP --query "[].name"',
)
NOT_REALTIME = Ailment(
    "mint.not-realtime",
    "fault",
    "The deployment {deployment} is there, but its model does not do realtime.",
    "Deploy a gpt-realtime model and put that deployment's name into AZURE_OPENAI_DEPLOYMENT",
)
NO_ADDRESS = Ailment(
    "mint.wrong-host",
    "fault",
    "{host} is not an Azure OpenAI resource that does realtime: the name or the kind of address is wrong.",
    'az cognitiveservices account list --query "[].properties.endpoint", then correct AZURE_OPENAI_ENDPOINT',
)
THROTTLED = Ailment(
    "mint.throttled",
    "fault",
    "The deployment is at its limit: too many starts in this minute for its capacity.",
    "Wait {wait} s; if it stays: azd env set VOICEMINT_MODEL_CAPACITY MORE && azd provision",
)
USED_UP = Ailment(
    "mint.quota-used-up",
    "fault",
    "The deployment's quota is used up for a long time; waiting a minute will not help.",
    "az cognitiveservices usage list --location REGION, then raise the capacity or ask for quota",
)
REFUSED = Ailment(
    "mint.refused",
    "fault",
    "Azure OpenAI understood the request and refused the session.",
    "Try another deployment; if it stays, report it with the request id in the evidence",
)
FAILED = Ailment(
    "mint.azure-failed",
    "fault",
    "Azure OpenAI answered that it has failed.",
    "Wait a minute; then https://azure.status.microsoft",
)
MALFORMED = Ailment(
    "mint.not-azure",
    "fault",
    "Something answered at {host} that is not Azure OpenAI, such as a proxy's page.",
    "Ask whoever runs your network to let https://{host} through, or correct AZURE_OPENAI_ENDPOINT",
)
NO_NAME = Ailment(
    "mint.no-such-host",
    "fault",
    "The name {host} does not exist, or this machine cannot look up names.",
    "Compare it with the portal: resource > Keys and Endpoint",
)
NO_CONNECTION = Ailment(
    "mint.unreachable",
    "fault",
    "No connection to {host}.",
    "Let this machine reach https://{host} (firewall, HTTPS_PROXY)",
)
TOO_SLOW = Ailment(
    "mint.timeout", "fault", "{host} did not answer in time.", "Try again; if it stays, look at the network"
)
BAD_CERTIFICATE = Ailment(
    "mint.tls",
    "fault",
    "The certificate of {host} is not trusted here: a proxy stands between, or this machine lacks its authority.",
    "Set SSL_CERT_FILE to your organisation's certificate authority",
)
SKEW = Ailment(
    "clock.skew",
    "fault",
    "This machine's clock is {minutes} minutes off, so tokens count as expired or as not yet valid.",
    "Set the clock by the network: sudo timedatectl set-ntp true, or on Windows w32tm /resync",
)
NO_PREFLIGHT = Ailment(
    "cors.azure-refuses",
    "fault",
    "Azure OpenAI does not let the page at {origin} post its offer, so calls fail in the browser.",
    "Use relay, which needs no such request: azd env set VOICEMINT_CALL_MODE relay && azd provision",
)

FAILURES = {
    "dns": NO_NAME,
    "refused": NO_CONNECTION,
    "reset": NO_CONNECTION,
    "timeout": TOO_SLOW,
    "tls": BAD_CERTIFICATE,
}


def mint(ask: Ask, base: str, deployment: str, header: Header) -> Reply:
    """Ask for a client secret that lives as short as can be."""
    body = {
        "session": {"type": "realtime", "model": deployment},
        "expires_after": {"anchor": "created_at", "seconds": SECRET_SECONDS},
    }
    headers = {"content-type": "application/json", **header.as_headers()}
    return ask(Request("POST", f"{base}/openai/v1/realtime/client_secrets", headers, json.dumps(body).encode()))


def judge(
    reply: Reply, *, base: str, deployment: str, keyed: bool, tenant: str, why_no_role: Callable[[], list[Finding]]
) -> list[Finding]:
    """What a mint's answer says; nothing if a secret came. `why_no_role` looks closer at a missing role."""
    host = base.partition("://")[2]
    words = {"host": host, "resource": host.partition(".")[0], "deployment": deployment}
    words |= {"tenant": tenant or "TENANT", "scope": OTHER_SCOPE, "wait": reply.headers.get("retry-after", "60")}
    if reply.failure:
        return [FAILURES[reply.failure].found(f"{host}: {reply.failure}", **words)]
    if reply.status in (200, 201):
        return [] if secret_in(reply) else [MALFORMED.found(seen(reply), **words)]
    if reply.code == "PermissionDenied":
        return why_no_role() or [NO_ROLE.found(seen(reply), **words)]
    return [_refusal(reply, keyed).found(seen(reply), **words)]


def secret_in(reply: Reply) -> Secret | None:
    """The client secret in a mint's answer, None if there is none that a header could hold."""
    content = reply.json()
    value = content.get("value") if isinstance(content, dict) else None
    return Secret(value) if isinstance(value, str) and re.fullmatch(r"[!-~]{1,4096}", value) else None


def _refusal(reply: Reply, keyed: bool) -> Ailment:
    code, text = reply.code, reply.text
    if re.search(r"\btenant\b", text, re.IGNORECASE) and reply.status in (400, 401, 403):
        return TENANT
    by_code = {
        "AuthenticationTypeDisabled": KEYS_OFF,
        "DeploymentNotFound": NO_DEPLOYMENT,
        "OperationNotSupported": NOT_REALTIME,
        "OpperationNotSupported": NOT_REALTIME,  # so spelt by the service
    }
    if code in by_code:
        return by_code[code]
    if reply.status == 429:
        wait = reply.headers.get("retry-after", "")
        return USED_UP if wait.isdigit() and int(wait) >= USED_UP_SECONDS else THROTTLED
    if reply.status >= 500:
        return FAILED
    if not isinstance(reply.json(), dict) or reply.status < 400:
        return MALFORMED
    by_status = {401: BAD_KEY if keyed else BAD_TOKEN, 403: NETWORK, 404: NO_ADDRESS}
    return by_status.get(reply.status, REFUSED)


def clock(reply: Reply, now: float) -> list[Finding]:
    """Whether this machine's clock agrees with that of whoever answered."""
    try:
        there = parsedate_to_datetime(reply.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return []
    off = now - there
    if abs(off) <= SKEW_SECONDS:
        return []
    return [SKEW.found(f"{abs(off):.0f} s {'ahead' if off > 0 else 'behind'}", minutes=f"{abs(off) / 60:.0f}")]


def preflight(ask: Ask, base: str, origin: str) -> list[Finding]:
    """What a browser asks Azure before it posts its offer there, in token mode."""
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    reply = ask(Request("OPTIONS", f"{base}/openai/v1/realtime/calls", headers))
    if allows(reply, origin, {"authorization", "content-type"}):
        return []
    host = base.partition("://")[2]
    if reply.failure or reply.status >= 500:  # who does not answer refuses nobody
        return [FAILURES.get(reply.failure, FAILED).found(f"{host}: {reply.failure or reply.status}", host=host)]
    seen = f"{reply.status}, allowed origin {reply.headers.get('access-control-allow-origin', 'none')}"
    return [NO_PREFLIGHT.found(seen, origin=origin)]


def allows(reply: Reply, origin: str, headers: set[str]) -> bool:
    """Whether the answer to a preflight lets that page send these headers."""
    allowed = reply.headers.get("access-control-allow-origin", "")
    named = {name.strip().lower() for name in reply.headers.get("access-control-allow-headers", "").split(",")}
    return reply.status in (200, 204) and allowed in ("*", origin) and (headers <= named or named == {"*"})


def seen(reply: Reply) -> str:
    """Status, code and request id; never the body, which may name people."""
    request_id = reply.headers.get("apim-request-id", "")
    return (
        f"HTTP {reply.status}"
        + (f" {reply.code}" if reply.code else "")
        + (f", request {request_id}" if request_id else "")
    )
