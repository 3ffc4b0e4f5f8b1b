"""A part that a machine cannot have is said in one sentence."""

from __future__ import annotations

import pytest

from devtools import ROOT, parts, requirements


@pytest.mark.parametrize("name", parts.PARTS)
def test_the_sentence_names_part_package_machine_and_stand_in(name: str) -> None:
    sentence = parts.missing_sentence(f"{name}==1.0", "macOS x86_64 with Python 3.13")
    part = parts.PARTS[name]
    assert sentence.startswith(f"No {part.gives} from {name} on macOS x86_64 with Python 3.13")
    assert sentence.endswith(f"{part.stand_in}.")
    assert "\n" not in sentence


def test_every_speech_requirement_and_only_webrtc_besides_is_optional() -> None:
    speech = requirements.read(ROOT / "simulator" / "speech-requirements.txt")
    everything = requirements.read(ROOT / "simulator" / "requirements.txt") + speech
    optional = [line for line in everything if parts.part_of(line)]
    assert {requirements.package(line) for line in optional} == set(parts.PARTS)
    assert set(speech) <= set(optional)


def test_a_machine_is_named_as_a_person_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert parts.this_machine((3, 13)) == "macOS x86_64 with Python 3.13"
