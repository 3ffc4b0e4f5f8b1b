"""The deployed page and its API, asked over HTTP as a stranger would."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from devtools.doctor import mint
from devtools.doctor.findings import Ailment, Finding
from devtools.doctor.world import Ask, Reply, Request

UNREACHABLE = Ailment(
    "site.unreachable",
    "fault",
    "The page cannot be reached.",
    "Open {url} in a browser; if it fails there too: azd deploy web",
)
EMPTY = Ailment("site.empty", "fault", "The page's address answers, but our page is not there.", "azd deploy web")
CSP_BLOCKS = Ailment(
    "csp.blocks-call",
    "fault",
    "The page's own policy forbids it to reach {host}, so calls fail in the browser.",
    "azd deploy web",
)
CSP_OPEN = Ailment(
    "csp.not-exact",
    "warning",
    "The page's policy lets it reach anybody's Azure OpenAI, not only yours.",
    "azd deploy web",
)
CSP_MISSING = Ailment(
    "csp.missing", "warning", "The page is served without its Content-Security-Policy.", "azd deploy web"
)
API_GONE = Ailment(
    "api.not-found",
    "fault",
    "The API's address answers 404: the function is not deployed, not linked, or has no functions.",
    "azd deploy api",
)
API_LOCKED = Ailment(
    "api.locked",
    "fault",
    "The function refuses calls through this front door, as one does that was linked to another page before.",
    "az staticwebapp backends unlink --name {site} --resource-group {group} --remove-backend-auth, "
    "then azd provision --no-state",
)
API_DOWN = Ailment(
    "api.down",
    "fault",
    "The API does not answer, or not as ours does.",
    "azd monitor --logs, or az functionapp restart --name {name} --resource-group {group}",
)
NOT_READY = Ailment("api.not-ready", "fault", "The API answers, and says that no call could start: {code}.", "{hint}")
OPEN_DOOR = Ailment(
    "door.open",
    "fault",
    "The function can be called past the page, although it is linked: the lock of the link is missing.",
    "az functionapp restart --name {name} --resource-group {group}, and if it stays: azd provision --no-state",
)
BELIEVES = Ailment(
    "door.believes-forged",
    "fault",
    "The function believes a made-up sign-in, so anybody can start calls on your bill.",
    "az functionapp config appsettings set --name {name} --resource-group {group} "
    "--settings TRUST_CLIENT_PRINCIPAL=false",
)
NO_SIGN_IN = Ailment(
    "door.no-sign-in",
    "fault",
    "Somebody who has not signed in can start calls, and this environment says that nobody may.",
    "azd provision --no-state && azd deploy web",
)
NO_CALL = Ailment("api.refuses-call", "fault", "The API refuses to start a call: {code}.", "{hint}")
PREFLIGHT = Ailment(
    "cors.function-refuses",
    "fault",
    "The function does not let the page at {origin} use its API.",
    "azd provision --no-state",
)

FORGED = {"identityProvider": "aad", "userId": "0001", "userDetails": "", "userRoles": ["anonymous", "authenticated"]}
REFUSED = (301, 302, 307, 400, 401, 403)
"""How the platform turns somebody away: with a refusal, or towards its sign-in page."""

PLATFORM_PAGE = "Your Azure Static Web App is live"


def page(ask: Ask, outputs: Mapping[str, str]) -> tuple[list[Finding], Reply]:
    """Whether our page is there, with a policy that names its hosts, and what was answered."""
    site = outputs["SERVICE_WEB_URI"]
    reply = ask(Request("GET", site + "/"))
    if reply.failure or reply.status >= 500:
        return [UNREACHABLE.found(reply.failure or f"HTTP {reply.status}", url=site)], reply
    if reply.status != 200 or "Voicemint" not in reply.text or PLATFORM_PAGE in reply.text:
        return [EMPTY.found(f"HTTP {reply.status}, {len(reply.body)} bytes")], reply
    return policy(reply.headers.get("content-security-policy", ""), outputs), reply


def policy(text: str, outputs: Mapping[str, str]) -> list[Finding]:
    """Whether the page's policy lets it reach what it must, and nothing else."""
    if not text:
        return [CSP_MISSING.found("no such header")]
    directives = [part.split() for part in text.split(";") if part.strip()]
    allowed = next((set(part[1:]) for part in directives if part[0] == "connect-src"), set())
    wanted = [] if outputs["CALL_MODE"] == "relay" else [outputs["AZURE_OPENAI_ENDPOINT"].rstrip("/")]
    if outputs["FRONT_DOOR"] == "direct":
        wanted.append(outputs["SERVICE_API_URI"].rstrip("/"))
    stars = any("*" in one for one in allowed)
    seen = "connect-src " + " ".join(sorted(allowed))
    found = [CSP_OPEN.found(seen)] if stars else []
    blocked = [host for host in wanted if host not in allowed and not (stars and host.endswith(".openai.azure.com"))]
    return found + [CSP_BLOCKS.found(seen, host=host) for host in blocked]


