"""Sessions: what persona, choices and settings make of each other. The whole JSON is pinned by the contract tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canaries import CANARY_INSTRUCTIONS
from tests.mint_support import PERSONAS, settings
from voicemint.choices import Choices
from voicemint.errors import UnknownPersona
from voicemint.personas import Persona
from voicemint.sessions import Session, build_session, offered_tools
from voicemint.turn_detection import PRESETS

TOOLLESS = Persona("T", "D.", "G.", "I.", "ash", "quiet")


def build(choices: Choices | None = None, **changes: str) -> Session:
    return build_session(choices or Choices(), PERSONAS, settings(**changes))


def audio(session: Session) -> Any:
    return session.body["audio"]


def test_nothing_chosen_is_the_default_persona_as_written() -> None:
    session = build()
    persona = PERSONAS["assistant"]

    assert session.persona == "assistant"
    assert session.body["instructions"] == persona.instructions.strip()
    assert audio(session)["output"] == {"voice": persona.voice, "speed": 1.0}
    assert audio(session)["input"]["turn_detection"] == PRESETS["office"].session


def test_choices_win_over_the_persona() -> None:
    session = build(Choices(persona="tutor", voice="echo", turn_detection="push_to_talk", speed=1.5))

    assert (session.persona, session.voice, session.turn_detection) == ("tutor", "echo", None)
    assert audio(session)["output"] == {"voice": "echo", "speed": 1.5}
    assert audio(session)["input"]["turn_detection"] is None


@pytest.mark.parametrize("name", ["nobody", "Assistant", "../assistant", "assistant.toml"])
def test_an_unknown_persona_is_an_error(name: str) -> None:
    with pytest.raises(UnknownPersona):
        build(Choices(persona=name))


def test_custom_instructions_replace_the_personas() -> None:
    assert build(Choices(instructions="  Be a pirate. ")).body["instructions"] == "Be a pirate."


def test_a_language_goes_into_the_transcription_and_one_sentence() -> None:
    session = build(Choices(language="PT-br", instructions="Be brief."))

    assert session.transcription == {"model": "gpt-realtime-whisper", "language": "pt"}
    assert session.body["instructions"] == (
        'Be brief.\n\nHold this conversation in the language with the tag "PT-br", unless you are asked to change it.'
    )


def test_a_persona_may_have_a_language_and_the_page_another() -> None:
    persona = Persona("T", "D.", "G.", "I.", "ash", "quiet", language="de")
    for chosen, heard in ((None, "de"), ("fr", "fr")):
        session = build_session(Choices(language=chosen), {"assistant": persona}, settings())
        assert session.transcription == {"model": "gpt-realtime-whisper", "language": heard}


def test_without_a_transcription_deployment_there_is_none() -> None:
    session = build(Choices(language="en"), AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT="")

    assert session.transcription is None
    assert audio(session)["input"]["transcription"] is None


@pytest.mark.parametrize(("reduction", "sent"), [("near_field", {"type": "near_field"}), ("none", None)])
def test_noise_reduction_can_be_off(reduction: Any, sent: object) -> None:
    persona = Persona("T", "D.", "G.", "I.", "ash", "quiet", noise_reduction=reduction)
    session = build_session(Choices(), {"assistant": persona}, settings())

    assert audio(session)["input"]["noise_reduction"] == sent


def test_tools_are_sent_in_the_flat_shape() -> None:
    session = build(Choices(persona="designer"))

    assert session.tools == ("get_page_html", "set_background_color", "set_text_color", "end_call")
    assert [set(tool) for tool in session.body["tools"]] == [{"type", "name", "description", "parameters"}] * 4
    assert session.body["tool_choice"] == "auto"
    without = build_session(Choices(), {"assistant": TOOLLESS}, settings())
    assert without.body["tools"] == []
    assert without.body["tool_choice"] == "none"


def test_the_private_filter_takes_the_tools_away_and_says_so() -> None:
    session = build(Choices(persona="designer"), EVENT_FILTER="private")

    assert session.tools == ()
    assert session.body["tools"] == []
    assert session.body["tool_choice"] == "none"
    assert session.body["instructions"].endswith("\n\nIn this conversation you have no tools.")
    without = build_session(Choices(), {"assistant": TOOLLESS}, settings(EVENT_FILTER="private"))
    assert "no tools" not in without.body["instructions"]
    assert offered_tools(PERSONAS["designer"], settings(EVENT_FILTER="private")) == ()


def test_a_session_does_not_print_its_instructions() -> None:
    assert CANARY_INSTRUCTIONS not in repr(build(Choices(instructions=CANARY_INSTRUCTIONS)))
