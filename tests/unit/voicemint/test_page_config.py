"""What the page may know before a call."""

from __future__ import annotations

from tests.canaries import CANARY_INSTRUCTIONS
from tests.mint_support import PERSONAS, plain, settings
from voicemint import __version__
from voicemint.page_config import describe
from voicemint.personas import Persona
from voicemint.setting_list import PROVIDERS


def test_the_configuration_is_the_contracts() -> None:
    persona = Persona("Title", "Description.", "Hello.", CANARY_INSTRUCTIONS, "ash", "quiet", language="en")
    described = plain(describe({"assistant": persona}, settings()))
    presets = described.pop("turn_detection")

    assert described == {
        "mode": "token",
        "version": __version__,
        "default_persona": "assistant",
        "personas": [
            {
                "name": "assistant",
                "title": "Title",
                "description": "Description.",
                "greeting": "Hello.",
                "voice": "ash",
                "turn_detection": "quiet",
                "language": "en",
                "tools": [],
            }
        ],
        "voices": ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"],
        "event_filter": "open",
        "allow_custom_instructions": False,
        "limits": {
            "max_call_seconds": 900,
            "token_ttl_seconds": 60,
            "max_instructions_characters": 4000,
            "calls_per_minute": 10,
            "open_calls": None,
            "minutes_per_day": None,
        },
        "sign_in": {"required": False, "signed_in": False, "links": []},
    }
    assert [preset["name"] for preset in presets] == ["quiet", "office", "street", "semantic", "push_to_talk"]
    assert {tuple(preset) for preset in presets} == {("name", "title", "description")}


def test_settings_show_where_they_should() -> None:
    described = describe(
        PERSONAS,
        settings(
            EVENT_FILTER="private",
            ALLOW_CUSTOM_INSTRUCTIONS="true",
            MAX_CALL_SECONDS="300",
            TOKEN_TTL_SECONDS="30",
        ),
    )

    assert (described.event_filter, described.allow_custom_instructions) == ("private", True)
    assert (described.limits.max_call_seconds, described.limits.token_ttl_seconds) == (300, 30)


def test_tools_are_named_where_they_can_work() -> None:
    def tools(event_filter: str) -> dict[str, list[str]]:
        cards = describe(PERSONAS, settings(EVENT_FILTER=event_filter)).personas
        return {card.name: card.tools for card in cards}

    assert tools("open")["designer"] == ["get_page_html", "set_background_color", "set_text_color", "end_call"]
    assert tools("private")["designer"] == []


def test_no_instructions_are_in_it() -> None:
    text = str(plain(describe(PERSONAS, settings())))

    for persona in PERSONAS.values():
        assert not any(line in text for line in persona.instructions.splitlines() if len(line) > 20)


def test_limits_that_only_a_relay_can_hold_are_told_only_there() -> None:
    described = describe(PERSONAS, settings(CALL_MODE="relay", MAX_CONCURRENT_CALLS="3", MAX_MINUTES_PER_DAY="30"))

    assert (described.mode, described.limits.open_calls, described.limits.minutes_per_day) == ("relay", 3, 30)


def test_the_ways_to_sign_in_are_shown_where_one_must() -> None:
    must = settings(REQUIRE_SIGN_IN="true", TRUST_CLIENT_PRINCIPAL="true", SIGN_IN_PROVIDERS="github,aad")

    assert plain(describe(PERSONAS, must, signed_in=True).sign_in) == {
        "required": True,
        "signed_in": True,
        "links": [
            {"provider": "github", "title": "GitHub", "url": "/.auth/login/github"},
            {"provider": "aad", "title": "Microsoft", "url": "/.auth/login/aad"},
        ],
    }


def test_every_provider_has_a_title() -> None:
    everyone = settings(REQUIRE_SIGN_IN="true", TRUST_CLIENT_PRINCIPAL="true", SIGN_IN_PROVIDERS=", ".join(PROVIDERS))

    assert all(link.title for link in describe(PERSONAS, everyone).sign_in.links)
