"""The start: what is said while the call connects is kept and sent, and a line is made when someone comes near."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Request, expect

from simulator.parts import Speech
from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import _apart
from tests.e2e.offline import Offline
from tests.e2e.test_controls import until
from tests.speech_wav import write_wav

SENT = "__recorder.connections[0].getSenders().find((one) => one.track)?.track"
MICROPHONE = "__recorder.microphones[0].getAudioTracks()[0]"
SLOW_MS = 1500
LINE = "__recorder.connections[0]"
SOONER = """
    const later = setTimeout;
    window.setTimeout = (work, ms, ...more) => later(work, ms === 20_000 ? 2_000 : ms, ...more);
"""

Eager = Callable[..., Path]


@pytest.fixture
def eager(tmp_path: Path, speech: Speech) -> Eager:
    """Like `microphone`, but who speaks begins almost at once."""

    def speak(*lines: tuple[str, float]) -> Path:
        path = tmp_path / "eager.wav"
        _apart(lambda: asyncio.run(write_wav(path, lines, synthesiser=speech.synthesiser, lead_seconds=0.4)))
        return path

    return speak


def mints(page: Page) -> list[str]:
    """What is asked of the mint from now on, in order."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/api/session"):
            asked.append(request.post_data or "")

    page.on("request", note)
    return asked


def load_code(visitor: Visitor) -> None:
    """Have all code loaded, as a moment after someone has come near, but make nothing ahead."""
    expect(visitor.page.locator("#primary")).to_be_enabled()
    visitor.page.evaluate("Promise.all(['call_page', 'kept_sound'].map((name) => import(`./js/${name}.js`)))")


def test_what_is_said_while_it_connects_is_sent_whole_and_then_the_microphone_itself(
    playwright_: Playwright, offline: Offline, eager: Eager
) -> None:
    offline.turn(mint_latency_ms=SLOW_MS, calls_latency_ms=SLOW_MS)
    wav = eager(("What is the capital of France?", 9.0), ("What is the capital of Italy?", 20.0))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page)
        load_code(visitor)
        visitor.start()
        assert visitor.page.evaluate(f"{SENT} !== {MICROPHONE}"), "the kept words are on their way"
        visitor.expect_turns("user", 1)
        until(visitor.page, f"{SENT} === {MICROPHONE}")
        asked = visitor.expect_turns("user", 2)
        answers = visitor.expect_turns("assistant", 2)
        visitor.stop()
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")
    assert [words in asked[0].lower() for words in ("what is", "capital", "france")] == [True] * 3, asked
    assert "italy" in asked[1].lower(), asked
    assert "France" in answers[0]
    assert "Rome" in answers[1]
    assert visitor.complaints == []


def test_mute_forgets_the_words_that_are_still_on_their_way(
    playwright_: Playwright, offline: Offline, eager: Eager
) -> None:
    offline.turn(mint_latency_ms=SLOW_MS, calls_latency_ms=SLOW_MS)
    with chromium(playwright_, eager(("What is the capital of France, and of Italy, and of Japan?", 20.0))) as browser:
        visitor = Visitor(browser, offline.page)
        load_code(visitor)
        visitor.start()
        visitor.page.get_by_role("button", name="Mute").click()
        until(visitor.page, f"{SENT} === {MICROPHONE}")
        assert visitor.page.evaluate(f"{SENT}.enabled") is False
        visitor.page.get_by_role("button", name="Mute").click()
        assert visitor.page.evaluate(f"{SENT}.enabled") is True
        visitor.stop()
    assert visitor.complaints == []


def test_who_says_nothing_and_who_cannot_have_it_kept_are_heard_directly(
    playwright_: Playwright, offline: Offline, quiet: Path, eager: Eager
) -> None:
    directly = f"{SENT} === {MICROPHONE}"
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        assert visitor.page.evaluate(directly)
        visitor.stop()
        assert visitor.complaints == []
    offline.turn(calls_latency_ms=SLOW_MS)
    with chromium(playwright_, eager(("What is the capital of France?", 20.0))) as browser:
        visitor = Visitor(browser, offline.page, first="delete BaseAudioContext.prototype.audioWorklet;")
        visitor.start()
        assert visitor.page.evaluate(directly)
        visitor.stop()
        assert visitor.complaints == []


