"""A whole spoken conversation in Chromium: real microphone audio in, real speech out, everything freed at the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Listen, Microphone
from tests.e2e.hearing import spans
from tests.e2e.offline import Offline


def test_three_spoken_questions_get_three_spoken_answers(
    playwright_: Playwright, offline: Offline, microphone: Microphone, listen: Listen
) -> None:
    wav = microphone(
        ("What is seven times eight?", 6), ("What is the capital of France?", 6), ("Can you tell me a joke?", 12)
    )
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        asked = [text.lower() for text in visitor.expect_turns("user", 3)]
        captions = visitor.expect_turns("assistant", 3)
        visitor.expect_activity("listening")
        heard = listen(visitor.heard_out())
        visitor.stop()

    assert "times" in asked[0]
    assert "capital" in asked[1]
    assert "france" in asked[1]
    assert "joke" in asked[2]
    assert "56" in captions[0]
    assert "Paris" in captions[1]
    assert re.search("56|fifty.six", heard)
    assert "paris" in heard
    assert len(heard.split()) > 15, "the third answer, a joke, was not heard"
    assert visitor.complaints == []


def test_interrupting_cuts_the_answer_short(playwright_: Playwright, offline: Offline, microphone: Microphone) -> None:
    wav = microphone(("Tell me a long story.", 5), ("Stop. What is two plus two?", 15))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        visitor.expect_turns("user", 2)
        story, answer = visitor.expect_turns("assistant", 2)
        interrupted = visitor.page.locator('#captions [data-role="assistant"]').first
        expect(interrupted).to_have_attribute("data-status", "interrupted")
        visitor.expect_activity("listening")
        recording = visitor.heard_out()
        visitor.stop()

    talking = spans(recording.assistant, gap=1.0)
    interruption = spans(recording.microphone, gap=1.0)[1]
    story_heard = talking[0]
    assert story_heard.start < interruption.start < story_heard.end, "the interruption did not fall into the story"
    assert story_heard.end < interruption.end, "the story went on after the interruption was over"
    assert len(story.split()) < 60, "the caption keeps words that were never heard"
    assert "4" in answer
    assert visitor.complaints == []


def test_stop_frees_everything(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        session = min(offline.sessions(), key=lambda one: one["seconds"])["id"]
        visitor.stop()
        left = visitor.page.evaluate(
            """() => ({
                connections: __recorder.connections.map((one) => one.connectionState),
                tracks: __recorder.microphones.flatMap((one) => one.getTracks().map((track) => track.readyState)),
                voice: document.querySelector("voice-call").player.srcObject,
            })"""
        )
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")
        _until_gone(session, offline, visitor)

    assert left == {"connections": ["closed"], "tracks": ["ended"], "voice": None}
    assert visitor.complaints == []


def _until_gone(session: str, offline: Offline, visitor: Visitor) -> None:
    """The service learns of the end from the network: at once of a closed connection, late of a lost one."""
    for _ in range(100):
        if session not in [one["id"] for one in offline.sessions()]:
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError("the session is still open on the server")


def test_a_call_can_be_started_again(playwright_: Playwright, offline: Offline, microphone: Microphone) -> None:
    wav = microphone(
        ("What is seven times eight?", 20),
    )
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page, record=False)
        visitor.start()
        visitor.expect_turns("assistant", 1)
        visitor.stop()
        visitor.page.get_by_role("button", name="Start again").click()
        visitor.expect_state("live")
        visitor.type("What is the capital of Italy?")
        assert "Rome" in visitor.expect_turns("assistant", 2)[1]


def test_a_double_tap_counts_once(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.page.locator("#primary").dblclick()
        visitor.expect_state("live")
        visitor.page.locator("#primary").dblclick()
        visitor.expect_state("ended")
        assert visitor.page.evaluate("__recorder.microphones.length") == 1
    assert visitor.complaints == []


def test_nothing_secret_is_shown_to_the_browser(
    playwright_: Playwright, offline: Offline, hunt: Callable[[str, str], None], quiet: Path
) -> None:
    bodies: list[str] = []
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, record=False)
        visitor.page.on("response", lambda reply: "/api/" in reply.url and bodies.append(reply.text()))
        visitor.start()
        visitor.stop()
        shown = visitor.page.content()
    assert bodies
    hunt("\n".join(bodies), "the replies to the browser")
    hunt(shown, "the page")
    assert all('"instructions"' not in body for body in bodies)
