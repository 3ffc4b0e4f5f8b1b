"""From a persona and the page's choices to the session that Azure OpenAI is asked for, and to what the page is told.

The whole session goes into the mint, so the page needs no `session.update` after it connects. Field names and values
are those of the GA session (OpenAI's spec, which Azure follows); `azure_openai.py` wraps and sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicemint.choices import Choices
from voicemint.errors import UnknownPersona
from voicemint.personas import DEFAULT_PERSONA, Persona, Tool
from voicemint.settings import Settings
from voicemint.turn_detection import PRESETS

_LANGUAGE_SENTENCE = 'Hold this conversation in the language with the tag "{tag}", unless you are asked to change it.'
_NO_TOOLS_SENTENCE = "In this conversation you have no tools."


@dataclass(frozen=True)
class Session:
    """A session to ask for: `body` goes upstream, the rest may be told to the page."""

    persona: str
    voice: str
    turn_detection: Mapping[str, Any] | None
    transcription: Mapping[str, Any] | None
    tools: tuple[str, ...]
    body: Mapping[str, Any] = field(repr=False)


def build_session(choices: Choices, personas: Mapping[str, Persona], settings: Settings) -> Session:
    """The session for these choices. Raises `UnknownPersona`."""
    name = choices.persona or DEFAULT_PERSONA
    persona = personas.get(name)
    if persona is None:
        raise UnknownPersona
    language = choices.language or persona.language
    turn_detection = PRESETS[choices.turn_detection or persona.turn_detection].session
    voice = choices.voice or persona.voice
    tools = offered_tools(persona, settings)
    transcription = _transcription(settings.transcription_deployment, language)
    body = {
        "type": "realtime",
        "model": settings.deployment,
        "output_modalities": ["audio"],
        "instructions": _instructions(choices, persona, language, has_tools=bool(tools)),
        "audio": {
            "input": {
                "noise_reduction": None if persona.noise_reduction == "none" else {"type": persona.noise_reduction},
                "transcription": transcription,
                "turn_detection": turn_detection,
            },
            "output": {"voice": voice, "speed": choices.speed or persona.speed},
        },
        "tools": [_function(tool) for tool in tools],
        "tool_choice": "auto" if tools else "none",
    }
    return Session(name, voice, turn_detection, transcription, tuple(tool.name for tool in tools), body)


def offered_tools(persona: Persona, settings: Settings) -> tuple[Tool, ...]:
    """The persona's tools, or none under the private filter: it keeps function calls from the page, which runs them."""
    return () if settings.event_filter == "private" else persona.tools


def _instructions(choices: Choices, persona: Persona, language: str | None, *, has_tools: bool) -> str:
    sentences = [(choices.instructions or persona.instructions).strip()]
    if language:
        sentences.append(_LANGUAGE_SENTENCE.format(tag=language))
    if persona.tools and not has_tools:
        sentences.append(_NO_TOOLS_SENTENCE)
    return "\n\n".join(sentences)


def _transcription(deployment: str | None, language: str | None) -> dict[str, Any] | None:
    """Captions of what the person says. On Azure `model` is a deployment's name; without one there are no captions.

    `language` is the tag's first part only, because the service asks for ISO 639-1 (OpenAI's spec).
    """
    if deployment is None:
        return None
    return {"model": deployment} | ({"language": language.partition("-")[0].lower()} if language else {})


def _function(tool: Tool) -> dict[str, Any]:
    return {"type": "function", "name": tool.name, "description": tool.description, "parameters": tool.parameters}
