"""`dev.py doctor`: the scopes that were asked for, or those that there is something to look at for."""

from __future__ import annotations

from collections.abc import Sequence

from devtools.console import Problem, say
from devtools.doctor import report, scopes
from devtools.doctor.findings import Finding
from devtools.doctor.world import World, this_machine
from local_host.settings_file import NAME
from voicemint.setting_list import BY_NAME

SCOPES = ("local", "settings", "deployed")


def run(asked: Sequence[str], url: str, *, as_json: bool, world: World | None = None) -> int:
    """Look, say, and return the exit code: 0 nothing is broken, 1 something is, 2 there was nothing to look at.

    Raises `Problem` for a scope that is none.
    """
    if strange := [one for one in asked if one not in SCOPES]:
        raise Problem(f"{strange[0]} is nothing that the doctor knows.", f"Choose from {', '.join(SCOPES)}.")
    place = world or this_machine()
    found: dict[str, list[Finding]] = {}
    blind = False
    for scope in asked or guess(place):
        if scope == "local":
            found[scope] = scopes.local(place)
        elif scope == "settings":
            found[scope] = scopes.settings(place, url)
        else:
            found[scope], seen = scopes.deployed(place)
            blind = blind or not seen
    code = report.exit_code(found, blind)
    for line in [report.as_json(found, code)] if as_json else report.lines(found):
        say(line)
    return code


def guess(world: World) -> list[str]:
    """Without a scope: this machine, and what else there are signs of."""
    chosen = ["local"]
    if (world.root / NAME).exists() or any(world.environ.get(name) for name in BY_NAME):
        chosen.append("settings")
    if (world.root / ".azure").is_dir():
        chosen.append("deployed")
    return chosen
