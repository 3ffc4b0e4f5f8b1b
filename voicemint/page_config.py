"""What a page may know before a call: `GET /api/config`. Names and titles, never instructions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voicemint import __version__
from voicemint.choices import MAX_INSTRUCTIONS_CHARACTERS
from voicemint.personas import DEFAULT_PERSONA, VOICES, Persona
from voicemint.sessions import offered_tools
from voicemint.settings import CallMode, EventFilter, Settings
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


class LimitsCard(msgspec.Struct, frozen=True):
    """What a caller may use. Null: this deployment cannot know, because calls do not pass through it."""

    max_call_seconds: int
    token_ttl_seconds: int
    max_instructions_characters: int
    calls_per_minute: int
    open_calls: int | None
    minutes_per_day: int | None


class SignInLink(msgspec.Struct, frozen=True):
    provider: str
    title: str
    url: str


class SignInCard(msgspec.Struct, frozen=True):
    """`signed_in` is about whoever asked for this configuration."""

    required: bool
    signed_in: bool
    links: list[SignInLink]


class PageConfig(msgspec.Struct, frozen=True):
    """The body of `GET /api/config`."""

    mode: CallMode
    version: str
    default_persona: str
    personas: list[PersonaCard]
    voices: list[str]
    turn_detection: list[TurnDetectionCard]
    event_filter: EventFilter
    allow_custom_instructions: bool
    limits: LimitsCard
    sign_in: SignInCard


_PROVIDER_TITLES = {
    "aad": "Microsoft",
    "github": "GitHub",
    "google": "Google",
    "facebook": "Facebook",
    "apple": "Apple",
    "twitter": "X",
}


def describe(personas: Mapping[str, Persona], settings: Settings, *, signed_in: bool = False) -> PageConfig:
    """The page's view of this deployment."""
    relay = settings.call_mode == "relay"
    return PageConfig(
        mode=settings.call_mode,
        version=__version__,
        default_persona=DEFAULT_PERSONA,
        personas=[_card(name, persona, settings) for name, persona in personas.items()],
        voices=list(VOICES),
        turn_detection=[TurnDetectionCard(p.name, p.title, p.description) for p in PRESETS.values()],
        event_filter=settings.event_filter,
        allow_custom_instructions=settings.allow_custom_instructions,
        limits=LimitsCard(
            max_call_seconds=settings.max_call_seconds,
            token_ttl_seconds=settings.token_ttl_seconds,
            max_instructions_characters=MAX_INSTRUCTIONS_CHARACTERS,
            calls_per_minute=settings.rate_limit_per_minute,
            open_calls=settings.max_concurrent_calls if relay else None,
            minutes_per_day=settings.max_minutes_per_day if relay else None,
        ),
        sign_in=SignInCard(settings.require_sign_in, signed_in, _links(settings)),
    )


def _links(settings: Settings) -> list[SignInLink]:
    """Where Static Web Apps signs people in. Only offered where signing in changes anything."""
    if not settings.require_sign_in:
        return []
    return [SignInLink(name, _PROVIDER_TITLES[name], f"/.auth/login/{name}") for name in settings.sign_in_providers]


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
