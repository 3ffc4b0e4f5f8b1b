"""Which checks belong together: the doctor's three scopes, and what azd's hooks ask before and after a deployment.

A check that cannot look (az is missing, a right is missing) says so and does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from devtools.doctor import (
    function_app,
    leftovers,
    mint,
    model,
    own_mint,
    quota,
    rights,
    route,
    setting_faults,
    sign_in,
    site,
    tools,
)
from devtools.doctor import outputs as deployed_outputs
from devtools.doctor import resource as openai
from devtools.doctor.az import AZ_MISSING, Az, Trouble
from devtools.doctor.findings import Ailment, Finding, broken, each_once
from devtools.doctor.route import Ticket
from devtools.doctor.world import NOT_THERE, Request, World
from voicemint.endpoint import parse_endpoint

NO_SIGN_IN_THERE = Ailment(
    "choice.nobody",
    "warning",
    "With these choices nobody may start calls: signing in needs the linked front door.",
    "azd env set VOICEMINT_FRONT_DOOR linked, or azd env set VOICEMINT_CALLERS anonymous",
)
BAD_NAME = Ailment(
    "choice.environment-name",
    "fault",
    "The environment's name does not fit into the name of a resource group.",
    "azd env new SHORT-NAME",
)
NOT_ASKED = Ailment(
    "choice.not-asked-yet",
    "note",
    "azd has not asked for the subscription yet, so nothing in it was looked at.",
    "azd up, which asks first; azd provision asks afterwards",
)
SERVER_DOWN = Ailment("local.server-down", "fault", "Nothing answers at {url}.", "python3 dev.py serve")
SERVER_NOT_READY = Ailment(
    "local.not-ready", "fault", "The local server says that no call could start: {code}.", "{hint}"
)

AT_ONCE = 4

Check = Callable[[], list[Finding]]


def _look(checks: list[Check]) -> list[Finding]:
    """Run each, a few at a time, because az takes a second to start; one that cannot look tells why."""

    def look(check: Check) -> list[Finding]:
        try:
            return check()
        except Trouble as trouble:
            return [trouble.finding]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return each_once(found for findings in pool.map(look, checks) for found in findings)


def local(world: World) -> list[Finding]:
    """This machine."""
    return each_once(tools.local(world))


def settings(world: World, url: str = "") -> list[Finding]:
    """The settings of a local run, with one real mint and one call; `url` is a local server to be asked, or empty."""
    values, found = setting_faults.values(world)
    if not found:
        found = setting_faults.judge(values)
    if not broken(found):
        found += _look([lambda: own_mint.with_settings(world, values, url.rstrip("/"))])
    if url:
        found += _server(world, url.rstrip("/"))
    return each_once(found)


def _server(world: World, url: str) -> list[Finding]:
    reply = world.ask(Request("GET", f"{url}/api/ready"))
    if reply.failure or reply.json() is None:
        return [SERVER_DOWN.found(reply.failure or f"HTTP {reply.status}", url=url)]
    if reply.status == 200:
        return []
    hint = str(reply.json().get("hint") or "Look at its log")
    return [SERVER_NOT_READY.found(f"HTTP {reply.status}", code=reply.code or "no code", hint=hint)]


def preflight(world: World) -> list[Finding]:
    """Everything that can be known before anything is made or billed; azd's environment is in `world.environ`."""
    environ = world.environ
    found = [*tools.deploying(world), *sign_in.azd_account(world)]
    models = model.known(world)
    region = environ.get("AZURE_LOCATION", "")
    chosen, unknown = model.choices(models, environ)
    found += [*unknown, *model.by_data(world, models, chosen, region), *_choices(environ)]
    if any(one.id == AZ_MISSING.id for one in found):
        return each_once(found)
    az = Az(world, environ.get("AZURE_SUBSCRIPTION_ID", ""), environ.get("AZURE_TENANT_ID", ""))
    signed_in = _look([lambda: sign_in.az_account(az, az.tenant)])
    if broken(signed_in):
        return each_once([*found, *signed_in])
    if not az.subscription:
        return each_once([*found, *signed_in, NOT_ASKED.found("AZURE_SUBSCRIPTION_ID is empty")])
    checks: list[Check] = [lambda: leftovers.in_the_way(az, environ), lambda: rights.to_deploy(az, environ)]
    if (environ.get("FRONT_DOOR"), environ.get("VOICEMINT_FRONT_DOOR")) == ("linked", "direct"):
        # No template takes a link away, and with it the function refuses the page that is no longer in front of it.
        checks.append(lambda: function_app.link(az, {**environ, "FRONT_DOOR": "direct"}))
    if region in models.site_places:
        checks += [
            lambda: model.offered(
                az, models, chosen, region, model.today(world), partial(quota.own_units, az, environ)
            ),
            lambda: quota.enough(az, chosen, region, quota.own_units(az, environ)),
        ]
    return each_once([*found, *signed_in, *_look(checks)])


