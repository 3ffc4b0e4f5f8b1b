"""The doctor's readers on answers in the shape of public recordings; each says where that shape was recorded.

C and D are cassettes: C of Azure/azure-cli (MODULE/tests/latest/recordings/), D of Azure/azure-dev
(cli/azd/test/functional/testdata/recordings/), Q its Test_CLI_ProvisionValidationQuota_* of 2026-04. P is what
azure-cli 2.91 prints before such an answer, seen with the unmodified program. R is an issue that quotes a refusal.
What names none of these is from documents.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from devtools.doctor import function_app, leftovers, model, quota, resource, rights
from devtools.doctor.az import Az, Trouble
from devtools.doctor.world import Answer
from tests.integration.azure_doubles import recorded
from tests.integration.azure_doubles.answers import ME, MODEL, OUTPUTS, WHISPER
from tests.unit.devtools.doctor.worlds import NOW, world

MODELS = model.known(world())
DAY = date(2026, 11, 21)
FREE = "ERROR: Invalid SKU: 'Free'. Staticwebapp must have 'Standard' SKU"
BARE = 'ERROR: Not Found({"error":{"code":"ResourceNotFound","message":"x was not found."}})'
GONE = "ERROR: " + recorded.said("ResourceNotFound", "x was not found.")
UNTRUSTED = (
    "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')))"
)
ARM = "HTTPSConnection(host='management.azure.com', port=443): "


def az(answers: dict[str, Any]) -> Az:
    """By command: data, or the text of a refusal with its exit code."""
    programs = {
        f"az {command}": Answer(told[1], "", told[0]) if isinstance(told, tuple) else Answer(0, json.dumps(told), "")
        for command, told in answers.items()
    }
    return Az(world(programs), OUTPUTS["AZURE_SUBSCRIPTION_ID"])


VOICE_ONLY, _ = model.choices(MODELS, {"VOICEMINT_TRANSCRIPTION_MODEL": "none"})
LIST_MODELS = "cognitiveservices model list"


def offered(*listed: Any, own: dict[str, int] | None = None) -> list[str]:
    found = model.offered(az({LIST_MODELS: list(listed)}), MODELS, VOICE_ONLY, "eastus2", DAY, lambda: own or {})
    return [f"{one.id} {one.level}" for one in found]


@pytest.mark.parametrize(
    ("end", "state", "own", "found"),
    [
        pytest.param("2027-06-25", "GenerallyAvailable", 0, [], id="Q: as it should be"),
        pytest.param("2099-12-31", "Stable", 0, [], id="Q: models of other makers"),
        pytest.param("2026-11-01", "Deprecated", 0, ["model.retired fault"], id="Q: gone, and listed"),
        pytest.param("2027-06-25", "Deprecating", 0, ["model.closing fault"], id="R azure-dev 7900"),
        pytest.param("2027-01-01", "Deprecating", 5, ["model.retiring warning"], id="what runs goes on"),
        pytest.param("2026-11-01", "Preview", 0, ["model.past-its-end warning"], id="a past end without that state"),
    ],
)  # fmt: skip
def test_a_model_by_its_state_and_the_end_of_its_sku(end: str, state: str, own: int, found: list[str]) -> None:
    kinds = [recorded.offer(MODEL, "2026-07-07", end, state, kind) for kind in ("OpenAI", "AIServices")]
    assert offered(*kinds, own={MODEL: own} if own else {}) == found


def test_the_end_that_counts_is_that_of_the_sku() -> None:
    """Q: one version's SKUs end on days of their own. R Azure-Functions-OpenAI-Demo 30: it is the SKU's."""
    entry = recorded.offer(MODEL, "2026-07-07", "2026-12-31")
    entry["model"]["deprecation"]["inference"] = "2027-12-31T00:00:00Z"
    assert offered(entry) == ["model.retiring warning"]


def test_a_second_sku_of_the_same_name_is_for_fine_tuned_models() -> None:
    """Q: gpt-4o has it with a quota and an end of its own, after the usual one."""
    entry = recorded.offer(MODEL, "2026-07-07")
    entry["model"]["skus"].append(recorded.sku(f"OpenAI.GlobalStandard.{MODEL}-finetune", "2026-11-30T00:00:00+00:00"))
    assert offered(entry) == []
    names = quota.usage_names(az({LIST_MODELS: [entry]}), VOICE_ONLY, "eastus2")
    assert names == {MODEL: f"OpenAI.GlobalStandard.{MODEL}"}


def test_an_old_model_is_listed_without_any_sku() -> None:
    """Q: davinci has an empty list."""
    entry = recorded.offer(MODEL, "2026-07-07")
    entry["model"]["skus"] = []
    assert offered(entry) == ["model.not-offered fault"]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param({}, [], id="C cognitiveservices, test_cognitiveservices_deployment, 2025-10; P: null"),
        pytest.param({"disableLocalAuth": None}, ["resource.keys-on"], id="C the same: absent where nobody set it"),
        pytest.param(
            {"customSubDomainName": None, "endpoint": "https://eastus2.api.cognitive.microsoft.com/"},
            ["resource.no-subdomain"],
            id="C the same: absent where nobody chose one",
        ),
    ],
)  # fmt: skip
def test_an_account(changed: dict[str, Any], found: list[str]) -> None:
    account = recorded.account()
    account["properties"].update(changed)
    assert [one.id for one in resource.account(az({"cognitiveservices account show": account}), OUTPUTS)] == found


def test_deployments_and_their_units() -> None:
    """C cognitiveservices, test_cognitiveservices_deployment, 2025-10: capacity in the SKU, and as currentCapacity."""
    listed = [
        recorded.deployment(MODEL, MODEL, "2026-07-07", 5),
        recorded.deployment(WHISPER, WHISPER, "2026-05-06", 1),
    ]
    there = az({"cognitiveservices account deployment list": listed})
    assert resource.deployments(there, OUTPUTS, MODELS, DAY) == []
    assert quota.own_units(there, OUTPUTS) == {MODEL: 5, WHISPER: 1}


def test_quotas_are_numbers_with_a_point() -> None:
    """Q: whole numbers; P: printed as 10.0. Realtime models count requests a minute."""
    usages = {"cognitiveservices usage list": [recorded.usage(MODEL, 6, 10)]}
    there = az({**usages, LIST_MODELS: [recorded.offer(MODEL, "2026-07-07")]})
    fixes = [one.fix for one in quota.enough(there, VOICE_ONLY, "eastus2", {})]
    assert fixes == ["azd env set VOICEMINT_MODEL_CAPACITY 4"]


@pytest.mark.parametrize("location", ["eastus2", "EASTUS2", "East US 2"])
def test_a_deleted_account_is_where_it_was_whatever_the_letters(location: str) -> None:
    """C cognitiveservices, test_cognitiveservices_softdelete, 2025-10: regions stay as written (SOUTHCENTRALUS)."""
    listed = [recorded.deleted_account(location=location), recorded.deleted_account(group="rg-other")]
    there = az({"cognitiveservices account list-deleted": listed})
    assert leftovers.accounts(there, "RG-Talk") == [leftovers.Deleted("aif-abc123", "eastus2")]


def test_a_deleted_vault_says_its_protection_only_where_it_has_one() -> None:
    """C keyvault, test_keyvault_list_deleted, 2026-08: absent, in pages of five; P: null, one list."""
    there = az({"keyvault list-deleted": [recorded.deleted_vault(), recorded.deleted_vault(protected=True)]})
    name, region = "kv-abc123", "eastus2"
    found = [leftovers.Deleted(name, region), leftovers.Deleted(name, region, "2026-11-28")]
    assert leftovers.vaults(there, "rg-talk") == found


def test_roles_as_they_are_listed() -> None:
    """C role, test_role_assignment_at_scope, 2025-04; P: microseconds and an offset, and no name for an unknown id."""
    given = [recorded.role(rights.OPENAI, recorded.ACCOUNT, "2026-11-21T11:57:00.715389+00:00")]
    words = {"role": rights.OPENAI, "scope": recorded.ACCOUNT.upper(), "what": "x", "who": "y"}
    assert [one.id for one in rights.judge(given, **words, now=NOW, whom="It", kind="User")] == ["role.propagating"]
    raw = "2026-11-21T11:57:00.7153899Z"  # as Azure itself writes it
    given[0]["createdOn"] = raw
    assert [one.id for one in rights.judge(given, **words, now=NOW, whom="It", kind="User")] == ["role.propagating"]
    assert datetime.fromisoformat(raw).tzinfo == UTC


def test_a_role_without_a_name_is_unsure_and_named_by_its_id() -> None:
    there = az({"role assignment list": [recorded.role(None, "/", who=ME)]})
    [found] = rights.to_deploy(there, {**OUTPUTS, "AZURE_PRINCIPAL_ID": ME})
    assert (found.id, found.fix) == (
        "rights.unsure",
        'Look at what it allows: az role definition list --name "acdd72a7"',
    )


@pytest.mark.parametrize(
    ("app", "found"),
    [
        pytest.param(recorded.function_app(), [], id="D Test_CLI_Up_Down_FuncApp, 2026-04; P: not flattened"),
        pytest.param(recorded.function_app("Stopped"), ["function.stopped"], id="the same, stopped"),
        pytest.param((BARE, 3), ["function.missing"], id="P: the bare body of the refusal, exit code 3"),
    ],
)  # fmt: skip
def test_a_function_app_on_the_flex_plan(app: Any, found: list[str]) -> None:
    there = az({"functionapp show": app, "functionapp function list": [recorded.function("session")]})
    assert [one.id for one in function_app.app(there, OUTPUTS)] == found


@pytest.mark.parametrize(
    ("front", "told", "found"),
    [
        pytest.param("linked", [recorded.backend()], [], id="P: flattened"),
        pytest.param("linked", [recorded.backend(recorded.SITE_ID.upper())], [], id="C role: ids in other letters"),
        pytest.param("linked", [], ["link.missing"], id="P: an empty list"),
        pytest.param("linked", (FREE, 1), ["link.missing"], id="P: on the Free plan az refuses to look"),
        pytest.param("direct", (FREE, 1), [], id="P: as it should be for a direct one"),
        pytest.param("linked", (GONE, 2), ["link.missing"], id="P: exit code 2"),
    ],
)  # fmt: skip
def test_a_link(front: str, told: Any, found: list[str]) -> None:
    there = az({"staticwebapp backends show": told})
    assert [one.id for one in function_app.link(there, {**OUTPUTS, "FRONT_DOOR": front})] == found


def test_without_cors_az_prints_nothing() -> None:
    """D Test_CLI_Up_Down_FuncApp, 2026-04: cors is null; P: an empty output, exit code 0."""
    there = Az(world({"az functionapp cors show": Answer(0, "", "")}))
    assert function_app.cors(there, OUTPUTS) == []


@pytest.mark.parametrize(
    ("said", "id"),
    [
        pytest.param(ARM + "Failed to resolve 'management.azure.com' ([Errno -3] Temporary failure in name resolution)",
                     "azure.unreachable", id="P, urllib3 2"),
        pytest.param(ARM + "Failed to resolve 'management.azure.com' ([Errno 11001] getaddrinfo failed)",
                     "azure.unreachable", id="R azure-cli 31975, on Windows"),
        pytest.param("('Unable to connect to proxy', NewConnectionError('...'))", "azure.unreachable", id="P"),
        pytest.param(ARM + "Max retries exceeded with url: / " + UNTRUSTED, "azure.tls", id="azure-cli's source"),
        pytest.param(recorded.said("AuthorizationFailed", "The client does not have authorization"),
                     "azure.forbidden", id="P"),
        pytest.param('Forbidden({"error":{"code":"AuthorizationFailed"}})', "azure.forbidden", id="P, a bare body"),
        pytest.param("Insufficient privileges to complete the operation.", "azure.forbidden", id="P, the directory"),
        pytest.param(recorded.said("TooManyRequests", "The request is being throttled"), "azure.busy", id="P"),
        pytest.param("Subscription '0' not found. Check the spelling and casing and try again.",
                     "sign-in.no-subscription", id="P, account show"),
        pytest.param(recorded.said("InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer"),
                     "sign-in.az-out", id="documents"),
        pytest.param("AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.",
                     "sign-in.az-out", id="documents: not to be taken for a resource that is gone"),
    ],
)  # fmt: skip
def test_a_refusal_as_it_stands_in_the_output(said: str, id: str) -> None:
    with pytest.raises(Trouble) as trouble:
        Az(world({"az thing": Answer(1, "", f"ERROR: {said}\n")})).read("thing")
    assert trouble.value.finding.id == id
