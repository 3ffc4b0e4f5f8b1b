"""After a deployment: the page, the API through it, the locked door, one mint; with some patience."""

from __future__ import annotations

from devtools.doctor import scopes
from devtools.doctor.az import Az
from devtools.doctor.findings import Finding, broken
from devtools.doctor.world import World

TRIES = 10
PAUSE_SECONDS = 20.0
"""A new role counts after ten minutes at most, a fresh function within one or two. Three minutes catch nearly all."""

SETTLES = frozenset(
    {
        "site.unreachable", "site.empty", "api.not-found", "api.down", "api.not-ready", "api.refuses-call",
        "api.locked", "mint.no-role", "mint.no-deployment", "mint.throttled", "mint.timeout", "mint.azure-failed",
        "mint.no-such-host", "door.open", "csp.blocks-call", "csp.missing", "cors.function-refuses",
    }
)  # fmt: skip
"""Faults that a fresh deployment may show at first: worth asking again."""


def look(world: World) -> list[Finding]:
    """What is wrong after the last try."""
    az = None
    if scopes.has_az(world):
        az = Az(world, world.environ.get("AZURE_SUBSCRIPTION_ID", ""), world.environ.get("AZURE_TENANT_ID", ""))
    found = scopes.smoke(world, world.environ, az)
    for _ in range(TRIES - 1):
        faults = {one.id for one in found if one.level == "fault"}
        if not faults or not faults <= SETTLES:
            break
        world.wait(PAUSE_SECONDS)
        found = scopes.smoke(world, world.environ, az)
    return found


def verdict(found: list[Finding]) -> str:
    return "The deployment does not work yet." if broken(found) else "The deployment answers as it should."
