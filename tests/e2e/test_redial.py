"""A drop is no failure: the page dials again by itself, and the new session knows what was said in the old one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from devtools.demo import offline_settings
from tests.canaries import CANARY_KEY
from tests.canary_hunt import found_in
from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.hearing import spans
from tests.e2e.offline import WIDE_LIMITS, Offline
from tests.e2e.test_accessibility import AXE, expect_no_violation
from tests.programs import Program

MODES = ["token", "relay"]
IMPATIENT = """
    // A tenth of every pause between a second and ten: the same attempts in less time.
    const wait = window.setTimeout.bind(window);
    window.setTimeout = (work, ms = 0, ...more) => wait(work, ms >= 1000 && ms <= 10000 ? ms / 10 : ms, ...more);
"""


class Mortal:
    """A simulator that can be killed and started again at the same address, and a local host beside it."""

    def __init__(self) -> None:
        self._environment = {**os.environ, "SIMULATOR_API_KEY": CANARY_KEY}
        self._simulator = Program("simulator", self._environment)
        self._address = self._simulator.url
        self._programs = [self._simulator]

    def host(self, mode: str) -> Program:
        settings = {**offline_settings(self._address, CANARY_KEY), **WIDE_LIMITS, "CALL_MODE": mode}
        self._programs.append(Program("local_host", {**os.environ, **settings}))
        return self._programs[-1]

    def die(self) -> None:
        self._simulator.kill()

    def rise(self) -> None:
        port = self._address.rsplit(":", 1)[1].rstrip("/")
        self._simulator = Program("simulator", self._environment, "--port", port)
        self._programs.append(self._simulator)
        assert self._simulator.url == self._address

    def stop(self) -> str:
        for program in reversed(self._programs):
            program.stop()
        return "\n".join(line for program in self._programs for line in program.said)


@pytest.fixture
def mortal() -> Iterator[Mortal]:
    running = Mortal()
    try:
        yield running
    finally:
        said = running.stop()
    assert not found_in(said)


def captions(visitor: Visitor) -> list[str]:
    return visitor.page.locator("#captions [data-role] .text").all_inner_texts()


@pytest.mark.parametrize("mode", MODES)
def test_a_killed_service_that_comes_back_is_dialled_again_and_knows_what_was_said(
    playwright_: Playwright, mortal: Mortal, quiet: Path, mode: str
) -> None:
    host = mortal.host(mode)
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, host.url)
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
        visitor.type("What is my name?")
        answers = visitor.expect_turns("assistant", 2)
        after = captions(visitor)
        asked = visitor.page.evaluate("__recorder.microphones.length")
        saved = visitor.page.evaluate("JSON.parse(localStorage['voicemint.turns']).map((turn) => turn.text)")
        visitor.stop()
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")

    assert "Ada" in answers[1]
    assert after == [*before, "What is my name?", answers[1]]
    assert saved == after, "one conversation is kept, not two"
    assert asked == 1, "the microphone was asked for again"
    assert [line for line in visitor.complaints if "Failed to load resource" not in line] == []


def test_both_voices_go_on_over_the_new_connection(
    playwright_: Playwright, mortal: Mortal, microphone: Microphone
) -> None:
    host = mortal.host("token")
    with chromium(playwright_, microphone(("My name is Peter.", 36), ("What is my name?", 20))) as browser:
        visitor = Visitor(browser, host.url)
        visitor.start()
        visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        mortal.die()
        visitor.expect_state("reconnecting")
        mortal.rise()
        visitor.expect_state("live")
        earlier = spans(visitor.heard().assistant)
        expect(visitor.page.locator('#captions [data-role="user"]')).to_have_count(1)
        visitor.expect_turns("user", 2)
        answer = visitor.expect_turns("assistant", 2)[1]
        visitor.expect_activity("listening")
        later = [span for span in spans(visitor.heard().assistant) if span.start > earlier[-1].end]
        visitor.stop()

    assert "Peter" in answer
    assert sum(span.end - span.start for span in later) > 0.7, "nothing was heard over the new connection"


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
        visitor = Visitor(browser, host.url)
        visitor.start()
        mortal.die()
        visitor.expect_state("reconnecting")
        visitor.page.wait_for_timeout(7_000)  # past the grace, into the attempts
        visitor.stop()
        expect(visitor.page.locator("html")).to_have_attribute("data-ended", "person")
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")
        tracks = "__recorder.microphones.flatMap((one) => one.getTracks().map((track) => track.readyState))"
        assert visitor.page.evaluate(tracks) == ["ended"]
        states = visitor.page.evaluate("__recorder.connections.map((one) => one.connectionState)")
        assert set(states) == {"closed"}
