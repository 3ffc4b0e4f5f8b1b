"""Roles: the right one, at the right place, for long enough."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from devtools.doctor import rights
from devtools.doctor.az import Az
from devtools.doctor.rights import OPENAI, judge
from devtools.doctor.world import Answer
from tests.unit.devtools.doctor.worlds import NOW, world

SCOPE = "/subscriptions/s/resourceGroups/rg-talk/providers/Microsoft.CognitiveServices/accounts/a"


def given(role: str = OPENAI, scope: str = SCOPE, minutes: float = 60) -> dict[str, Any]:
    made = datetime.fromtimestamp(NOW - minutes * 60, UTC).isoformat().replace("+00:00", "Z")
    return {"roleDefinitionName": role, "scope": scope, "createdOn": made}


def ids(*assignments: dict[str, Any]) -> list[str]:
    found = judge([*assignments], OPENAI, SCOPE, "the account", "me", NOW, whom="You", kind="User")
    return [one.id for one in found]


@pytest.mark.parametrize(
    "scope",
    [SCOPE, SCOPE.upper(), "/subscriptions/s", "/subscriptions/S/resourcegroups/RG-talk", "/",
     "/providers/Microsoft.Management/managementGroups/top"],
)  # fmt: skip
def test_a_role_counts_at_its_place_and_above(scope: str) -> None:
    assert ids(given(scope=scope)) == []


@pytest.mark.parametrize("scope", [SCOPE + "b", "/subscriptions/s/resourceGroups/rg", SCOPE + "/deployments/x"])
def test_it_does_not_count_beside_or_below(scope: str) -> None:
    assert ids(given(scope=scope)) == ["role.wrong-scope"]


def test_ten_minutes_are_the_line_between_waiting_and_counting() -> None:
    assert ids(given(minutes=9.9)) == ["role.propagating"]
    assert ids(given(minutes=10)) == []
    assert ids({**given(), "createdOn": None}) == [], "where nothing tells its age, it is old"


def test_a_wider_role_will_do_and_one_without_data_will_not() -> None:
    assert ids(given("Cognitive Services User")) == []
    assert ids(given("Cognitive Services Contributor")) == ["role.wrong-role"]
    assert ids(given("Owner")) == ["role.missing"], "Owner has no data actions"


def mine(*roles: str) -> list[str]:
    listed = json.dumps([{"roleDefinitionName": role, "scope": "/subscriptions/s"} for role in roles])
    az = Az(world({"az role assignment list --assignee me": Answer(0, listed, "")}), "s")
    return [one.id for one in rights.to_deploy(az, {"AZURE_PRINCIPAL_ID": "me"})]


def test_who_may_deploy_and_assign() -> None:
    assert mine("Owner") == mine("Contributor", "User Access Administrator") == []
    assert mine("Contributor") == ["rights.cannot-assign"]
    assert mine() == ["rights.cannot-deploy", "rights.cannot-assign"]
    assert mine("Our own deployer") == ["rights.unsure"], "nobody is stopped for a role that we do not know"


def token(claims: str) -> Answer:
    middle = base64.urlsafe_b64encode(claims.encode()).decode().rstrip("=")
    return Answer(0, json.dumps({"accessToken": f"e30.{middle}.x"}), "")


def test_without_the_azd_id_the_token_tells_who_i_am() -> None:
    """A pipeline cannot ask the directory, and its application's id is not the one that has the roles."""
    programs = {
        "az account get-access-token": token('{"oid": "object-id", "appid": "app-id"}'),
        "az account show": Answer(0, '{"user": {"type": "servicePrincipal", "name": "app-id"}}', ""),
        "az role assignment list --assignee object-id": Answer(0, '[{"roleDefinitionName": "Owner"}]', ""),
        "az role assignment list --assignee app-id": Answer(0, "[]", ""),
    }
    assert rights.to_deploy(Az(world(programs), "s"), {}) == []


@pytest.mark.parametrize("said", [token("{}"), token("[1]"), token("no data"), Answer(0, '{"accessToken": "x"}', "")])
def test_where_the_token_cannot_be_read_az_is_asked(said: Answer) -> None:
    az = Az(
        world(
            {
                "az account get-access-token": said,
                "az account show": Answer(0, '{"user": {"type": "user", "name": "me@example.com"}}', ""),
                "az ad signed-in-user show": Answer(0, '"me"', ""),
                "az role assignment list --assignee me": Answer(0, '[{"roleDefinitionName": "Owner"}]', ""),
            }
        ),
        "s",
    )
    assert rights.to_deploy(az, {}) == []


def test_a_pipeline_is_asked_for_by_its_own_name() -> None:
    account = json.dumps({"user": {"type": "servicePrincipal", "name": "app-id"}})
    owner = '[{"roleDefinitionName": "Owner"}]'
    programs = {
        "az account get-access-token": token("{}"),
        "az account show": Answer(0, account, ""),
        "az role assignment list --assignee app-id": Answer(0, owner, ""),
    }
    assert rights.to_deploy(Az(world(programs), "s"), {}) == []
