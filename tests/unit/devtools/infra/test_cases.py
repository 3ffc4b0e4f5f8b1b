"""Which combinations there are, and what the template refuses or decides by itself."""

from __future__ import annotations

import pytest

from devtools import ROOT
from devtools.bicep.functions import Refused
from devtools.bicep.lexer import BicepFault
from devtools.infra.cases import ALONE, CROSSED, Case, environments, evaluate


def case(**environ: str) -> Case:
    return Case(environ, evaluate(ROOT, environ))


def test_every_crossed_value_meets_every_other() -> None:
    crossed = environments()[: -len(ALONE)]
    pairs = {
        (one, other) for environ in crossed for one in environ.items() for other in environ.items() if one[0] < other[0]
    }

    values = [(name, value) for name, all_values in CROSSED.items() for value in all_values]
    assert pairs == {(one, other) for one in values for other in values if one[0] < other[0]}


def test_a_model_that_does_not_work_in_a_region_is_refused_in_plain_words() -> None:
    with pytest.raises(Refused, match=r"gpt-realtime-2\.1-mini does not work in swedencentral: choose another"):
        evaluate(ROOT, {"VOICEMINT_MODEL": "gpt-realtime-2.1-mini", "AZURE_LOCATION": "swedencentral"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AZURE_LOCATION", "westeurope"),
        ("VOICEMINT_MODEL", "gpt-4o"),
        ("VOICEMINT_CREDENTIAL", "key"),
        ("VOICEMINT_CALLERS", "everybody"),
        ("VOICEMINT_MODEL_CAPACITY", "0"),
        ("VOICEMINT_MAX_INSTANCES", "39"),
        ("VOICEMINT_REQUESTS_PER_INSTANCE", "101"),
        ("VOICEMINT_MAX_CALL_SECONDS", "3601"),
        ("VOICEMINT_GRANT_TO_PRINCIPAL", "perhaps"),
        ("AZURE_ENV_NAME", "x" * 65),
    ],
)
def test_a_value_that_azure_or_the_function_would_refuse_is_refused_first(name: str, value: str) -> None:
    with pytest.raises(BicepFault, match="parameter "):
        evaluate(ROOT, {name: value})


@pytest.mark.parametrize(("place", "site"), [("eastus2", "eastus2"), ("swedencentral", "westeurope")])
def test_the_page_goes_where_static_web_apps_are(place: str, site: str) -> None:
    found = case(AZURE_LOCATION=place).deployment

    assert [one.body["location"] for one in found.of("Microsoft.Web/staticSites")] == [site]
    assert [one.body["location"] for one in found.of("Microsoft.CognitiveServices/accounts")] == [place]
    assert [one.properties["region"] for one in found.of("Microsoft.Web/staticSites/linkedBackends")] == [place]


@pytest.mark.parametrize(
    ("door", "asked", "gets"),
    [
        ("linked", "signed-in", "signed-in"),
        ("linked", "anonymous", "anonymous"),
        ("linked", "nobody", "nobody"),
        ("direct", "signed-in", "nobody"),
        ("direct", "anonymous", "anonymous"),
        ("direct", "nobody", "nobody"),
    ],
)
def test_without_a_link_nobody_is_let_in_unless_everybody_was_named(door: str, asked: str, gets: str) -> None:
    found = case(VOICEMINT_FRONT_DOOR=door, VOICEMINT_CALLERS=asked)

    assert found.deployment.outputs["WHO_MAY_CALL"] == gets


def test_the_deployed_models_are_the_chosen_ones() -> None:
    found = case(VOICEMINT_MODEL="gpt-realtime-1.5", VOICEMINT_MODEL_CAPACITY="3").deployment
    one, other = found.of("Microsoft.CognitiveServices/accounts/deployments")

    assert one.properties["model"] == {"format": "OpenAI", "name": "gpt-realtime-1.5", "version": "2026-02-23"}
    assert one.body["sku"] == {"name": "GlobalStandard", "capacity": 3}
    assert other.properties["model"]["name"] == "gpt-realtime-whisper"
    assert found.outputs["AZURE_OPENAI_MODEL_VERSION"] == "2026-02-23"


def test_key_mode_stores_the_key_that_was_named_in_a_vault_by_roles() -> None:
    found = case(VOICEMINT_CREDENTIAL="key_vault", VOICEMINT_STORED_KEY="key2", VOICEMINT_PURGE_PROTECTION="true")
    (vault,) = found.deployment.of("Microsoft.KeyVault/vaults")
    (secret,) = found.deployment.of("Microsoft.KeyVault/vaults/secrets")

    assert vault.properties["enableRbacAuthorization"] is True
    assert vault.properties["enablePurgeProtection"] is True
    assert secret.properties["value"].endswith("-2")
    (plain,) = case(VOICEMINT_CREDENTIAL="key_vault").deployment.of("Microsoft.KeyVault/vaults")
    assert plain.properties["enablePurgeProtection"] is None


def test_a_budget_keeps_its_first_day_in_later_months() -> None:
    def start(**environ: str) -> str:
        (budget,) = case(VOICEMINT_MONTHLY_BUDGET="50", **environ).deployment.of("Microsoft.Consumption/budgets")
        return str(budget.properties["timePeriod"]["startDate"])

    assert start() == "2026-11-01"
    assert start(VOICEMINT_BUDGET_START="2026-08-01") == "2026-08-01"


def test_no_setting_of_ones_own_opens_what_the_template_keeps_shut() -> None:
    wanted = {"ALLOW_ANONYMOUS": "true", "TRUST_CLIENT_PRINCIPAL": "true", "TOKEN_TTL_SECONDS": "30"}
    environ = {"VOICEMINT_FRONT_DOOR": "direct"}
    settings = Case(environ, evaluate(ROOT, environ, moreSettings=wanted)).app_settings()

    assert (settings["ALLOW_ANONYMOUS"], settings["TRUST_CLIENT_PRINCIPAL"]) == ("false", "false")
    assert settings["TOKEN_TTL_SECONDS"] == "30"


def test_more_origins_are_allowed_where_they_count() -> None:
    own = "https://talk.example.com"
    for door, by_platform in (("linked", 0), ("direct", 2)):
        environ = {"VOICEMINT_FRONT_DOOR": door}
        found = Case(environ, evaluate(ROOT, environ, moreOrigins=[own]))
        (app,) = found.deployment.of("Microsoft.Web/sites")

        assert found.app_settings()["ALLOWED_ORIGINS"].split(",") == [found.deployment.outputs["SERVICE_WEB_URI"], own]
        assert len(app.properties["siteConfig"]["cors"]["allowedOrigins"]) == by_platform


def test_two_environments_share_no_name() -> None:
    def own_names(name: str) -> set[str]:
        kinds = ("sites", "staticSites", "storageAccounts", "accounts")
        found = case(AZURE_ENV_NAME=name, VOICEMINT_CREDENTIAL="key_vault").deployment.everything()
        return {one.name for one in found if one.kind.rpartition("/")[2] in (*kinds, "vaults", "resourceGroups")}

    assert len(own_names("one")) == 6
    assert not own_names("one") & own_names("two")
