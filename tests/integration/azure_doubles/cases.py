"""What can go wrong with a deployment, one spoilt answer each, and what the doctor must make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.integration.azure_doubles import answers, recorded
from tests.integration.azure_doubles.answers import (
    FUNCTION,
    ME,
    MODEL,
    OPENAI,
    SETTINGS,
    SITE,
    WHISPER,
    Page,
    Said,
    data,
    problem,
    refusal,
    refused,
)
from tests.integration.azure_doubles.recorded import ACCOUNT, BASE, IDENTITY, STORAGE, SUBSCRIPTION, deployment, role
from tests.integration.azure_doubles.scene import NOW, Scene
from tests.integration.far_end import Manner

Spoil = Callable[[Scene], object]

MINT = f"POST {OPENAI}/openai/v1/realtime/client_secrets"
CALL = f"POST {OPENAI}/openai/v1/realtime/calls"
HANG_UP = f"{CALL}/rtc_1/hangup"
ROLES = f"az role assignment list --assignee {IDENTITY}"
MY_ROLES = f"az role assignment list --assignee {ME}"
OPENAI_USER = "Cognitive Services OpenAI User"


@dataclass(frozen=True)
class Case:
    """`fix` is a piece of the fix that must be told, `also` other faults that come of the same cause."""

    id: str
    spoil: Spoil
    fix: str
    also: tuple[str, ...] = ()


def says(asked: str, said: Said) -> Spoil:
    return lambda scene: scene.programs.__setitem__(asked, said)


def answers_with(address: str, page: Page) -> Spoil:
    return lambda scene: scene.page(address, page)


def account(**changed: object) -> Spoil:
    there = recorded.account()
    there["properties"].update(changed)
    return says("az cognitiveservices account show", data(there))


def deployed(*listed: object) -> Spoil:
    return says("az cognitiveservices account deployment list", data(listed))


def settings(**changed: str) -> Spoil:
    return says("az functionapp config appsettings list", data(answers.told({**SETTINGS, **changed})))


def roles(*given: object) -> Spoil:
    return says(ROLES, data(given))


def both(*spoils: Spoil) -> Spoil:
    return lambda scene: [spoil(scene) for spoil in spoils]


def no_token(text: str) -> Spoil:
    """Every command that needs one ends so, each with a trace of its own; only what az knows by itself is told."""

    def spoil(scene: Scene) -> None:
        for number, asked in enumerate(sorted(scene.programs)):
            if asked.startswith("az ") and asked not in ("az version", "az account show"):
                scene.programs[asked] = refusal(f"{text} Trace ID: 00000000-0000-0000-0000-{number:012}")

    return spoil


def network(udp: Manner, tcp: Manner) -> Spoil:
    """What becomes of a call's packets."""
    return lambda scene: (setattr(scene, "udp", udp), setattr(scene, "tcp", tcp))


def minutes_ago(count: float) -> str:
    return datetime.fromtimestamp(NOW - count * 60, UTC).isoformat()


def direct(scene: Scene) -> None:
    """The other front door, healthy."""
    scene.outputs(FRONT_DOOR="direct", WHO_MAY_CALL="anonymous")
    settings(REQUIRE_SIGN_IN="false", ALLOW_ANONYMOUS="true", TRUST_CLIENT_PRINCIPAL="false")(scene)
    scene.programs["az functionapp cors show"] = data({"allowedOrigins": [SITE]})
    # Its page is on the Free plan, for which az refuses to look, rather than answer an empty list.
    free = "Invalid SKU: 'Free'. Staticwebapp must have 'Standard' SKU"
    scene.programs["az staticwebapp backends show"] = refusal(free)
    allowed = {"access-control-allow-origin": SITE, "access-control-allow-headers": "content-type"}
    policy = answers.policy(FRONT_DOOR="direct", WHO_MAY_CALL="anonymous")
    scene.addresses |= {
        f"GET {SITE}/": Page(200, "<title>Voicemint</title>", {"content-security-policy": policy}),
        f"GET {FUNCTION}/api/health": Page(200, {"status": "ok", "version": "0.1.0"}),
        f"GET {FUNCTION}/api/ready": Page(200, {"status": "ready", "version": "0.1.0"}),
        f"POST {FUNCTION}/api/session": Page(200, {"id": "sess_1"}),
        f"OPTIONS {FUNCTION}/api/session": Page(204, "", allowed),
    }


