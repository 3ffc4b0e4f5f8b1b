"""`dev.py doctor settings` without a key: your own sign-in or a vault, with az and Azure doubled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.azure_doubles import answers, recorded
from tests.integration.azure_doubles.answers import (
    OPENAI,
    Page,
    Said,
    data,
    problem,
    refusal,
    refused,
)
from tests.integration.azure_doubles.cases import (
    CALL,
    HANG_UP,
    MINT,
    MY_ROLES,
    Spoil,
    answers_with,
    both,
    minutes_ago,
    network,
    says,
)
from tests.integration.azure_doubles.recorded import role
from tests.integration.azure_doubles.scene import Ran, Scene, posix, run

pytestmark = pytest.mark.skipif(not posix(), reason="platform: the doubles of az and azd are POSIX scripts")

VALUES = {"AZURE_OPENAI_ENDPOINT": OPENAI, "AZURE_OPENAI_DEPLOYMENT": answers.MODEL, "AZURE_OPENAI_AUTH": "entra"}
VAULT = {
    "AZURE_OPENAI_AUTH": "key_vault",
    "KEY_VAULT_URL": "https://kv-abc123.vault.azure.net",
    "KEY_VAULT_SECRET_NAME": "openai-key",
}
KNOWN = {name: answers.OUTPUTS[name] for name in ("AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID", "AZURE_PRINCIPAL_ID")}
DEPLOYED = {**KNOWN, "AZURE_RESOURCE_GROUP": answers.GROUP, "AZURE_OPENAI_RESOURCE": "aif-abc123"}
NO_RIGHT = refused(401, "PermissionDenied", "The principal lacks the required data action.")
OTHER = recorded.BASE + "Microsoft.CognitiveServices/accounts/other"
USER = "Cognitive Services OpenAI User"


def settings(folder: Path, spoil: Spoil | None = None, **changed: str) -> Ran:
    root = folder / "project"
    root.mkdir()
    (root / "local.settings.json").write_text(json.dumps({"Values": {**VALUES, **changed}}))
    scene = Scene(root=root, environ=dict(DEPLOYED))
    scene.programs["az keyvault secret show"] = data({"value": "0123456789canary0123456789canary"})
    if spoil:
        spoil(scene)
    return run(scene, folder, "doctor", "settings", "--json")


def test_your_own_sign_in_mints(tmp_path: Path) -> None:
    ran = settings(tmp_path)

    assert (ran.code, ran.ids()) == (0, {}), ran.said
    assert ran.asked[:3] == [MINT, CALL, HANG_UP], "no call tried the network, or it was left open"
    assert f"--subscription {answers.SUBSCRIPTION}" in " ".join(ran.commands)


def test_a_key_of_a_vault_mints(tmp_path: Path) -> None:
    ran = settings(tmp_path, **VAULT)
    assert (ran.code, ran.ids()) == (0, {}), ran.said


@pytest.mark.parametrize(
    ("id", "spoil", "changed", "fix"),
    [
        ("tool.az-missing", lambda scene: scene.without("az"), {}, "install-azure-cli"),
        ("sign-in.no-token", says("az account get-access-token", data({})), {}, "az login --scope"),
        (
            "vault.no-secret",
            says("az keyvault secret show", refusal("(SecretNotFound) was not found")),
            VAULT,
            "secret l",
        ),
        (
            "vault.no-right",
            says("az keyvault secret show", refusal("(Forbidden) Caller is not")),
            VAULT,
            "Secrets User",
        ),
        ("mint.keys-off", answers_with(MINT, refused(403, "AuthenticationTypeDisabled")), VAULT, "AUTH=entra"),
        ("mint.bad-key", answers_with(MINT, refused(401, "401")), VAULT, "keys list"),
        ("role.missing", both(answers_with(MINT, NO_RIGHT), says(MY_ROLES, data([]))), {}, "--assignee-object-id"),
        (
            "role.wrong-scope",
            both(answers_with(MINT, NO_RIGHT), says(MY_ROLES, data([role(USER, OTHER)]))),
            {},
            f"--scope {recorded.ACCOUNT}",
        ),
        (
            "role.wrong-role",
            both(answers_with(MINT, NO_RIGHT), says(MY_ROLES, data([role("Cognitive Services Contributor", "/")]))),
            {},
            f'--role "{USER}"',
        ),
        ("settings.fault", lambda _: None, {"AZURE_OPENAI_DEPLOYMENT": ""}, "docs/settings.md"),
        (
            "cors.azure-refuses",
            answers_with(f"OPTIONS {OPENAI}/openai/v1/realtime/calls", Page(200, "")),
            {},
            "VOICEMINT_CALL_MODE relay",
        ),
        (
            "network.calls-blocked",
            network("silent", "silent"),
            {},
            "AzureCloud.REGION; http://localhost:7071/check.html",
        ),
    ],
)
def test_each_fault_is_told_with_its_fix(
    id: str, spoil: Spoil, changed: dict[str, str], fix: str, tmp_path: Path
) -> None:
    ran = settings(tmp_path, spoil, **changed)

    assert (ran.code, [*ran.ids()]) == (1, [id]), ran.said
    assert fix in ran.ids()[id]["fix"]


def test_a_role_on_its_way_is_told_apart_from_one_that_is_missing(tmp_path: Path) -> None:
    young = says(MY_ROLES, data([role(USER, recorded.ACCOUNT, minutes_ago(4))]))
    ran = settings(tmp_path, both(answers_with(MINT, NO_RIGHT), young))

    assert ran.ids()["role.propagating"]["evidence"] == "assigned 4 minutes ago"
    assert ran.code == 0, "nothing has to be done but to wait"


def test_a_role_that_is_there_for_long_and_refused_is_still_a_fault(tmp_path: Path) -> None:
    ran = settings(tmp_path, both(answers_with(MINT, NO_RIGHT), says(MY_ROLES, data([role(USER, recorded.ACCOUNT)]))))
    assert (ran.code, [*ran.ids()]) == (1, ["mint.no-role"])


def test_an_endpoint_from_the_portal_is_understood_and_said(tmp_path: Path) -> None:
    ran = settings(tmp_path, AZURE_OPENAI_ENDPOINT=f"{OPENAI}/openai/v1/?x=1")
    assert (ran.code, [*ran.ids()]) == (0, ["settings.endpoint-changed"])


def test_a_file_that_is_no_json_is_told_without_quoting_it(tmp_path: Path) -> None:
    (tmp_path / "local.settings.json").write_text('{"Values": {"AZURE_OPENAI_API_KEY": "canary')
    ran = run(Scene(root=tmp_path), tmp_path, "doctor", "settings", "--json")
    assert (ran.code, [*ran.ids()]) == (1, ["settings.file-broken"])


def test_a_broken_answer_is_not_good_news(tmp_path: Path) -> None:
    ran = settings(tmp_path, says("az account get-access-token", Said("<html>")))
    assert [*ran.ids()] == ["azure.unreadable"]


def test_problem_documents_are_no_mints(tmp_path: Path) -> None:
    ran = settings(tmp_path, answers_with(MINT, problem(200, "odd")))
    assert [*ran.ids()] == ["mint.not-azure"]
