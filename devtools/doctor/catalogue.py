"""Every diagnosis there is, in the order of the files that make them."""

from __future__ import annotations

from types import ModuleType

from devtools.doctor import (
    az,
    credential,
    function_app,
    leftovers,
    mint,
    model,
    outputs,
    quota,
    resource,
    rights,
    route,
    scopes,
    setting_faults,
    sign_in,
    site,
    tools,
)
from devtools.doctor.findings import Ailment

FAMILIES: tuple[tuple[str, tuple[ModuleType, ...]], ...] = (
    ("This machine", (tools,)),
    ("Signing in, and the Azure command line", (sign_in, az)),
    ("Before anything is made", (scopes, model, quota, leftovers, rights)),
    ("Settings, and one mint with them", (setting_faults, credential, mint)),
    ("What is deployed", (outputs, resource, function_app, site)),
    ("The network", (route,)),
)


def all_of() -> dict[str, list[Ailment]]:
    """Family by family, each ailment once, where it is written down. Raises `ValueError` if two share an id."""
    seen: set[Ailment] = set()
    found: dict[str, list[Ailment]] = {}
    for family, modules in FAMILIES:
        for module in modules:
            for one in vars(module).values():
                if isinstance(one, Ailment) and one not in seen:
                    seen.add(one)
                    found.setdefault(family, []).append(one)
    ids = [one.id for group in found.values() for one in group]
    if len(ids) != len(set(ids)):
        raise ValueError(f"two diagnoses share an id: {sorted({one for one in ids if ids.count(one) > 1})}")
    return found


def by_id() -> dict[str, Ailment]:
    return {one.id: one for group in all_of().values() for one in group}