STORED = (role("Storage Table Data Contributor", STORAGE), role("Storage Blob Data Owner", STORAGE))
VOICE = deployment(MODEL, MODEL, "2026-07-07", 5)
CAPTIONS = deployment(WHISPER, WHISPER, "2026-05-06", 1)
NO_RIGHT = "The principal lacks the required data action `.../OpenAI/deployments/realtime/action`."
STAR = "default-src 'none'; connect-src 'self' https://*.openai.azure.com"

DEPLOYED = [
    Case("tool.az-missing", lambda scene: scene.without("az"), "install-azure-cli"),
    Case("sign-in.az-out", says("az account show", refusal("Please run 'az login' to setup account.")), "az login --t"),
    Case(
        "sign-in.more-proof",
        no_token("AADSTS50076: you must use multi-factor authentication to access"),
        "az login --tenant",
    ),
    Case(
        "sign-in.no-subscription",
        says("az account show", refusal(f"Subscription '{SUBSCRIPTION}' not found. Check the spelling and casing.")),
        f"az account set --subscription {SUBSCRIPTION}",
    ),
    Case(
        "sign-in.wrong-tenant",
        says("az account show", data(answers.signed_in(tenantId="99999999-0000-0000-0000-000000000000"))),
        f"az login --tenant {answers.TENANT}",
    ),
    Case(
        "sign-in.subscription-disabled",
        says("az account show", data(answers.signed_in(state="Disabled"))),
        "Subscriptions > Talk",
    ),
    Case("azure.unreachable", no_token("Max retries exceeded with url: /tenants"), "HTTPS_PROXY"),
    Case("azure.tls", no_token("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), "REQUESTS_CA_BUNDLE"),
    Case(
        "resource.missing",
        says(
            "az cognitiveservices account show", answers.not_found("Microsoft.CognitiveServices/accounts", "aif-abc123")
        ),
        "azd provision --no-state",
    ),
    Case("resource.no-subdomain", account(customSubDomainName=None), "--custom-domain aif-abc123"),
    Case("resource.wrong-host", account(customSubDomainName="aif-other"), "azd provision --no-state"),
    Case("resource.network-closed", account(publicNetworkAccess="Disabled"), "publicNetworkAccess=Enabled"),
    Case("resource.network-rules", account(networkAcls={"defaultAction": "Deny"}), "defaultAction=Allow"),
    Case("deployment.missing", deployed(CAPTIONS), "azd provision --no-state"),
    Case(
        "deployment.not-realtime", deployed(deployment(MODEL, "gpt-4o", "2024-11-20", 5), CAPTIONS), "VOICEMINT_MODEL"
    ),
    Case("deployment.unfinished", deployed(deployment(MODEL, MODEL, "2026-07-07", 5, "Failed"), CAPTIONS), "azd prov"),
    Case("role.missing", roles(*STORED), f'--role "{OPENAI_USER}" --scope {ACCOUNT}'),
    Case("role.wrong-role", roles(*STORED, role("Cognitive Services Contributor", ACCOUNT)), f'--role "{OPENAI_USER}"'),
    Case(
        "role.wrong-scope",
        roles(*STORED, role(OPENAI_USER, BASE + "Microsoft.CognitiveServices/accounts/aif-other")),
        f"--scope {ACCOUNT}",
    ),
    Case(
        "function.missing",
        # az asks for it in another way than for others, and passes on the body.
        says(
            "az functionapp show",
            refusal('Not Found({"error":{"code":"ResourceNotFound","message":"x was not found."}})', 3),
        ),
        "azd provision",
    ),
    Case(
        "function.stopped", says("az functionapp show", data(recorded.function_app("Stopped"))), "az functionapp start"
    ),
    Case(
        "function.not-indexed",
        says("az functionapp function list", data([recorded.function("WarmUp")])),
        "azd deploy api",
    ),
    Case("function.settings-drift", settings(AZURE_OPENAI_DEPLOYMENT="gpt-realtime-old"), "azd provision --no-state"),
    Case("function.settings-fault", settings(TABLES_ENDPOINT=""), "azd provision --no-state"),
    Case(
        "function.stray-key", settings(AZURE_OPENAI_API_KEY="0123456789canary"), "--setting-names AZURE_OPENAI_API_KEY"
    ),
    Case("link.missing", says("az staticwebapp backends show", data([])), "azd provision --no-state"),
    Case("site.unreachable", answers_with(f"GET {SITE}/", Page(503, "")), "azd deploy web"),
    Case(
        "site.empty",
        answers_with(f"GET {SITE}/", Page(200, "Congratulations! Your Azure Static Web App is live")),
        "azd deploy web",
    ),
    Case(
        "csp.blocks-call",
        answers_with(
            f"GET {SITE}/", Page(200, "Voicemint", {"content-security-policy": "connect-src 'self' https://aif-old.x"})
        ),
        "azd deploy web",
    ),
    Case("api.not-found", answers_with(f"GET {SITE}/api/health", Page(404, "")), "azd deploy api"),
    Case(
        "api.locked",
        answers_with(f"GET {SITE}/api/health", Page(401, "")),
        "az staticwebapp backends unlink --name stapp-abc123",
    ),
    Case("api.down", answers_with(f"GET {SITE}/api/health", Page(500, "")), "az functionapp restart"),
    Case(
        "api.not-ready",
        answers_with(f"GET {SITE}/api/ready", problem(502, "upstream_not_found", "Correct the deployment's name.")),
        "Correct the deployment's name.",
    ),
    Case(
        "door.open",
        answers_with(f"GET {FUNCTION}/api/health", Page(200, {"status": "ok"})),
        "az functionapp restart --name func-abc123",
    ),
    Case(
        "door.believes-forged",
        both(
            answers_with(f"GET {FUNCTION}/api/health", Page(200, {"status": "ok"})),
            answers_with(f"POST {FUNCTION}/api/session", Page(200, {"id": "sess_1"})),
        ),
        "TRUST_CLIENT_PRINCIPAL=false",
        ("door.open",),
    ),
    Case("door.no-sign-in", answers_with(f"POST {SITE}/api/session", Page(200, {"id": "sess_1"})), "azd deploy web"),
    Case(
        "cors.azure-refuses",
        answers_with(f"OPTIONS {OPENAI}/openai/v1/realtime/calls", Page(403, "")),
        "VOICEMINT_CALL_MODE relay",
    ),
    Case("clock.skew", lambda scene: setattr(scene, "skew", 1200.0), "timedatectl set-ntp true"),
    Case(
        "mint.no-role",
        both(
            answers_with(MINT, refused(401, "PermissionDenied", NO_RIGHT)),
            says(MY_ROLES, answers.not_allowed("Microsoft.Authorization/roleAssignments/read")),
        ),
        f'--role "{OPENAI_USER}"',
    ),
    Case(
        "mint.wrong-tenant", answers_with(MINT, refused(400, "400", "Token tenant does not match.")), "az login --ten"
    ),
    Case("mint.no-deployment", answers_with(MINT, refused(404, "DeploymentNotFound")), "deployment list"),
    Case("mint.not-realtime", answers_with(MINT, refused(400, "OpperationNotSupported")), "AZURE_OPENAI_DEPLOYMENT"),
    Case("mint.wrong-host", answers_with(MINT, refused(404, "404", "Resource not found")), "AZURE_OPENAI_ENDPOINT"),
    Case("mint.wrong-audience", answers_with(MINT, refused(401, "401")), "AZURE_OPENAI_SCOPE=https://ai.azure.com"),
    Case("mint.network-rules", answers_with(MINT, refused(403, "403")), "Networking"),
    Case("mint.throttled", answers_with(MINT, refused(429, "429", **{"retry-after": "21"})), "Wait 21 s"),
    Case("mint.quota-used-up", answers_with(MINT, refused(429, "429", **{"retry-after": "86400"})), "usage list"),
    Case("mint.refused", answers_with(MINT, refused(400, "invalid_value")), "request id"),
    Case("mint.azure-failed", answers_with(MINT, refused(500, "500")), "Wait a minute"),
    Case(
        "mint.not-azure", answers_with(MINT, Page(200, "<html>Please sign in to the Wi-Fi")), "let https://aif-abc123"
    ),
    Case(
        "cors.page-not-listed",
        both(direct, says("az functionapp cors show", data({"allowedOrigins": []}))),
        f"--allowed-origins {SITE}",
    ),
    Case(
        "cors.function-refuses",
        both(direct, lambda scene: scene.page(f"OPTIONS {FUNCTION}/api/session", Page(403, ""))),
        "azd provision",
    ),
    Case(
        "link.left-over",
        both(direct, says("az staticwebapp backends show", answers.programs()["az staticwebapp backends show"])),
        "--remove-backend-auth",
    ),
    Case(
        "api.refuses-call",
        both(
            direct,
            lambda scene: scene.page(f"POST {FUNCTION}/api/session", problem(429, "upstream_throttled", "Wait.")),
        ),
        "Wait.",
    ),
    Case("network.calls-blocked", network("silent", "silent"), f"AzureCloud.eastus2; {SITE}/check.html"),
]
"""Faults: the doctor ends with 1."""

WARNED = [
    Case("role.propagating", roles(*STORED, role(OPENAI_USER, ACCOUNT, minutes_ago(3))), "Wait until"),
    Case("resource.keys-on", account(disableLocalAuth=False), "disableLocalAuth=true"),
    Case("deployment.no-transcription", deployed(VOICE), "azd provision --no-state"),
    Case(
        "model.retiring", lambda scene: setattr(scene, "now", datetime(2027, 5, 1, tzinfo=UTC).timestamp()), "azd env"
    ),
    Case("cors.star", says("az functionapp cors show", data({"allowedOrigins": ["*"]})), "az functionapp cors remove"),
    Case(
        "csp.not-exact",
        answers_with(f"GET {SITE}/", Page(200, "Voicemint", {"content-security-policy": STAR})),
        "azd deploy web",
    ),
    Case("csp.missing", answers_with(f"GET {SITE}/", Page(200, "Voicemint")), "azd deploy web"),
    Case(
        "azure.forbidden", says("az functionapp show", answers.not_allowed("Microsoft.Web/sites/read")), "role Reader"
    ),
    Case(
        "azure.busy",
        says("az functionapp show", refusal(recorded.said("TooManyRequests", "The request is being throttled"))),
        "Wait a minute",
    ),
    Case("azure.unreadable", says("az functionapp show", Said("<html>")), "Run it yourself: az functionapp show"),
    Case("network.udp-blocked", network("silent", "answers"), f"AzureCloud.eastus2; {SITE}/check.html"),
    Case("network.offer-refused", answers_with(CALL, refused(400, "invalid_offer")), f"Open {SITE}/check.html"),
    Case("network.no-answer", answers_with(CALL, Page(200, "<html>Please sign in")), "let https://aif-abc123"),
    Case("network.call-left-open", answers_with(HANG_UP, refused(403, "403")), "report it"),
]
"""Warnings: nothing is broken, so the doctor ends with 0."""

BLIND = [
    Case("deployed.no-environment", says("azd env get-values", refusal("no project exists")), "azd up"),
    Case("deployed.not-provisioned", says("azd env get-values", data(answers.NOT_MADE_YET)), "azd provision"),
    Case("tool.azd-missing", lambda scene: scene.without("azd"), "aka.ms/install-azd"),
]
"""Nothing to look at: the doctor ends with 2."""
