"""The deployed page's `staticwebapp.config.json`: the one in `static_site/public/`, made exact for one deployment.

The file in the repository must serve everybody, so it names every Azure OpenAI host and no roles. Deployed, the page
may connect to its own resource only, and, behind the link, the edge refuses strangers before they reach the function.

| | linked | direct |
|---|---|---|
| the page's API | its own origin | the function's origin, in `data-api` of the root |
| connect-src | 'self', and in token mode the resource | the same and the function |
| signed-in callers | routes that start and end calls need a role | there is no sign-in, its addresses are 404 |
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CONFIG = "staticwebapp.config.json"
CALLS = ("/api/session", "/api/call", "/api/call/*")
"""The routes that start or end a call. The others may be read by anybody."""

PROVIDERS = ("aad", "github", "google", "facebook", "apple", "twitter")
OFFERED = ("aad", "github")
"""The providers that work without a registration, as `SIGN_IN_PROVIDERS` has them by default."""

API = "data-api"
"""The attribute of a page's root that tells it where its API is, with a slash at its end; none: its own origin."""

_ANY_RESOURCE = "https://*.openai.azure.com"
_ROOT = re.compile(r"<html\b")


@dataclass(frozen=True)
class Door:
    """What of a deployment the page's configuration depends on. Origins have no slash at their end."""

    linked: bool
    relay: bool
    who: str
    roles: tuple[str, ...]
    openai: str
    function: str

    @classmethod
    def of(cls, outputs: Mapping[str, str]) -> Door:
        """From the template's outputs, as azd keeps them. Raises `KeyError` for one that is missing."""
        roles = tuple(role.strip() for role in outputs["ALLOWED_ROLES"].split(",") if role.strip())
        return cls(
            outputs["FRONT_DOOR"] == "linked",
            outputs["CALL_MODE"] == "relay",
            outputs["WHO_MAY_CALL"],
            roles,
            _origin(outputs["AZURE_OPENAI_ENDPOINT"]),
            _origin(outputs["SERVICE_API_URI"]),
        )


def render(general: Mapping[str, Any], door: Door) -> dict[str, Any]:
    """The configuration for one deployment. Raises `ValueError` if the general one has no policy to make exact."""
    made: dict[str, Any] = json.loads(json.dumps(general))
    policy = made["globalHeaders"]["Content-Security-Policy"]
    made["globalHeaders"]["Content-Security-Policy"] = policy_for(policy, door)
    made["routes"] = [*_doors(door), *made.get("routes", [])]
    return made


def policy_for(policy: str, door: Door) -> str:
    """`policy` with exactly the hosts that this page connects to. Raises `ValueError` if it has no connect-src."""
    hosts = [] if door.relay else [door.openai]
    if not door.linked:
        hosts.append(door.function)
    directives = [part.strip() for part in policy.split(";")]
    if sum(one.startswith("connect-src ") for one in directives) != 1:
        raise ValueError("the page's Content-Security-Policy has no connect-src to make exact")
    exact = " ".join(["connect-src", "'self'", *hosts])
    return "; ".join(exact if one.startswith("connect-src ") else one for one in directives)


def _doors(door: Door) -> list[dict[str, Any]]:
    """Routes that come first, because the first that fits counts."""
    signed_in = door.linked and door.who == "signed-in"
    roles = list(door.roles) or ["authenticated"]
    offered = OFFERED if door.linked and door.who != "nobody" else ()
    calls = [{"route": route, "allowedRoles": roles} for route in CALLS] if signed_in else []
    closed = [{"route": f"/.auth/login/{one}", "statusCode": 404} for one in PROVIDERS if one not in offered]
    return [*calls, *closed]


def with_api(page: str, door: Door) -> str:
    """A page's HTML, with the address of its API if that is another origin. Raises `ValueError` without a root."""
    if door.linked:
        return page
    if not _ROOT.search(page):
        raise ValueError("a page without <html> has no place for its API's address")
    address = html.escape(f"{door.function}/")
    told = _ROOT.sub(lambda root: f'{root[0]} {API}="{address}"', page, count=1)
    return told.replace('href="api/', f'href="{address}api/')


def write_site(public: Path, target: Path, door: Door) -> None:
    """Copy the page to `target`, which is emptied first, and make the copy exact. The original stays as it is."""
    if target.resolve() in (public.resolve(), *public.resolve().parents):
        raise ValueError(f"{target} would be emptied, and the page is in it")
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(public, target)
    general = json.loads((public / CONFIG).read_text(encoding="utf-8"))
    (target / CONFIG).write_text(json.dumps(render(general, door), indent=2) + "\n", encoding="utf-8")
    for page in target.glob("*.html"):
        page.write_text(with_api(page.read_text(encoding="utf-8"), door), encoding="utf-8")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
