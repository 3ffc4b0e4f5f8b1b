"""How long one waits for an answer, and how soon it falls silent: `python -m bench.turns`.

Real audio in Chromium against the offline service. Both sides are recorded on one time line inside the browser, so the
figures hold everything that a listener would feel: the configured silence, recognition, speech, network, jitter buffer.
Prints a table and writes it to bench/results/turns.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from simulator.speech.ladder import choose
from tests.e2e.chromium import Visitor, chromium
from tests.e2e.hearing import Recording, Span, spans
from tests.e2e.offline import Offline
from tests.speech_wav import write_wav

RESULTS = Path(__file__).parent / "results" / "turns.json"
QUESTIONS = [
    "What is seven times eight?",
    "What is the capital of France?",
    "What is twelve plus thirty?",
    "What is the capital of Japan?",
    "What is ninety minus four?",
    "What is the capital of Italy?",
]
STORY, INTERRUPTION = "Tell me a long story.", "Stop. What is two plus two?"


def answer_waits(recording: Recording) -> list[float]:
    """Milliseconds from the end of each question to the start of the answer that follows it."""
    answers = spans(recording.assistant, gap=1.0)
    waits = []
    for question in spans(recording.microphone, gap=1.0):
        following = [answer.start for answer in answers if answer.start > question.end]
        if following:
            waits.append(1000 * (following[0] - question.end))
    return waits


def silence_wait(recording: Recording) -> float | None:
    """Milliseconds from the first sound of the interruption to the last sound of the story; None if they missed.

    The microphone's silence is digital, so its first sound is found at a very low level: a soft "s" counts too.
    """
    spoken = spans(recording.microphone, level=0.001, gap=1.0)
    if len(spoken) < 2:
        return None
    told: list[Span] = [span for span in spans(recording.assistant) if span.start < spoken[1].start]
    if not told or told[-1].end < spoken[1].start:
        return None
    return 1000 * (told[-1].end - spoken[1].start)


def record(playwright: Playwright, page: str, wav: Path, answers: int) -> Recording:
    """One call with `wav` as the microphone, until `answers` answers have been given and played."""
    with chromium(playwright, wav) as browser:
        visitor = Visitor(browser, page)
        visitor.start()
        visitor.expect_turns("assistant", answers)
        visitor.expect_activity("listening")
        recording = visitor.heard()
        visitor.stop()
    return recording


def write_microphones(folder: Path) -> tuple[Path, Path]:
    """The WAVs of the questions and of the interruption."""
    questions, interruption = folder / "questions.wav", folder / "interruption.wav"
    synthesiser = choose().speech.synthesiser

    async def write() -> None:
        asked = [(text, 5.0) for text in QUESTIONS]
        await write_wav(questions, asked, synthesiser=synthesiser, lead_seconds=3)
        cut_in = [(STORY, 5.0), (INTERRUPTION, 10.0)]
        await write_wav(interruption, cut_in, synthesiser=synthesiser, lead_seconds=3)

    asyncio.run(write())
    return questions, interruption


def summary(values: list[float]) -> dict[str, float]:
    return {
        "n": len(values),
        "min": round(min(values)),
        "median": round(statistics.median(values)),
        "max": round(max(values)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure spoken turns in Chromium against the offline service.")
    parser.add_argument("--rounds", type=int, default=3, help="calls of each kind (default 3)")
    rounds = parser.parse_args().rounds
    waits: list[float] = []
    silences: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        questions, interruption = write_microphones(Path(folder))
        offline = Offline()
        try:
            with sync_playwright() as playwright:
                for _ in range(rounds):
                    waits += answer_waits(record(playwright, offline.page, questions, len(QUESTIONS)))
                    silence = silence_wait(record(playwright, offline.page, interruption, 2))
                    silences += [] if silence is None else [silence]
        finally:
            offline.stop()
    figures = {
        "end of speech to audible answer, ms (500 of them the configured silence)": summary(waits),
        "interruption to silence, ms": summary(silences),
    }
    for name, row in figures.items():
        print(f"{name}: n {row['n']}, min {row['min']}, median {row['median']}, max {row['max']}")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    RESULTS.write_text(json.dumps({"machine": machine, "figures": figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
