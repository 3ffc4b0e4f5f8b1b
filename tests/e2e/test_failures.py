"""Every failure that a person can meet is named on the page, in plain words, and can be recovered from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.e2e.chromium import FAKE_MICROPHONE, FAKE_PERMISSION, PATIENCE_MS, Visitor, chromium
from tests.e2e.offline import Offline


@pytest.fixture
def browser(playwright_: Playwright, quiet: Path) -> Iterator[Browser]:
    with chromium(playwright_, quiet) as running:
        yield running


def expect_failure(visitor: Visitor, code: str) -> str:
    """Wait for the failure and return all that the page says about it."""
    visitor.expect_state("failed")
    failure = visitor.page.locator("#failure")
    expect(failure).to_be_visible()
    expect(failure.locator("#failure-code")).to_contain_text(code)
    return failure.inner_text()


def press_start(visitor: Visitor) -> None:
    visitor.page.locator("#primary").click()


def test_missing_settings(browser: Browser, offline: Offline) -> None:
    visitor = Visitor(browser, offline.another_page(AZURE_OPENAI_DEPLOYMENT=""))
    assert "AZURE_OPENAI_DEPLOYMENT" in expect_failure(visitor, "not_configured")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("bad_key", "upstream_auth"),
        ("missing_role", "upstream_auth"),
        ("deployment_not_found", "upstream_not_found"),
        ("throttled", "upstream_throttled"),
        ("malformed", "upstream_malformed"),
        ("500", "upstream_unreachable"),
    ],
)
def test_a_failed_mint_says_why_and_the_next_one_works(
    browser: Browser, offline: Offline, kind: str, code: str
) -> None:
    visitor = Visitor(browser, offline.page)
    offline.fail("mint", kind, times=-1)  # the function tries some of them again by itself
    press_start(visitor)
    said = expect_failure(visitor, code)
    assert len(said.split()) > 12, "no sentence, no hint"
    offline.turn(faults=[])
    visitor.page.get_by_role("button", name="Try again").click()
    visitor.expect_state("live")
    expect(visitor.page.locator("#failure")).to_be_hidden()


def test_no_network(browser: Browser, offline: Offline) -> None:
    visitor = Visitor(browser, offline.page)
    visitor.page.context.set_offline(True)
    press_start(visitor)
    expect_failure(visitor, "network")
    visitor.page.context.set_offline(False)
    visitor.page.get_by_role("button", name="Try again").click()
    visitor.expect_state("live")


@pytest.mark.parametrize(
    ("kind", "code"),
    [("500", "sdp_refused"), ("throttled", "sdp_refused"), ("404", "sdp_refused"), ("reset", "sdp_unreachable")],
)
def test_a_failed_sdp_exchange(browser: Browser, offline: Offline, kind: str, code: str) -> None:
    visitor = Visitor(browser, offline.page)
    offline.fail("calls", kind, times=-1)  # the line that is made ahead may meet it first
    press_start(visitor)
    expect_failure(visitor, code)
    assert visitor.page.evaluate("__recorder.connections.every((one) => one.connectionState === 'closed')")
    assert visitor.page.evaluate(
        "__recorder.microphones.every((one) => one.getTracks().every((track) => track.readyState === 'ended'))"
    )
    offline.turn(faults=[])
    visitor.page.get_by_role("button", name="Try again").click()
    visitor.expect_state("live")


def test_the_microphone_is_denied(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet, without=[FAKE_PERMISSION], more=["--deny-permission-prompts"]) as browser:
        visitor = Visitor(browser, offline.page)
        press_start(visitor)
        expect_failure(visitor, "mic_denied")


def test_there_is_no_microphone(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet, without=[FAKE_PERMISSION, FAKE_MICROPHONE]) as browser:
        visitor = Visitor(browser, offline.page, permissions=["microphone"])
        press_start(visitor)
        expect_failure(visitor, "mic_missing")


def test_a_browser_without_webrtc(browser: Browser, offline: Offline) -> None:
    visitor = Visitor(browser, offline.page, first="delete window.RTCPeerConnection")
    press_start(visitor)
    expect_failure(visitor, "unsupported")


def test_a_browser_that_blocks_sound_asks_for_a_tap(browser: Browser, offline: Offline) -> None:
    block_once = """
        const play = HTMLMediaElement.prototype.play;
        let blocked = false;
        HTMLMediaElement.prototype.play = function () {
            if (blocked) return play.call(this);
            blocked = true;
            return Promise.reject(new DOMException("tap first", "NotAllowedError"));
        };"""
    visitor = Visitor(browser, offline.page, first=block_once)
    visitor.start()
    tap = visitor.page.get_by_role("button", name="Tap for sound")
    tap.click()
    expect(tap).to_be_hidden()
    assert visitor.page.evaluate("!document.querySelector('voice-call').player.paused")


def test_the_service_hangs_up(browser: Browser, offline: Offline) -> None:
    visitor = Visitor(browser, offline.page)
    visitor.start()
    offline.hang_up(min(offline.sessions(), key=lambda session: session["seconds"])["call_id"])
    visitor.expect_state("ended")
    expect(visitor.page.locator("html")).to_have_attribute("data-ended", "remote")


def test_a_call_ends_at_its_limit(browser: Browser, offline: Offline) -> None:
    visitor = Visitor(browser, offline.another_page(MAX_CALL_SECONDS="10"))
    visitor.start()
    visitor.expect_state("ended")
    expect(visitor.page.locator("html")).to_have_attribute("data-ended", "limit", timeout=PATIENCE_MS)
