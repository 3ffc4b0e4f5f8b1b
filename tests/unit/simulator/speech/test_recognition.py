"""Tests of the recognisers with models that write down what they were given."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.speech.missing import PartMissingError
from simulator.speech.pcm import pcm_of, silence
from simulator.speech.recognition import MAX_TURN_SECONDS, MoonshineRecogniser, NoRecogniser, SphinxRecogniser

pytestmark = pytest.mark.anyio


def sound(milliseconds: int) -> bytes:
    return pcm_of((0.3 * np.sin(np.arange(24 * milliseconds) / 10)).astype(np.float32))


class Transcriber:
    """Stands in for moonshine's: two lines, and a note of what came in."""

    def __init__(self, folder: str, arch: str, options: dict[str, str]) -> None:
        self.options = options
        self.heard: list[tuple[int, int, str]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.inside = 0
        self.most_inside = 0
        self.lost: list[str] = []

    def transcribe_without_streaming(self, samples: list[float], rate: int) -> Any:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        assert self.gate.wait(20)
        self.heard.append((len(samples), rate, threading.current_thread().name))
        self.inside -= 1
        if self.lost:
            return SimpleNamespace(lines=[SimpleNamespace(text=self.lost.pop(0))])
        return SimpleNamespace(
            lines=[
                SimpleNamespace(text=" Hello there. "),
                SimpleNamespace(text="\u266a \u266a"),
                SimpleNamespace(text="Bye."),
            ]
        )


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    for name in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.fixture
def moonshine(model_folder: Path) -> Any:
    made: list[Transcriber] = []

    def transcriber(*args: Any, **options: Any) -> Transcriber:
        made.append(Transcriber(*args, **options))
        return made[-1]

    return SimpleNamespace(
        get_model_path=lambda name: model_folder,
        ModelArch=SimpleNamespace(TINY="tiny"),
        Transcriber=transcriber,
        made=made,
    )


async def test_the_words_of_all_lines_are_joined(moonshine: Any):
    assert await MoonshineRecogniser(moonshine).transcribe(sound(500)) == "Hello there. Bye."


async def test_the_model_hears_the_trimmed_turn_at_its_own_rate_in_another_thread(moonshine: Any):
    await MoonshineRecogniser(moonshine).transcribe(silence(700) + sound(500) + silence(900))

    (length, rate, thread), *_ = moonshine.made[0].heard
    assert rate == 16_000
    assert length / 16 == pytest.approx(700, abs=25)
    assert thread.startswith("recogniser")


async def test_the_models_own_voice_detector_is_off(moonshine: Any):
    MoonshineRecogniser(moonshine)

    assert moonshine.made[0].options["vad_threshold"] == "0"


async def test_silence_has_no_words_and_is_not_shown_to_the_model(moonshine: Any):
    assert await MoonshineRecogniser(moonshine).transcribe(silence(2000)) == ""
    assert moonshine.made[0].heard == []


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        (["\u4e0d\u4e0d\u4e0d"], "Hello there. Bye."),
        (["\u4e0d\u4e0d, what is two?", "What is two?"], "What is two?"),
        (["\u4e0d\u4e0d", "\u043d\u0435\u0442, so \u00e9clair \u2014 yes"], ", so \u00e9clair \u2014 yes"),
        (["\u4e0d\u4e0d", "\u4e0d\u4e0d"], ""),
    ],
    ids=["all of it", "a part of it", "twice, a part", "twice"],
)
async def test_an_english_model_that_writes_another_script_hears_it_again_after_silence(
    moonshine: Any, written: list[str], heard: str
):
    recogniser = MoonshineRecogniser(moonshine)
    moonshine.made[0].lost = written

    assert await recogniser.transcribe(sound(500)) == heard
    (first, _, _), (second, _, _) = moonshine.made[0].heard
    assert second - first == 1_600


async def test_what_is_too_short_for_a_word_is_not_shown_to_the_model(moonshine: Any):
    assert await MoonshineRecogniser(moonshine).transcribe(sound(60)) == ""
    assert moonshine.made[0].heard == []


async def test_a_very_long_turn_is_heard_from_its_end_and_in_segments(moonshine: Any):
    words = await MoonshineRecogniser(moonshine).transcribe(sound(1000 * (MAX_TURN_SECONDS + 20)))

    lengths = [length for length, _, _ in moonshine.made[0].heard]
    assert sum(lengths) == pytest.approx(MAX_TURN_SECONDS * 16_000, abs=len(lengths))
    assert max(lengths) <= 12 * 16_000
    assert words == " ".join(["Hello there. Bye."] * len(lengths))


async def test_the_model_is_never_entered_twice_and_a_cancelled_turn_is_dropped(moonshine: Any):
    recogniser = MoonshineRecogniser(moonshine)
    model = moonshine.made[0]
    model.gate.clear()
    first, dropped, third = (asyncio.ensure_future(recogniser.transcribe(sound(300))) for _ in range(3))
    await asyncio.sleep(0)
    dropped.cancel()
    await asyncio.gather(dropped, return_exceptions=True)  # the worker thread is told a moment after the task
    model.gate.set()

    assert await first == await third == "Hello there. Bye."
    assert dropped.cancelled()
    assert len(model.heard) == 2
    assert model.most_inside == 1


async def test_a_wheel_without_its_model_says_which_file_is_missing(moonshine: Any, model_folder: Path):
    (model_folder / "tokenizer.bin").unlink()

    with pytest.raises(PartMissingError, match=r"tokenizer\.bin"):
        MoonshineRecogniser(moonshine)
    assert moonshine.made == []


class Decoder:
    """Stands in for pocketsphinx's."""

    def __init__(self, **options: Any) -> None:
        self.options, self.steps = options, []

    def start_utt(self) -> None:
        self.steps.append("start")

    def process_raw(self, pcm: bytes, full_utt: bool) -> None:
        self.steps.append(("sound", len(pcm), full_utt))

    def end_utt(self) -> None:
        self.steps.append("end")

    def hyp(self) -> Any:
        return SimpleNamespace(hypstr="hello there") if self.steps[1][1] > 12_000 else None


async def test_sphinx_gets_whole_utterances_and_may_understand_nothing():
    recogniser = SphinxRecogniser(SimpleNamespace(Decoder=Decoder))

    assert await recogniser.transcribe(sound(500)) == "hello there"
    assert await SphinxRecogniser(SimpleNamespace(Decoder=Decoder)).transcribe(sound(100)) == ""
    assert await recogniser.transcribe(silence(100)) == ""


async def test_without_a_recogniser_speech_is_at_least_noticed():
    assert await NoRecogniser().transcribe(sound(300)) == "(speech)"
    assert await NoRecogniser().transcribe(silence(300)) == ""
