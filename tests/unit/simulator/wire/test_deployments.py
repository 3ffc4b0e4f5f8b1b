"""Deployments: names of the owner's choice over models of different kinds."""

from __future__ import annotations

import pytest

from simulator.refusals import Refused
from simulator.wire.deployments import DEFAULT, Deployment, deploy, realtime, transcribers


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("gpt-realtime", "realtime"),
        ("gpt-realtime-2.1-mini", "realtime"),
        ("gpt-realtime-whisper", "transcription"),
        ("gpt-4o-mini-transcribe", "transcription"),
        ("gpt-5", "other"),
    ],
)
def test_the_family_says_what_a_model_can_do(model: str, kind: str) -> None:
    assert Deployment("any", model).kind == kind


def test_a_realtime_deployment_is_found_by_its_name() -> None:
    assert realtime(deploy(voice="gpt-realtime-1.5"), "voice").model == "gpt-realtime-1.5"


@pytest.mark.parametrize(("name", "code"), [("missing", "DeploymentNotFound"), ("text", "OpperationNotSupported")])
def test_any_other_name_is_refused(name: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        realtime(deploy(text="gpt-5"), name)
    assert caught.value.body["error"]["code"] == code


def test_the_default_resource_can_talk_and_transcribe() -> None:
    assert realtime(DEFAULT, "gpt-realtime").kind == "realtime"
    assert transcribers(DEFAULT) == {"gpt-realtime-whisper"}
