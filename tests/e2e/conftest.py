"""What the end-to-end tests share: the product running, a browser, spoken microphones and ears for the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from simulator.knobs import Knobs
from simulator.parts import Speech
from simulator.speech.ladder import choose
from tests.canary_hunt import found_in
from tests.e2e.firefox import firefox
from tests.e2e.hearing import Recording, pcm, spans
from tests.e2e.mortal import Mortal
from tests.e2e.offline import Offline
from tests.e2e.sound_system import SoundSystem
from tests.speech_wav import write_wav

Microphone = Callable[..., Path]
Listen = Callable[[Recording], str]
T = TypeVar("T")


@pytest.fixture(scope="session")
def speech() -> Speech:
    """The same mouth and ears as the simulator's, to make questions and to understand answers."""
    return choose().speech


@pytest.fixture(scope="module")
def playwright_() -> Iterator[Playwright]:
    """Playwright, for one file: while it runs it owns this thread's event loop, which tests elsewhere need."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def programs() -> Iterator[Offline]:
    """The simulator and the local host, running; what they print is searched for secrets at the end."""
    running = Offline()
    try:
        yield running
    finally:
        said = running.stop()
    leaks = found_in(said)
    assert not leaks, f"The simulator or the local host printed the canary {leaks}."


@pytest.fixture
def offline(programs: Offline) -> Iterator[Offline]:
    """The same, with every knob of the simulator where a demo has it."""
    yield programs
    programs.turn(**asdict(Knobs()))


@pytest.fixture
def mortal() -> Iterator[Mortal]:
    """A service of this test's own, to be killed; searched for secrets like the other."""
    running = Mortal()
    try:
        yield running
    finally:
        said = running.stop()
    assert not found_in(said)


@pytest.fixture
def microphone(tmp_path: Path, speech: Speech) -> Microphone:
    """`microphone((text, seconds of silence after it), …)` is a WAV that says so, after `lead` seconds of silence."""

    def speak(*lines: tuple[str, float], lead: float = 3) -> Path:
        path = tmp_path / f"microphone-{len(list(tmp_path.glob('microphone-*.wav')))}.wav"
        _apart(lambda: asyncio.run(write_wav(path, lines, synthesiser=speech.synthesiser, lead_seconds=lead)))
        return path

    return speak


@pytest.fixture
def quiet(microphone: Microphone) -> Path:
    """The microphone of someone who says nothing. (Chromium's own fake one beeps, which is taken for speech.)"""
    return microphone()


@pytest.fixture
def listen(speech: Speech) -> Listen:
    """Everything the assistant was heard to say in a recording, as the recogniser understands it."""

    def understand(recording: Recording) -> str:
        async def words() -> str:
            said = [
                await speech.recogniser.transcribe(pcm(recording.assistant, span))
                for span in spans(recording.assistant)
            ]
            return " ".join(said).lower()

        return _apart(lambda: asyncio.run(words()))

    return understand


@pytest.fixture(scope="module")
def system() -> Iterator[SoundSystem]:
    running = SoundSystem()
    yield running
    running.close()


@pytest.fixture
def sound(system: SoundSystem) -> Iterator[SoundSystem]:
    """A sound system with one microphone, "Desk"."""
    system.plug("Desk")
    yield system
    system.pull_all()


@pytest.fixture(scope="module")
def started(playwright_: Playwright, system: SoundSystem) -> Iterator[Browser]:
    with firefox(playwright_, system) as running:
        yield running


@pytest.fixture
def fox(started: Browser) -> Iterator[Browser]:
    """A Firefox with these devices, without the pages of earlier tests. One start of it serves a file."""
    yield started
    for context in started.contexts:
        context.close()


def _apart(work: Callable[[], T]) -> T:
    """Run `work` in a thread of its own: Playwright's synchronous interface owns an event loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()
