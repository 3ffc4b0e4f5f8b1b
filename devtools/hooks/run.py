"""`dev.py hook NAME`, as azd calls it from `azure.yaml`. azd puts its environment's values into this process's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from devtools.console import Problem, say
from devtools.doctor import outputs, report, scopes
from devtools.doctor.findings import Finding, broken
from devtools.doctor.world import World, this_machine
from devtools.hooks import down, page, settings_file, smoke

HINT = "Anything unclear? docs/troubleshooting.md has every line in brackets; python3 dev.py doctor looks again."


def run(name: str, world: World | None = None) -> int:
    """Do what azd asks at that point; 0 lets azd go on, 1 stops it. Raises `Problem` for a name that is none."""
    if name not in HOOKS:
        raise Problem(f"{name} is no hook.", f"There are {', '.join(HOOKS)}; azd calls them by itself.")
    return HOOKS[name](world or this_machine())


def preprovision(world: World) -> int:
    """Look before anything is made or billed. `VOICEMINT_PREFLIGHT=warn` lets azd go on in spite of faults."""
    found = scopes.preflight(world)
    _tell("Before anything is made", found)
    if not broken(found):
        return 0
    if world.environ.get("VOICEMINT_PREFLIGHT", "").lower() == "warn":
        say("VOICEMINT_PREFLIGHT=warn, so azd goes on all the same.")
        return 0
    say("Nothing was made. If you know better: azd env set VOICEMINT_PREFLIGHT warn")
    return 1


def postprovision(world: World) -> int:
    """Settings for a local run, and the exact page."""
    if _unprovisioned(world.environ):
        return 1
    say(settings_file.write(world.root, world.environ))
    page.write_exact(world.root, world.environ)
    return 0


def prepackage(world: World) -> int:
    """A folder to package: exact if the hosts are known already."""
    if page.missing(world.environ):
        page.write_general(world.root)
    else:
        page.write_exact(world.root, world.environ)
    return 0


def predeploy(world: World) -> int:
    """The exact page, or no deployment."""
    if _unprovisioned(world.environ):
        return 1
    door = page.write_exact(world.root, world.environ)
    say(f"The page is written for {door.openai}.")
    return 0


def postdeploy(world: World) -> int:
    """Does it work?"""
    if _unprovisioned(world.environ):
        return 1
    found = smoke.look(world)
    _tell("After the deployment", found)
    say(smoke.verdict(found))
    if not broken(found):
        say(f"Open {world.environ['SERVICE_WEB_URI']} and press Start.")
    return 1 if broken(found) else 0


def predown(world: World) -> int:
    """Names, before azd forgets them."""
    say(down.remember(world.root, world.environ))
    return 0


def postdown(world: World) -> int:
    """Nothing may block the next `azd up`."""
    said, found = down.purge(world)
    for line in said:
        say(line)
    if found:
        _tell("After the deletion", found)
    return 1 if broken(found) else 0


def _unprovisioned(environ: Mapping[str, str]) -> bool:
    found = outputs.lacking(environ)
    if found:
        _tell("The outputs of the deployment", found)
    return bool(found)


def _tell(title: str, found: Sequence[Finding]) -> None:
    for line in report.lines({title: found}):
        say(line)
    if broken(found):
        say(HINT)


HOOKS: dict[str, Callable[[World], int]] = {
    one.__name__: one for one in (preprovision, postprovision, prepackage, predeploy, postdeploy, predown, postdown)
}
