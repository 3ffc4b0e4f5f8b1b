"""What is deployed and what would be, at the edges that the command's own tests do not reach."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from devtools.doctor import model, resource
from devtools.doctor.az import Az
from devtools.doctor.outputs import NEEDED
from devtools.doctor.world import Answer
from devtools.infra.rules import OUTPUTS as PROMISED
from tests.integration.azure_doubles.answers import MODEL, OUTPUTS, healthy_account, usage
from tests.unit.devtools.doctor.worlds import world

MODELS = model.known(world())


def account(keyed: bool, **changed: Any) -> list[str]:
    there = healthy_account()
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
    found = model.ended(voice, voice.retires, MODELS, date.fromisoformat(day), "models.json")
    assert [one.id for one in found] == ids
    assert all(MODEL not in one.fix.split() for one in found), "it offers the same model again"


@pytest.mark.parametrize(
    ("used", "own", "ids"),
    [(0, 0, []), (5, 0, []), (6, 0, ["quota.short"]), (10, 0, ["quota.none"]), (10, 5, []), (9, 3, ["quota.short"])],
)
def test_what_is_free_must_be_enough(used: int, own: int, ids: list[str]) -> None:
    listed = json.dumps([usage(MODEL, used, 10)])
    az = Az(world({"az cognitiveservices usage list": Answer(0, listed, "")}))
    chosen, _ = model.choices(MODELS, {"VOICEMINT_TRANSCRIPTION_MODEL": "none"})
    assert [one.id for one in model.quota(az, chosen, "eastus2", {MODEL: own})] == ids


def test_the_checks_read_only_what_the_template_promises() -> None:
    assert set(NEEDED) <= set(PROMISED)
