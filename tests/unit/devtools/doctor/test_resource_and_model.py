"""What is deployed and what would be, at the edges that the command's own tests do not reach."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from devtools.doctor import model, quota, resource
from devtools.doctor.az import Az
from devtools.doctor.outputs import NEEDED
from devtools.doctor.world import Answer
from devtools.infra.rules import OUTPUTS as PROMISED
from tests.integration.azure_doubles import recorded
from tests.integration.azure_doubles.answers import (
    MODEL,
    OUTPUTS,
    WHISPER,
)
from tests.integration.azure_doubles.recorded import deployment, offer, usage
from tests.unit.devtools.doctor.worlds import world

MODELS = model.known(world())


def account(keyed: bool, **changed: Any) -> list[str]:
    there = recorded.account()
    there["properties"].update(changed)
    az = Az(world({"az cognitiveservices account show": Answer(0, json.dumps(there), "")}))
    outputs = {**OUTPUTS, "AZURE_OPENAI_AUTH": "key_vault" if keyed else "entra"}
    return [one.id for one in resource.account(az, outputs)]


def test_keys_must_be_off_without_them_and_on_with_them() -> None:
    assert account(keyed=False) == account(keyed=True, disableLocalAuth=False) == []
    assert account(keyed=True) == ["resource.keys-off"]
    assert account(keyed=False, disableLocalAuth=False) == ["resource.keys-on"]


@pytest.mark.parametrize(
    ("name", "speaks"),
    [(MODEL, True), ("gpt-realtime", True), ("gpt-4o-mini-realtime", True), ("gpt-realtime-whisper", False),
     ("gpt-4o", False)],
)  # fmt: skip
def test_which_models_do_realtime(name: str, speaks: bool) -> None:
    assert bool(resource.REALTIME.match(name)) is speaks


@pytest.mark.parametrize(
    ("day", "ids"),
    [("2027-03-26", []), ("2027-03-27", ["model.retiring"]), ("2027-06-24", ["model.retiring"]),
     ("2027-06-25", ["model.retired"])],
)  # fmt: skip
def test_a_model_is_warned_of_for_ninety_days(day: str, ids: list[str]) -> None:
    voice = MODELS.named(MODEL)
    assert voice is not None
    found = model.ended(voice, voice.retires, MODELS, date.fromisoformat(day), "models.json", "eastus2")
    assert [one.id for one in found] == ids
    assert all(MODEL not in one.fix.split() for one in found), "it offers the same model again"


def test_no_model_is_advised_that_does_not_work_in_the_region() -> None:
    voice = MODELS.named(MODEL)
    assert voice is not None
    end, day = date(2026, 12, 1), date(2026, 11, 21)
    offers = {
        region: model.ended(voice, end, MODELS, day, "Azure", region)[0].fix.split()[4]
        for region in ("eastus2", "swedencentral")
    }
    assert offers == {"eastus2": "gpt-realtime-2.1-mini", "swedencentral": "gpt-realtime-1.5"}


def test_what_azure_still_offers_is_not_called_gone() -> None:
    """A captured list names an end of gpt-realtime-2.1 that other documents of Azure's do not know."""
    listed = json.dumps([offer(MODEL, "2026-07-07", "2026-10-15")])
    az = Az(world({"az cognitiveservices model list": Answer(0, listed, "")}))
    chosen, _ = model.choices(MODELS, {"VOICEMINT_TRANSCRIPTION_MODEL": "none"})
    found = model.offered(az, MODELS, chosen, "eastus2", date(2026, 11, 21))
    assert [(one.id, one.level) for one in found] == [("model.past-its-end", "warning")]


def asked(usages: list[Any], offers: list[Any], own: int = 0, **environ: str) -> list[str]:
    """What the look at the quota finds."""
    az = Az(
        world(
            {
                "az cognitiveservices usage list": Answer(0, json.dumps(usages), ""),
                "az cognitiveservices model list": Answer(0, json.dumps(offers), ""),
            }
        )
    )
    chosen, _ = model.choices(MODELS, environ)
    return [one.id for one in quota.enough(az, chosen, "eastus2", {MODEL: own})]


@pytest.mark.parametrize(
    ("used", "own", "ids"),
    [(0, 0, []), (5, 0, []), (6, 0, ["quota.short"]), (10, 0, ["quota.none"]), (10, 5, []), (9, 3, ["quota.short"])],
)
def test_what_is_free_must_be_enough(used: int, own: int, ids: list[str]) -> None:
    assert asked([usage(MODEL, used, 10)], [], own, VOICEMINT_TRANSCRIPTION_MODEL="none") == ids


def test_a_list_that_does_not_name_the_model_is_no_lack_of_quota() -> None:
    """A subscription that never had such a resource has an empty list; azd takes it for enough, too."""
    offers = [offer(MODEL, "2026-07-07"), offer(WHISPER, "2026-05-06")]
    assert asked([], offers) == ["quota.unknown", "quota.unknown"]
    assert asked([usage(MODEL, 0, 10)], offers) == ["quota.unknown"]


def test_azure_knows_the_name_of_the_quota_better_than_we_do() -> None:
    odd = offer(WHISPER, "2026-05-06")
    odd["model"]["skus"][0]["usageName"] = "OpenAI.GlobalStandard.gptrealtime-whisper"
    enough = usage(MODEL, 0, 10)
    assert asked([enough, usage("gptrealtime-whisper", 0, 10)], [odd]) == []
    assert asked([enough, usage("gptrealtime-whisper", 10, 10)], [odd]) == ["model.no-captions"]
    assert asked([enough], []) == [], "what has no name is not offered, and that is told elsewhere"


def test_without_outputs_the_units_of_the_groups_own_account_are_known_all_the_same() -> None:
    """A pipeline has azd's names and nothing of the last deployment."""
    programs = {
        "az cognitiveservices account list --resource-group rg-talk": Answer(0, '[{"name": "aif-abc123"}]', ""),
        "az cognitiveservices account deployment list --name aif-abc123 --resource-group rg-talk": Answer(
            0, json.dumps([deployment(MODEL, MODEL, "2026-07-07", 5)]), ""
        ),
    }
    assert quota.own_units(Az(world(programs)), {"AZURE_ENV_NAME": "talk"}) == {MODEL: 5}
    assert quota.own_units(Az(world()), {}) == {}
    gone = {
        "az cognitiveservices account list": Answer(3, "", "(ResourceGroupNotFound) Resource group could not be found")
    }
    assert quota.own_units(Az(world(gone)), {"AZURE_ENV_NAME": "talk"}) == {}


def test_the_checks_read_only_what_the_template_promises() -> None:
    assert set(NEEDED) <= set(PROMISED)
