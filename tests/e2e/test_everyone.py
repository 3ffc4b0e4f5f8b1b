"""What a call does on this device: the screen, leaving the page, what is kept, and sound that needs a tap."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import PATIENCE_MS, Visitor, chromium
from tests.e2e.kept import expect_kept, kept
from tests.e2e.offline import Offline
from tests.e2e.test_controls import until

INSTRUMENTS = """
    window.__locks = [];
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (type) => {
        const lock = await request(type);
        __locks.push(lock);
        return lock;
    };
    let hidden = false;
    Object.defineProperty(document, "hidden", { get: () => hidden });
    window.__leave = (left) => {
        hidden = left;
        document.dispatchEvent(new Event("visibilitychange"));
    };"""
"""Counts the locks of the screen, and hides the page, which a browser without a screen never does."""
HELD = "__locks.map((lock) => !lock.released)"
HEARD = "__recorder.microphones[0].getAudioTracks()[0].enabled"


def test_the_screen_the_page_left_and_what_is_kept(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, first=INSTRUMENTS)
        page = visitor.page
        more = page.locator("#more > summary")
        keep = page.get_by_label("Keep what was said on this device")
        more.click()
        page.get_by_label("When I leave the page").select_option("I am muted")
        expect(keep).to_be_checked()
        visitor.start()
        until(page, f"{HELD}.join() === 'true'")

        page.evaluate("__leave(true)")
        expect(page.locator("html")).to_have_attribute("data-muted", "true")
        assert not page.evaluate(HEARD)
        page.evaluate("__leave(false)")
        expect(page.locator("html")).to_have_attribute("data-muted", "false")
        assert page.evaluate(HEARD)

        visitor.type("What is the capital of Japan?")
        said = [["user", "What is the capital of Japan?"], ["assistant", visitor.expect_turns("assistant", 1)[0]]]
        expect_kept(page, said)
        more.click()
        keep.uncheck()
        expect(page.get_by_text("What was kept is deleted")).to_be_visible()
        assert kept(page) == []
        visitor.type("What is the capital of France?")
        said += [["user", "What is the capital of France?"], ["assistant", visitor.expect_turns("assistant", 2)[1]]]
        assert kept(page) == []
        keep.check()
        assert kept(page) == said
        keep.uncheck()
        visitor.stop()
        assert page.evaluate(HELD) == [False]
        page.get_by_role("button", name="Clear the conversation").click()
        expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()

        page.reload()
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()
        assert kept(page) == []
        assert "Tokyo" not in page.locator("#captions").inner_text()
        assert visitor.complaints == []


FORBIDDEN = """
    const refuse = () => { throw new DOMException("told by the browser", "SecurityError"); };
    Object.defineProperty(window, "localStorage", { get: refuse });"""


def test_a_browser_that_keeps_nothing(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, record=False, first=FORBIDDEN)
        page = visitor.page
        page.locator("#more > summary").click()
        expect(page.get_by_label("Keep what was said on this device")).to_be_disabled()
        expect(page.get_by_text("This browser does not let the page keep anything")).to_be_visible()
        visitor.start()
        visitor.type("What is the capital of Japan?")
        assert "Tokyo" in visitor.expect_turns("assistant", 1)[0]
        visitor.stop()
        assert visitor.complaints == []


REFUSALS = """
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        const played = play.call(this);
        played.catch((fault) => console.info("refused", fault.name));
        return played;
    };"""
SLOW_MS = 6500
"""A service that answers later than a tap counts in Chromium, which is five seconds."""


def test_a_browser_that_plays_after_a_tap_only(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    offline.turn(calls_latency_ms=SLOW_MS)
    without = ["--autoplay-policy=no-user-gesture-required"]
    with chromium(playwright_, quiet, without=without, more=["--autoplay-policy=user-gesture-required"]) as browser:
        visitor = Visitor(browser, offline.page, record=False, first=REFUSALS)
        page = visitor.page
        # Whatever Playwright asks of a page counts as a tap, so nothing is asked meanwhile.
        with page.expect_console_message(lambda line: line.text == "refused NotAllowedError", timeout=PATIENCE_MS):
            page.get_by_role("button", name="Start", exact=True).click()
        tap = page.get_by_role("button", name="Tap for sound")
        tap.click()
        expect(tap).to_be_hidden()
        visitor.expect_state("live")
        playing = "player => player.paused && new Promise((on) => player.addEventListener('playing', on))"
        page.locator("#voice-out").evaluate(playing)
        assert visitor.complaints == []
