"""What a page may know before a call: `GET /api/config`. Names and titles, never instructions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voicemint import __version__
from voicemint.choices import MAX_INSTRUCTIONS_CHARACTERS
from voicemint.personas import DEFAULT_PERSONA, VOICES, Persona
from voicemint.sessions import offered_tools
from voicemint.settings import Settings
from voicemint.turn_detection import PRESETS


class PersonaCard(msgspec.Struct, frozen=True):
    name: str
    title: str
    description: str
    greeting: str
    voice: str
    turn_detection: str
    language: str | None
    tools: list[str]


class TurnDetectionCard(msgspec.Struct, frozen=True):
    name: str
    title: str
    description: str


class Limits(msgspec.Struct, frozen=True):
    max_call_seconds: int
    token_ttl_seconds: int
    max_instructions_characters: int


class SignIn(msgspec.Struct, frozen=True):
    required: bool = False
    links: list[str] = []


class PageConfig(msgspec.Struct, frozen=True):
    mode: str
    version: str
    default_persona: str
    personas: list[PersonaCard]
    voices: list[str]
    turn_detection: list[TurnDetectionCard]
    event_filter: str
    allow_custom_instructions: bool
    limits: Limits
    sign_in: SignIn


def describe(personas: Mapping[str, Persona], settings: Settings) -> PageConfig:
    """The page's view of this deployment."""
    return PageConfig(
        mode="token",
        version=__version__,
        default_persona=DEFAULT_PERSONA,
        personas=[_card(name, persona, settings) for name, persona in personas.items()],
        voices=list(VOICES),
        turn_detection=[TurnDetectionCard(p.name, p.title, p.description) for p in PRESETS.values()],
        event_filter=settings.event_filter,
        allow_custom_instructions=settings.allow_custom_instructions,
        limits=Limits(settings.max_call_seconds, settings.token_ttl_seconds, MAX_INSTRUCTIONS_CHARACTERS),
        sign_in=SignIn(),
    )


def _card(name: str, persona: Persona, settings: Settings) -> PersonaCard:
    return PersonaCard(
        name=name,
        title=persona.title,
        description=persona.description,
        greeting=persona.greeting,
        voice=persona.voice,
        turn_detection=persona.turn_detection,
        language=persona.language,
        tools=[tool.name for tool in offered_tools(persona, settings)],
    )
