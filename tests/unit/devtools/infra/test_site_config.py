"""The deployed page's configuration names its own hosts only and keeps strangers out at the edge."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from devtools import ROOT
from devtools.infra.cases import Case, evaluate
from devtools.infra.site_config import CONFIG, OFFERED, PROVIDERS, Door, policy_for, render, with_api, write_site
from local_host.site_config import read_site_config
from voicemint.setting_list import BY_NAME
from voicemint.setting_list import PROVIDERS as FUNCTIONS_PROVIDERS

PUBLIC = ROOT / "static_site" / "public"
GENERAL = json.loads((PUBLIC / CONFIG).read_text(encoding="utf-8"))
OPENAI = "https://aif-x.openai.azure.com"
FUNCTION = "https://func-x.azurewebsites.net"
LINKED = Door(linked=True, relay=False, who="signed-in", roles=(), openai=OPENAI, function=FUNCTION)
DIRECT = replace(LINKED, linked=False, who="anonymous")


def connect(door: Door) -> str:
    policy = render(GENERAL, door)["globalHeaders"]["Content-Security-Policy"]
    (found,) = [part.strip() for part in policy.split(";") if part.strip().startswith("connect-src")]
    return str(found)


def routes(door: Door) -> dict[str, dict[str, object]]:
    return {one["route"]: one for one in render(GENERAL, door)["routes"]}


@pytest.mark.parametrize(
    ("door", "hosts"),
    [
        (LINKED, f"connect-src 'self' {OPENAI}"),
        (replace(LINKED, relay=True), "connect-src 'self'"),
        (DIRECT, f"connect-src 'self' {OPENAI} {FUNCTION}"),
        (replace(DIRECT, relay=True), f"connect-src 'self' {FUNCTION}"),
    ],
)
def test_the_page_may_connect_to_its_own_hosts_only(door: Door, hosts: str) -> None:
    assert connect(door) == hosts


def test_nothing_else_of_the_policy_and_no_other_header_changes() -> None:
    made = render(GENERAL, LINKED)
    policy = made["globalHeaders"].pop("Content-Security-Policy")
    general = dict(GENERAL["globalHeaders"])

    assert policy.replace(f" {OPENAI}", " https://*.openai.azure.com") == general.pop("Content-Security-Policy")
    assert made["globalHeaders"] == general
    assert {name: made[name] for name in made if name not in ("routes", "globalHeaders")} == {
        name: GENERAL[name] for name in GENERAL if name not in ("routes", "globalHeaders")
    }
    assert made["routes"][-len(GENERAL["routes"]) :] == GENERAL["routes"]


def test_signed_in_callers_only_get_to_the_routes_of_calls() -> None:
    for roles, wanted in (((), ["authenticated"]), (("talker", "owner"), ["talker", "owner"])):
        found = routes(replace(LINKED, roles=roles))
        assert {path: found[path].get("allowedRoles") for path in found if path.startswith("/api/")} == {
            "/api/session": wanted, "/api/call": wanted, "/api/call/*": wanted,
        }  # fmt: skip


@pytest.mark.parametrize(
    "door",
    [replace(LINKED, who="anonymous"), replace(LINKED, who="nobody"), DIRECT, replace(DIRECT, who="signed-in")],
)
def test_nobody_is_asked_for_a_role_where_there_is_no_sign_in(door: Door) -> None:
    assert not [one for one in routes(door).values() if "allowedRoles" in one]


@pytest.mark.parametrize(
    ("door", "offered"),
    [
        (LINKED, {"aad", "github"}),
        (replace(LINKED, who="anonymous"), {"aad", "github"}),
        (replace(LINKED, who="nobody"), set()),
        (DIRECT, set()),
    ],
)
def test_sign_in_that_is_not_offered_is_not_there(door: Door, offered: set[str]) -> None:
    closed = {path.rpartition("/")[2] for path, one in routes(door).items() if one.get("statusCode") == 404}

    assert closed == set(PROVIDERS) - offered


def test_the_providers_are_the_functions_own() -> None:
    assert PROVIDERS == FUNCTIONS_PROVIDERS
    assert ",".join(OFFERED) == BY_NAME["SIGN_IN_PROVIDERS"].default


def test_a_policy_without_connect_src_is_refused() -> None:
    with pytest.raises(ValueError, match="no connect-src"):
        policy_for("default-src 'self'", LINKED)


@pytest.mark.parametrize("front", ["linked", "direct"])
def test_the_door_is_read_from_the_templates_outputs(front: str) -> None:
    environ = {
        "VOICEMINT_FRONT_DOOR": front,
        "VOICEMINT_ALLOWED_ROLES": "talker, owner",
        "VOICEMINT_CALL_MODE": "relay",
    }
    outputs = Case(environ, evaluate(ROOT, environ)).deployment.outputs
    door = Door.of(outputs)

    assert door.linked is (front == "linked")
    assert door.relay
    assert (door.who, door.roles) == (("signed-in", ("talker", "owner")) if door.linked else ("nobody", ()))
    assert door.openai == outputs["AZURE_OPENAI_ENDPOINT"]
    assert door.function == outputs["SERVICE_API_URI"]


def test_a_direct_page_is_told_where_its_api_is() -> None:
    page = '<!doctype html>\n<html lang="en">\n<title>x</title><a href="api/openapi.json">'

    assert with_api(page, LINKED) == page
    assert f'<html data-api="{FUNCTION}/" lang="en">' in with_api(page, DIRECT)
    assert f'<a href="{FUNCTION}/api/openapi.json">' in with_api(page, DIRECT)
    with pytest.raises(ValueError, match="html"):
        with_api("<title>x</title>", DIRECT)


@pytest.mark.parametrize("door", [LINKED, DIRECT])
def test_a_site_is_written_whole_and_the_original_stays(tmp_path: Path, door: Door) -> None:
    before = {path: path.read_bytes() for path in PUBLIC.rglob("*") if path.is_file()}
    target = tmp_path / "site"
    target.mkdir()
    (target / "left over.txt").write_text("x")
    write_site(PUBLIC, target, door)

    assert {path: path.read_bytes() for path in PUBLIC.rglob("*") if path.is_file()} == before
    written = {path.relative_to(target) for path in target.rglob("*") if path.is_file()}
    assert written == {path.relative_to(PUBLIC) for path in before}
    changed = {
        str(path.relative_to(PUBLIC))
        for path in before
        if before[path] != (target / path.relative_to(PUBLIC)).read_bytes()
    }
    assert changed == {CONFIG} | (set() if door.linked else {path.name for path in PUBLIC.glob("*.html")})
    read = read_site_config(target)
    assert read.global_headers["Content-Security-Policy"] == policy_for(
        GENERAL["globalHeaders"]["Content-Security-Policy"], door
    )


@pytest.mark.parametrize("target", [".", ".."])
def test_the_page_is_never_written_over_itself(target: str) -> None:
    with pytest.raises(ValueError, match="would be emptied"):
        write_site(PUBLIC, PUBLIC / target, LINKED)