def _choices(environ: Mapping[str, str]) -> list[Finding]:
    found: list[Finding] = []
    callers, front = environ.get("VOICEMINT_CALLERS") or "signed-in", environ.get("VOICEMINT_FRONT_DOOR") or "linked"
    if (callers, front) == ("signed-in", "direct"):
        found.append(NO_SIGN_IN_THERE.found(f"VOICEMINT_CALLERS={callers}, VOICEMINT_FRONT_DOOR={front}"))
    if len(environ.get("AZURE_ENV_NAME", "")) > 64:
        found.append(BAD_NAME.found(f"{len(environ['AZURE_ENV_NAME'])} characters, 64 at most"))
    return found


def deployed(world: World) -> tuple[list[Finding], bool]:
    """What azd deployed from this folder, and whether there was anything to look at."""
    outputs, found = deployed_outputs.from_azd(world)
    if found:
        return each_once([*found, *_machine(world)]), False
    if found := deployed_outputs.lacking(outputs):
        # Nothing is made yet: what would fail is what there is to tell.
        return each_once([*found, *preflight(replace(world, environ={**world.environ, **outputs}))]), False
    az = Az(world, outputs.get("AZURE_SUBSCRIPTION_ID", ""), outputs.get("AZURE_TENANT_ID", ""))
    signed_in = _look([lambda: sign_in.az_account(az, az.tenant)])
    found += signed_in
    if not broken(signed_in):
        found += _look(_control_checks(world, az, outputs))
    met, ticket = _met(world, outputs, None if broken(signed_in) else az)
    return each_once([*found, *met, *_network(world, outputs, ticket)]), True


def _machine(world: World) -> list[Finding]:
    """Whether this machine could deploy, and as whom."""
    found = [*tools.deploying(world), *sign_in.azd_account(world)]
    if not any(one.id == AZ_MISSING.id for one in found):
        found += _look([lambda: sign_in.az_account(Az(world), "")])
    return found


def _control_checks(world: World, az: Az, outputs: Mapping[str, str]) -> list[Check]:
    models, now, day = model.known(world), world.now(), model.today(world)
    return [
        lambda: openai.account(az, outputs),
        lambda: openai.deployments(az, outputs, models, day),
        lambda: rights.of_the_function(az, outputs, now),
        lambda: function_app.app(az, outputs),
        lambda: function_app.settings(az, outputs),
        lambda: function_app.link(az, outputs),
        lambda: function_app.cors(az, outputs),
    ]


def smoke(world: World, outputs: Mapping[str, str], az: Az | None) -> list[Finding]:
    """The deployment as its users meet it. The network of whoever deploys says nothing of it, and is left alone."""
    met, _ = _met(world, outputs, az)
    return each_once([*met, *_network(world, outputs, None)])


def _met(world: World, outputs: Mapping[str, str], az: Az | None) -> tuple[list[Finding], Ticket | None]:
    """What HTTP shows, and one real mint with your own sign-in if there is one: what came of it opens a call."""
    ask = world.ask
    found, reply = site.page(ask, outputs)
    found += mint.clock(reply, world.now())
    found += site.api(ask, outputs)
    found += site.door(ask, outputs)
    found += site.preflight(ask, outputs)
    if not broken(found):
        found += site.call(ask, outputs)
    if outputs["CALL_MODE"] == "token":
        base = parse_endpoint(outputs["AZURE_OPENAI_ENDPOINT"], hosted=False).base
        found += mint.preflight(ask, base, outputs["SERVICE_WEB_URI"])
    if az is None or outputs["AZURE_OPENAI_AUTH"] != "entra":
        return found, None
    minted, ticket = own_mint.with_sign_in(world, az, outputs)
    return found + minted, ticket


def _network(world: World, outputs: Mapping[str, str], ticket: Ticket | None) -> list[Finding]:
    """Whether voice gets through from here, or that it was not tried."""
    page = outputs["SERVICE_WEB_URI"]
    if ticket is None:
        return [route.UNTESTED.found(site=page)]
    return route.look(world, ticket, region=outputs.get("AZURE_LOCATION", ""), page=f"{page}/check.html")


def has_az(world: World) -> bool:
    """Whether there is an Azure command line on this machine."""
    return world.run(["az", "version", "--output", "json"]).code != NOT_THERE
