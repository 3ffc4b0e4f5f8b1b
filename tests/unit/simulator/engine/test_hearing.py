"""The ears: turns from sound, recognition that begins early, push-to-talk, the idle timeout."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from simulator.engine.hearing import MARGIN_MS, QUIET_KEPT_MS, Hearing, Turn
from simulator.ids import Ids
from simulator.parts import BYTES_PER_MS, Speech
from simulator.refusals import Rejected
from tests.engine import Humming, LoudnessActivity, ToldRecogniser, silence, voice

pytestmark = pytest.mark.anyio

SERVER_VAD = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 500,
    "idle_timeout_ms": None,
}
SEMANTIC_VAD = {"type": "semantic_vad", "eagerness": "low"}


class Ears:
    """Hearing with a listener that writes down what it is told."""

    def __init__(self, turn_detection: dict[str, Any] | None, heard: Sequence[str | Exception] = ("Hello.",)) -> None:
        self.activity = LoudnessActivity()
        self.recogniser = ToldRecogniser(heard)
        self.told: list[tuple[str, int]] = []
        self.turns: list[Turn] = []
        self.tasks: list[asyncio.Task[Any]] = []
        speech = Speech(self.recogniser, Humming(), lambda: self.activity)
        self.hearing = Hearing(speech, Ids(), self, self.spawn)
        self.configure(turn_detection)

    def configure(self, turn_detection: dict[str, Any] | None, language: str | None = None) -> None:
        transcription = {"model": "any", "language": language}
        self.hearing.configure({"turn_detection": turn_detection, "transcription": transcription})

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        self.tasks.append(asyncio.create_task(work))
        return self.tasks[-1]

    def speech_started(self, item_id: str, audio_start_ms: int) -> None:
        self.told.append(("started", audio_start_ms))

    def speech_stopped(self, turn: Turn, audio_end_ms: int) -> None:
        self.told.append(("stopped", audio_end_ms))
        self.turns.append(turn)

    def waited_in_vain(self, turn: Turn, audio_start_ms: int, audio_end_ms: int) -> None:
        self.told += [("waited from", audio_start_ms), ("waited to", audio_end_ms)]
        self.turns.append(turn)

    async def hear(self, *sounds: bytes) -> None:
        for sound in sounds:
            for start in range(0, len(sound), 4_800):
                self.hearing.hear(sound[start : start + 4_800])
                await asyncio.sleep(0)
        for _ in range(5):
            await asyncio.sleep(0)


async def test_a_turn_and_its_sound() -> None:
    ears = Ears(SERVER_VAD)
    await ears.hear(silence(992), voice(992), silence(700))
    (_, start), (_, end) = ears.told
    assert ears.told == [("started", 692), ("stopped", 2496)]
    assert ears.turns[0].audio_ms == end - start
    assert ears.turns[0].audio == silence(300) + voice(992) + silence(512)
    assert await ears.turns[0].words == "Hello."


async def test_the_recogniser_gets_the_trimmed_turn_before_the_turn_is_over() -> None:
    ears = Ears(SERVER_VAD)
    await ears.hear(silence(992), voice(992), silence(256))
    assert ears.told == [("started", 692)]
    assert ears.recogniser.heard == [silence(MARGIN_MS) + voice(992) + silence(MARGIN_MS)]
    await ears.hear(silence(500))
    assert len(ears.recogniser.heard) == 1
    assert await ears.turns[0].words == "Hello."


async def test_an_early_recognition_is_given_up_when_speech_goes_on() -> None:
    ears = Ears(SERVER_VAD, ["Hel", "Hello again."])
    await ears.hear(voice(640), silence(256), voice(320), silence(600))
    assert len(ears.recogniser.heard) == 2
    assert await ears.turns[0].words == "Hello again."


async def test_a_recogniser_that_breaks_leaves_no_words(caplog: pytest.LogCaptureFixture) -> None:
    ears = Ears(SERVER_VAD, [RuntimeError("out of memory")])
    await ears.hear(voice(640), silence(600))
    assert await ears.turns[0].words is None
    assert "told" in caplog.text


async def test_two_turns_have_two_ids_and_share_no_sound() -> None:
    ears = Ears(SERVER_VAD)
    await ears.hear(voice(640), silence(640), voice(640), silence(640))
    first, second = ears.turns
    assert first.item_id != second.item_id
    assert ears.told[2][1] >= ears.told[1][1]


async def test_the_language_reaches_the_recogniser() -> None:
    ears = Ears(SERVER_VAD)
    ears.configure(SERVER_VAD, "de")
    await ears.hear(voice(640), silence(640))
    assert ears.recogniser.languages == ["de"]


async def test_semantic_vad_ends_on_finished_words_and_waits_for_more_otherwise() -> None:
    ears = Ears(SEMANTIC_VAD, ["I want to", "I want to go home."])
    await ears.hear(voice(640), silence(1_600))
    assert ears.told == [("started", 0)]
    await ears.hear(voice(640), silence(640))
    assert ears.told[-1][0] == "stopped"
    assert await ears.turns[0].words == "I want to go home."


async def test_push_to_talk_commits_what_was_pressed() -> None:
    ears = Ears(None)
    await ears.hear(voice(500), silence(800))
    ears.hearing.clear()
    await ears.hear(silence(320), voice(640), silence(320))
    turn = ears.hearing.commit()
    assert ears.told == []
    assert turn.audio == silence(320) + voice(640) + silence(320)
    assert await turn.words == "Hello."
    assert len(ears.recogniser.heard[0]) <= (640 + 2 * MARGIN_MS + 64) * BYTES_PER_MS
    assert ears.hearing.position_ms == 2_580


async def test_a_commit_in_which_no_speech_was_found_is_recognised_all_the_same() -> None:
    ears = Ears(None)
    await ears.hear(silence(500))
    turn = ears.hearing.commit()
    await turn.words
    assert ears.recogniser.heard == [silence(500)]


@pytest.mark.parametrize("milliseconds", [0, 50])
async def test_too_little_to_commit(milliseconds: int) -> None:
    ears = Ears(None)
    await ears.hear(silence(milliseconds))
    with pytest.raises(Rejected, match=f"only has {milliseconds}.00ms") as refusal:
        ears.hearing.commit()
    assert refusal.value.code == "input_audio_buffer_commit_empty"


async def test_a_commit_in_the_middle_of_speech_keeps_the_id() -> None:
    ears = Ears(SERVER_VAD)
    started: list[str] = []
    ears.speech_started = lambda item_id, audio_start_ms: started.append(item_id)  # type: ignore[method-assign]
    await ears.hear(voice(640))
    turn = ears.hearing.commit()
    assert started == [turn.item_id]
    await turn.words
    await ears.hear(silence(1_000))
    assert ears.turns == []


async def test_other_turn_detection_gives_up_a_turn_and_the_same_does_not() -> None:
    ears = Ears(SERVER_VAD)
    await ears.hear(voice(640))
    ears.configure(dict(SERVER_VAD))
    await ears.hear(silence(640))
    assert [name for name, _ in ears.told] == ["started", "stopped"]
    await ears.hear(voice(640))
    ears.configure(None)
    await ears.hear(silence(2_000))
    assert [name for name, _ in ears.told] == ["started", "stopped", "started"]


async def test_silence_is_not_kept_for_ever() -> None:
    ears = Ears(SERVER_VAD)
    ears.hearing.hear(silence(QUIET_KEPT_MS + 30_000))
    assert ears.hearing.commit().audio_ms == QUIET_KEPT_MS


async def test_the_idle_timeout_counts_from_where_it_is_told() -> None:
    ears = Ears({**SERVER_VAD, "idle_timeout_ms": 5_000})
    await ears.hear(silence(9_000))
    assert ears.told == []
    ears.hearing.await_speech(9_672)
    await ears.hear(silence(6_000))
    assert ears.told == [("waited from", 9_672), ("waited to", 14_688)]
    assert await ears.turns[0].words == ""
    await ears.hear(silence(9_000))
    assert len(ears.told) == 2


@pytest.mark.parametrize("sound", [voice(1_000), b""])
async def test_no_idle_timeout_after_speech_or_when_called_off(sound: bytes) -> None:
    ears = Ears({**SERVER_VAD, "idle_timeout_ms": 5_000})
    ears.hearing.await_speech(0)
    await ears.hear(sound)
    if not sound:
        ears.hearing.await_speech(None)
    await ears.hear(silence(9_000))
    assert "waited from" not in [name for name, _ in ears.told]


async def test_release_gives_the_voice_activity_back() -> None:
    ears = Ears(None)
    ears.hearing.release()
    assert ears.activity.released == 1