def test_a_line_made_when_someone_comes_near_is_used_once_and_loses_no_word(
    playwright_: Playwright, offline: Offline, eager: Eager
) -> None:
    with chromium(playwright_, eager(("What is the capital of France?", 20.0))) as browser:
        visitor = Visitor(browser, offline.page)
        page = visitor.page
        asked = mints(page)
        before = len(offline.sessions())
        expect(page.locator("#primary")).to_be_enabled()
        page.locator("#primary").hover()
        until(page, f"{LINE}?.connectionState === 'connected'")
        assert len(offline.sessions()) == before + 1
        assert page.evaluate("__recorder.microphones.length") == 0, "nobody is listened to yet"
        assert page.evaluate(f"{LINE}.getSenders().every((one) => one.track === null)")
        visitor.start()
        assert page.evaluate(f"{SENT} === {MICROPHONE}")
        spoken = visitor.expect_turns("user", 1)
        answers = visitor.expect_turns("assistant", 1)
        assert page.evaluate("__recorder.connections.length") == 1
        steps = page.evaluate("document.querySelector('voice-call').inner.talk.timings.rows")
        began = {row["step"]: row["began"] for row in steps}
        assert began["SDP exchange"] < 0 <= began["Microphone"]
        visitor.stop()
        until(page, f"{LINE}.connectionState === 'closed'")
        assert len(asked) == 1
    assert [words in spoken[0].lower() for words in ("what is", "capital", "france")] == [True] * 3, spoken
    assert "Paris" in answers[0]
    assert visitor.complaints == []


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_phone_that_has_called_before_has_its_line_before_the_tap(
    playwright_: Playwright, offline: Offline, eager: Eager
) -> None:
    with chromium(playwright_, eager(("What is the capital of France?", 20.0))) as browser:
        visitor = Visitor(browser, offline.page, **PHONE)
        page = visitor.page
        until(page, f"{LINE}?.connectionState === 'connected'")
        assert page.evaluate("__recorder.microphones.length") == 0, "nobody is listened to yet"
        asked = mints(page)
        page.locator("#primary").tap()
        visitor.expect_state("live")
        answers = visitor.expect_turns("assistant", 1)
        assert page.evaluate("__recorder.connections.length") == 1
        visitor.stop()
        assert asked == []
    assert "Paris" in answers[0]
    assert visitor.complaints == []


@pytest.mark.parametrize("phone", [True, False], ids=["a phone that has not", "a mouse that may come"])
def test_nothing_is_made_ahead_for_who_only_opens_the_page(
    playwright_: Playwright, offline: Offline, quiet: Path, phone: bool
) -> None:
    unasked = "navigator.permissions.query = async () => Object.assign(new EventTarget(), {state: 'prompt'});"
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, "about:blank", first=unasked if phone else "", **(PHONE if phone else {}))
        asked = mints(visitor.page)
        visitor.page.goto(offline.page)
        expect(visitor.page.locator("#primary")).to_be_enabled()
        visitor.page.wait_for_load_state("networkidle")
        assert visitor.page.evaluate("__recorder.connections.length") == 0
    assert asked == []


def test_a_line_that_nobody_takes_is_closed_and_start_makes_another(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, first=SOONER)
        page = visitor.page
        asked = mints(page)
        start = page.locator("#primary")
        expect(start).to_be_enabled()
        others = {one["id"] for one in offline.sessions()}
        start.hover()
        until(page, f"{LINE}?.connectionState === 'connected'")
        [made] = [one["id"] for one in offline.sessions() if one["id"] not in others]
        page.mouse.move(0, 0)
        until(page, f"{LINE}.connectionState === 'closed'")
        for _ in range(100):
            if made not in {one["id"] for one in offline.sessions()}:
                break
            page.wait_for_timeout(100)
        else:
            pytest.fail("the service still holds the session of a line that was closed")
        assert len(asked) == 1
        visitor.start()
        assert len(asked) == 2
        visitor.stop()
        until(page, "__recorder.connections.every((one) => one.connectionState === 'closed')")
    assert visitor.complaints == []


def test_who_has_allowed_the_microphone_has_the_code_of_a_call_before_the_tap_and_nothing_else(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    loaded = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/js/call_page.js')).length"
    with chromium(playwright_, quiet) as browser:
        for permissions, code in ([], 0), (["microphone"], 1):
            context = browser.new_context(permissions=permissions)
            page = context.new_page()
            asked = mints(page)
            page.goto(offline.page)
            expect(page.locator("#primary")).to_be_enabled()
            page.wait_for_load_state("networkidle")
            assert page.evaluate(loaded) == code
            assert asked == []
            context.close()
