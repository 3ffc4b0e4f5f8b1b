"""Tests of the synthesiser with a model of sines: what it is asked for, when, and what comes out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.speech.missing import PartMissingError
from simulator.speech.pcm import samples_of, sounding
from simulator.speech.synthesis import HibariSynthesiser
from simulator.speech.voices import VOICES

pytestmark = pytest.mark.anyio

LEAD, BODY, TAIL = 24, 40, 36
"""Columns (12.5 ms each) of silence, sound and silence in every sentence of the model of sines."""


class Model:
    """Stands in for `hibari.Hibari`: the same for every sentence, longer if slower."""

    def __init__(self, model: str, threads: int) -> None:
        self.asked: list[str] = []
        self.tempos: list[float] = []
        self.sess = self

    def phonemize(self, text: str) -> list[str]:
        self.asked.append(text)
        return [text] if any(letter.isalpha() for letter in text) else []

    def ids(self, phonemes: str) -> list[int]:
        return [0, 1, 0]

    def run(self, _: None, inputs: dict[str, Any]) -> list[Any]:
        tempo = float(inputs["speed"][0])
        self.tempos.append(tempo)
        count = round((LEAD + BODY + TAIL) / tempo)
        spectrum = np.zeros((1, 601, count), np.float32)
        pitch = np.zeros((1, count), np.float32)
        pitch[:, round(LEAD / tempo) : round((LEAD + BODY) / tempo)] = 200.0
        return [spectrum] * 5 + [pitch]


def render(*columns: Any) -> np.ndarray:
    pitch = np.repeat(columns[5], 300)
    return (0.4 * np.sin(np.cumsum(2 * np.pi * pitch / 24_000)) * (pitch > 0)).astype(np.float32)


@pytest.fixture
def hibari(tmp_path: Path) -> Any:
    (tmp_path / "hibari.onnx").touch()
    made: list[Model] = []

    def model(**options: Any) -> Model:
        made.append(Model(**options))
        return made[-1]

    return SimpleNamespace(
        tts=SimpleNamespace(ASSETS=str(tmp_path)), dsp=SimpleNamespace(synth=render), Hibari=model, made=made
    )


async def spoken(synthesiser: HibariSynthesiser, text: str, voice: str = "marin", speed: float = 1.0) -> list[bytes]:
    return [piece async for piece in synthesiser.speak(text, voice, speed)]


def milliseconds(pcm: bytes) -> float:
    return len(pcm) / 48


def hertz(pcm: bytes) -> float:
    samples = samples_of(pcm)
    first, last = sounding(samples)
    middle = samples[first + 1200 : last - 1200]
    return int(np.sum((middle[:-1] < 0) & (middle[1:] >= 0))) / (len(middle) / 24_000)


async def test_leading_silence_is_cut_and_a_pause_is_left_after_the_sentence(hibari: Any):
    (piece,) = await spoken(HibariSynthesiser(hibari), "Hello.")
    first, last = sounding(samples_of(piece))

    assert first / 24 <= 20
    assert milliseconds(piece) - last / 24 == pytest.approx(260, abs=20)


async def test_the_first_piece_of_a_long_text_needs_no_other_to_be_synthesised(hibari: Any):
    synthesiser = HibariSynthesiser(hibari)
    before = len(hibari.made[0].asked)
    pieces = synthesiser.speak("One. Two. Three. Four.", "marin")

    assert await anext(pieces)
    assert hibari.made[0].asked[before:] == ["One."]
    await pieces.aclose()


async def test_what_cannot_be_pronounced_is_silent(hibari: Any):
    assert await spoken(HibariSynthesiser(hibari), "!!!") == []
    assert await spoken(HibariSynthesiser(hibari), "") == []


@pytest.mark.parametrize("voice", VOICES)
async def test_each_voice_has_its_pitch_and_tempo(hibari: Any, voice: str):
    (piece,) = await spoken(HibariSynthesiser(hibari), "Hello.", voice)
    first, last = sounding(samples_of(piece))

    assert hertz(piece) == pytest.approx(200 * VOICES[voice].pitch, rel=0.04)
    assert (last - first) / 24 == pytest.approx(500 / VOICES[voice].tempo, rel=0.06)


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.0, 1.5])
async def test_speed_changes_tempo_but_not_pitch(hibari: Any, speed: float):
    (piece,) = await spoken(HibariSynthesiser(hibari), "Hello.", "marin", speed)
    first, last = sounding(samples_of(piece))

    assert (last - first) / 24 == pytest.approx(500 / speed, rel=0.06)
    assert hertz(piece) == pytest.approx(200, rel=0.04)


async def test_the_model_is_never_asked_for_a_tempo_that_it_cannot_speak(hibari: Any):
    synthesiser = HibariSynthesiser(hibari)
    for speed in (0.25, 1.5):
        await spoken(synthesiser, "Hello.", "cedar", speed)

    assert all(0.59 < tempo < 1.21 for tempo in hibari.made[0].tempos)


async def test_a_wheel_without_its_model_says_so(hibari: Any, tmp_path: Path):
    (tmp_path / "hibari.onnx").unlink()

    with pytest.raises(PartMissingError, match=r"hibari\.onnx"):
        HibariSynthesiser(hibari)
    assert hibari.made == []