def api(ask: Ask, outputs: Mapping[str, str]) -> list[Finding]:
    """Whether the API answers where the page asks it, and could start a call: to say so, the function mints itself."""
    words = _words(outputs)
    base = _api_base(outputs)
    reply = ask(Request("GET", f"{base}/api/health"))
    if not _is_ours(reply):
        ailment = API_DOWN
        if reply.status == 404:
            ailment = API_GONE
        elif reply.status in REFUSED:
            ailment = API_LOCKED
        return [ailment.found(reply.failure or f"HTTP {reply.status} at {base}/api/health", **words)]
    ready = ask(Request("GET", f"{base}/api/ready"))
    if ready.status == 200:
        return []
    return [NOT_READY.found(ready.failure or f"HTTP {ready.status}", **_problem(ready), **words)]


def door(ask: Ask, outputs: Mapping[str, str]) -> list[Finding]:
    """Linked: whether a call past the page is refused, and if not, whether a made-up sign-in is believed."""
    if outputs["FRONT_DOOR"] != "linked":
        return []
    words = _words(outputs)
    direct = outputs["SERVICE_API_URI"]
    if not _is_ours(ask(Request("GET", f"{direct}/api/health"))):
        return []
    found = [OPEN_DOOR.found(f"{direct}/api/health answered 200", **words)]
    principal = dict(FORGED, userRoles=[*FORGED["userRoles"], *_roles(outputs)])
    header = base64.b64encode(json.dumps(principal).encode()).decode()
    forged = _start(ask, direct, outputs, {"x-ms-client-principal": header})
    past = forged.code in ("wrong_call_mode", "role_required") or forged.code.startswith("upstream_")
    if past or forged.status in (200, 201, 429):
        found.append(BELIEVES.found(f"HTTP {forged.status} {forged.code}".strip(), **words))
    return found


def call(ask: Ask, outputs: Mapping[str, str]) -> list[Finding]:
    """One start by a stranger: it must succeed where everybody may, and be refused everywhere else."""
    reply = _start(ask, _api_base(outputs), outputs, {})
    started = reply.status in (200, 201)
    if outputs["WHO_MAY_CALL"] != "anonymous":
        return [NO_SIGN_IN.found(f"HTTP {reply.status} without a sign-in", **_words(outputs))] if started else []
    # In relay mode the offer of a machine that has no microphone is refused by Azure, and that is far enough.
    far_enough = outputs["CALL_MODE"] == "relay" and reply.code == "upstream_rejected"
    if started or far_enough:
        return []
    return [NO_CALL.found(reply.failure or f"HTTP {reply.status}", **_problem(reply), **_words(outputs))]


def preflight(ask: Ask, outputs: Mapping[str, str]) -> list[Finding]:
    """Direct: what the browser asks the function before the page's first request."""
    if outputs["FRONT_DOOR"] != "direct":
        return []
    origin = outputs["SERVICE_WEB_URI"]
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    reply = ask(Request("OPTIONS", f"{outputs['SERVICE_API_URI']}/api/session", headers))
    if mint.allows(reply, origin, {"content-type"}):
        return []
    if reply.failure or reply.status >= 500:  # who does not answer refuses nobody
        return [API_DOWN.found(reply.failure or f"HTTP {reply.status}", **_words(outputs))]
    return [PREFLIGHT.found(f"HTTP {reply.status}", origin=origin)]


def _start(ask: Ask, base: str, outputs: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
    relay = outputs["CALL_MODE"] == "relay"
    body = {"sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"} if relay else {}
    sent = {"content-type": "application/json", "origin": outputs["SERVICE_WEB_URI"], **headers}
    return ask(Request("POST", f"{base}/api/{'call' if relay else 'session'}", sent, json.dumps(body).encode()))


def _api_base(outputs: Mapping[str, str]) -> str:
    return outputs["SERVICE_WEB_URI" if outputs["FRONT_DOOR"] == "linked" else "SERVICE_API_URI"].rstrip("/")


def _is_ours(reply: Reply) -> bool:
    content = reply.json()
    return reply.status == 200 and isinstance(content, dict) and content.get("status") == "ok"


def _problem(reply: Reply) -> dict[str, str]:
    content = reply.json()
    hint = content.get("hint") if isinstance(content, dict) else None
    return {"code": reply.code or "no code", "hint": str(hint or "azd monitor --logs")}


def _roles(outputs: Mapping[str, str]) -> list[str]:
    return [role.strip() for role in outputs.get("ALLOWED_ROLES", "").split(",") if role.strip()]


def _words(outputs: Mapping[str, str]) -> dict[str, str]:
    return {
        "site": outputs["SERVICE_WEB_NAME"],
        "group": outputs["AZURE_RESOURCE_GROUP"],
        "name": outputs["SERVICE_API_NAME"],
    }
