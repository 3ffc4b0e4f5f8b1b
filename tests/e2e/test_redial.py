"""A drop is no failure: the page dials again by itself, and the new session knows what was said in the old one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Listen, Microphone
from tests.e2e.kept import kept
from tests.e2e.mortal import Mortal
from tests.e2e.offline import Offline
from tests.e2e.sound_system import SoundSystem
from tests.e2e.test_accessibility import AXE, expect_no_violation

MODES = ["token", "relay"]
IMPATIENT = """
    // A tenth of every pause between a second and ten: the same attempts in less time.
    const wait = window.setTimeout.bind(window);
    window.setTimeout = (work, ms = 0, ...more) => wait(work, ms >= 1000 && ms <= 10000 ? ms / 10 : ms, ...more);
"""
SOONER = """
    // A drop is believed in after half a second and not five, and an attempt may take four and not twenty.
    const wait = window.setTimeout.bind(window);
    const sooner = { 5000: 500, 20000: 4000 };
    window.setTimeout = (work, ms = 0, ...more) => wait(work, sooner[ms] ?? ms, ...more);
"""


def captions(visitor: Visitor) -> list[str]:
    return visitor.page.locator("#captions [data-role] .text").all_inner_texts()


def expect_name_known(visitor: Visitor, before: list[str]) -> list[str]:
    """The conversation goes on with the same microphone, and Ada's name is known. Its captions, when it has ended."""
    visitor.type("What is my name?")
    answer = visitor.expect_turns("assistant", 2)[1]
    after = captions(visitor)
    asked = visitor.page.evaluate("__recorder.microphones.length")
    visitor.stop()
    assert "Ada" in answer
    assert after == [*before, "What is my name?", answer]
    assert asked == 1, "the microphone was asked for again"
    return after


@pytest.mark.parametrize("mode", MODES)
def test_a_killed_service_that_comes_back_is_dialled_again_and_knows_what_was_said(
    playwright_: Playwright, mortal: Mortal, quiet: Path, mode: str
) -> None:
    host = mortal.host(mode)
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, host.url, first=SOONER)
        visitor.start()
        visitor.type("My name is Ada.")
        visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        visitor.page.get_by_role("button", name="Mute").click()
        before = captions(visitor)
        mortal.die()
        visitor.expect_state("reconnecting")
        expect(visitor.page.locator("#hint")).to_have_text("The connection dropped. What was said is kept.")
        expect(visitor.page.locator("#clock")).to_contain_text(":")
        if AXE.is_file():
            expect_no_violation(visitor, "reconnecting")
        mortal.rise()
        visitor.expect_state("live")
        assert captions(visitor) == before
        expect(visitor.page.locator("html")).to_have_attribute("data-muted", "true")
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "microphone connection sound")
        after = expect_name_known(visitor, before)
        saved = [text for _, text in kept(visitor.page)]
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")

    assert saved == after, "one conversation is kept, not two"
    assert [line for line in visitor.complaints if "Failed to load resource" not in line] == []


def test_both_voices_go_on_over_the_new_connection(
    playwright_: Playwright, mortal: Mortal, sound: SoundSystem, microphone: Microphone, listen: Listen
) -> None:
    host = mortal.host("token")
    with chromium(playwright_, sound) as browser:
        visitor = Visitor(browser, host.url, first=SOONER, record=False)
        visitor.start()
        sound.say("Desk", microphone(("My name is Peter.", 1)))
        visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        mortal.die()
        visitor.expect_state("reconnecting")
        mortal.rise()
        visitor.expect_state("live")
        heard = sound.listen()
        sound.say("Desk", microphone(("What is my name?", 1), lead=1.5))
        visitor.expect_turns("user", 2)
        answer = visitor.expect_turns("assistant", 2)[1]
        visitor.expect_activity("listening")
        said = listen(heard.out())
        visitor.stop()

    assert "Peter" in answer
    assert "your name is peter" in said, "not all of it came out of the loudspeaker"


@pytest.mark.parametrize("mode", MODES)
def test_a_service_that_stays_away_is_told_in_a_plain_sentence(
    playwright_: Playwright, mortal: Mortal, quiet: Path, mode: str
) -> None:
    host = mortal.host(mode)
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, host.url, first=IMPATIENT)
        visitor.start()
        visitor.type("My name is Ada.")
        visitor.expect_turns("assistant", 1)
        before = captions(visitor)
        mortal.die()
        host.kill()
        visitor.expect_state("reconnecting")
        visitor.expect_state("failed")
        said = visitor.page.locator("#failure").inner_text()
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")
        assert captions(visitor) == before

    assert "The connection was lost" in said
    assert "dialled again 5 times" in said
    assert "connection_lost" in said


def test_a_living_connection_survives_being_asked(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        visitor.page.evaluate("dispatchEvent(new Event('online'))")
        visitor.page.wait_for_timeout(7_000)
        visitor.expect_state("live")
        assert visitor.page.evaluate("__recorder.connections.length") == 1
        visitor.stop()


def test_stop_while_it_dials_again_ends_the_call(playwright_: Playwright, mortal: Mortal, quiet: Path) -> None:
    host = mortal.host("relay")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, host.url, first=SOONER)
        visitor.start()
        mortal.die()
        visitor.expect_state("reconnecting")
        visitor.page.wait_for_timeout(1_500)  # past the grace, into the attempts
        visitor.stop()
        expect(visitor.page.locator("html")).to_have_attribute("data-ended", "person")
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")
        tracks = "__recorder.microphones.flatMap((one) => one.getTracks().map((track) => track.readyState))"
        assert visitor.page.evaluate(tracks) == ["ended"]
        states = visitor.page.evaluate("__recorder.connections.map((one) => one.connectionState)")
        assert set(states) == {"closed"}
