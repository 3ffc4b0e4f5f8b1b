"""The check before a call, in Chromium: it tells a dead microphone from a blocked network, and both from the rest."""

from __future__ import annotations

import random
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.canary_hunt import found_in
from tests.e2e.chromium import FAKE_PERMISSION, PATIENCE_MS, Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.offline import Offline
from tests.e2e.test_accessibility import AXE, DESKTOP, PHONE, expect_no_violation

# Chromium's name for it; that of its shell begins with --force-, and is ignored without a word.
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
QUESTION = ("What is the capital of Japan, and how many people live there?", 4.0)


@pytest.fixture
def speaking(playwright_: Playwright, microphone: Microphone) -> Iterator[Browser]:
    """The browser of someone who says something when the check asks for it."""
    with chromium(playwright_, microphone(QUESTION)) as running:
        yield running


def opened(browser: Browser, page: str, **context: object) -> Visitor:
    return Visitor(browser, f"{page}/check.html", record=False, **context)  # type: ignore[arg-type]


def step(page: Page, name: str) -> Locator:
    return page.locator(f"#step-{name}")


def run(visitor: Visitor, *, hears: bool = True) -> dict[str, str]:
    """Run the check to its end; what it found, by the step, and as `verdict` the one sentence."""
    page = visitor.page
    page.locator("#go").click()
    expect(page.locator("#question")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#heard" if hears else "#unheard").click()
    expect(page.locator("html")).to_have_attribute("data-check", "done", timeout=PATIENCE_MS)
    steps = page.locator("#steps > li").all()
    found = {str(one.get_attribute("id")).removeprefix("step-"): str(one.get_attribute("data-state")) for one in steps}
    return {**found, "verdict": page.locator("#verdict-title").inner_text()}


ALL_GOOD = dict.fromkeys(("browser", "microphone", "speaker", "server", "route"), "good")


@pytest.mark.parametrize("mode", ["token", "relay"])
def test_all_is_well_in_both_modes(speaking: Browser, offline: Offline, mode: str) -> None:
    page = offline.another_page(CALL_MODE=mode)
    visitor = opened(speaking, page)
    assert run(visitor) == {**ALL_GOOD, "verdict": "All is well"}
    expect(step(visitor.page, "route").locator(".text")).to_contain_text("over UDP")
    for _ in range(100):
        if not offline.sessions():
            break
        visitor.page.wait_for_timeout(100)
    assert offline.sessions() == [], "the test call is hung up"
    sheet = visitor.page.locator("#sheet").inner_text()
    hosts = [page.split("/")[2], "UDP 3478 and TCP 3478", "AzureCloud.<region>"]
    service = offline.service.split("/")[2]
    for part in [*hosts, *([service] if mode == "token" else [])]:
        assert part in sheet
    assert (service in sheet) == (mode == "token")
    assert visitor.complaints == []


def test_the_sheet_is_copied_without_any_secret(speaking: Browser, offline: Offline) -> None:
    visitor = opened(speaking, offline.page, permissions=["microphone", "clipboard-read", "clipboard-write"])
    run(visitor)
    visitor.page.get_by_role("button", name="Copy").click()
    expect(visitor.page.get_by_role("button", name="Copied")).to_be_visible()
    text = visitor.page.evaluate("navigator.clipboard.readText()")
    for part in ("Result: All is well", "UDP 3478 and TCP 3478", "Browser: Mozilla", " UTC", "Microphone: Good"):
        assert part in text
    assert "ek_" not in text
    assert not found_in(text)


def test_on_paper_there_is_the_sheet_and_nothing_else(speaking: Browser, offline: Offline) -> None:
    visitor = opened(speaking, offline.page, color_scheme="dark")
    run(visitor)
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator("#needs")).to_be_visible()
    for hidden in ("#go", "#verdict", "#steps", "#copy", "header"):
        expect(visitor.page.locator(hidden)).to_be_hidden()
    assert visitor.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_microphone_that_was_chosen_for_calls_is_the_one_that_is_checked(
    speaking: Browser, offline: Offline
) -> None:
    visitor = opened(speaking, offline.page)
    chosen = {"microphone": {"id": "as it was", "label": "Fake Audio Input 2"}}
    visitor.page.evaluate("chosen => localStorage.setItem('voicemint.more', JSON.stringify(chosen))", chosen)
    run(visitor)
    expect(step(visitor.page, "microphone").locator(".note")).to_have_text("Fake Audio Input 2")


def test_a_denied_microphone(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    more = ["--deny-permission-prompts"]
    with chromium(playwright_, quiet, without=[FAKE_PERMISSION], more=more) as browser:
        visitor = opened(browser, offline.page)
        found = run(visitor)
        assert found == {**ALL_GOOD, "microphone": "bad", "verdict": "It is the microphone, not the network"}
        expect(step(visitor.page, "microphone").locator(".text")).to_contain_text("blocked")


def test_a_dead_microphone(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = opened(browser, offline.page)
        found = run(visitor)
        assert found == {**ALL_GOOD, "microphone": "bad", "verdict": "It is the microphone, not the network"}
        expect(step(visitor.page, "microphone").locator(".text")).to_contain_text("no sound at all")


def test_a_working_microphone_that_nobody_speaks_to(playwright_: Playwright, offline: Offline, tmp_path: Path) -> None:
    faint = tmp_path / "faint.wav"
    chance = random.Random(1)
    with wave.open(str(faint), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(b"".join(struct.pack("<h", chance.randint(-3, 3)) for _ in range(48_000 * 15)))
    with chromium(playwright_, faint) as browser:
        visitor = opened(browser, offline.page)
        found = run(visitor)
        assert found["microphone"] == "warning"
        assert found["route"] == "good"
        expect(step(visitor.page, "microphone").locator(".text")).to_contain_text("heard nobody")


def test_a_network_that_blocks_calls(playwright_: Playwright, offline: Offline, microphone: Microphone) -> None:
    with chromium(playwright_, microphone(QUESTION), more=[NO_UDP]) as browser:
        visitor = opened(browser, offline.page)
        found = run(visitor)
        assert found == {**ALL_GOOD, "route": "bad", "verdict": "It is the network, not the microphone"}
        text = step(visitor.page, "route").locator(".text")
        expect(text).to_have_text("Your network lets web pages through but not calls (UDP).")
        sheet = visitor.page.locator("#sheet").inner_text()
        assert "It is the network, not the microphone" in sheet
        assert visitor.complaints == []


def test_the_service_cannot_be_reached(speaking: Browser, offline: Offline) -> None:
    visitor = opened(speaking, offline.page)
    offline.fail("calls", "reset")
    found = run(visitor)
    assert found == {**ALL_GOOD, "route": "bad", "verdict": "It is the network, not the microphone"}
    host = offline.service.split("/")[2]
    expect(step(visitor.page, "route").locator(".text")).to_contain_text(f"cannot reach Azure OpenAI at {host}")


def test_the_server_is_down(speaking: Browser, offline: Offline) -> None:
    host = offline.another_host()
    visitor = opened(speaking, host.url)
    with visitor.page.expect_response("**/check_sound.js"):
        visitor.page.locator("#go").hover()
    visitor.page.wait_for_load_state("networkidle")
    host.stop()
    found = run(visitor)
    assert found["server"] == "bad"
    assert found["route"] == "skipped"
    assert found["verdict"] == "The server cannot be reached"
    expect(step(visitor.page, "server").locator(".text")).to_contain_text("cannot be reached")


def test_a_server_that_is_not_ready_says_why_itself(speaking: Browser, offline: Offline) -> None:
    visitor = opened(speaking, offline.another_page(AZURE_OPENAI_DEPLOYMENT=""))
    found = run(visitor)
    assert (found["server"], found["route"]) == ("bad", "skipped")
    expect(step(visitor.page, "server")).to_contain_text("AZURE_OPENAI_DEPLOYMENT")


def test_a_refusal_is_told_in_the_pages_words_and_the_call_can_be_left_out(speaking: Browser, offline: Offline) -> None:
    visitor = opened(speaking, offline.another_page(RATE_LIMIT_PER_MINUTE="1"))
    assert run(visitor)["route"] == "good"
    assert run(visitor, hears=False)["speaker"] == "bad"
    expect(step(visitor.page, "route").locator(".text")).to_contain_text("Too soon for another call")
    visitor.page.get_by_role("checkbox").uncheck()
    assert run(visitor)["route"] == "skipped"


def test_it_can_be_stopped_and_begun_again(speaking: Browser, offline: Offline) -> None:
    visitor = opened(speaking, offline.page)
    page = visitor.page
    page.locator("#go").click()
    expect(step(page, "microphone")).to_have_attribute("data-state", "running")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("html")).to_have_attribute("data-check", "done")
    expect(step(page, "microphone")).to_have_attribute("data-state", "skipped")
    expect(page.locator("#verdict")).to_contain_text("Not everything was checked")
    expect(page.get_by_role("button", name="Check again")).to_be_focused()
    assert run(visitor)["route"] == "good"


def test_a_failed_call_leads_here(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    more = ["--deny-permission-prompts"]
    with chromium(playwright_, quiet, without=[FAKE_PERMISSION], more=more) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.page.locator("#primary").click()
        visitor.expect_state("failed")
        visitor.page.locator('#failure a[href="check.html"]').click()
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Check before a call")


@pytest.mark.skipif(not AXE.exists(), reason="needs the site's test packages: run `dev.py test`")
@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone-dark", "desktop-light"]
)
def test_axe_has_nothing_to_say(
    playwright_: Playwright, offline: Offline, quiet: Path, viewport: dict[str, int], scheme: str
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = opened(browser, offline.page, viewport=viewport, color_scheme=scheme)
        page = visitor.page
        expect(page.locator("#go")).to_be_enabled()
        expect_no_violation(visitor, "at rest")
        page.locator("#go").click()
        expect(page.locator("#meter")).to_be_visible()
        expect_no_violation(visitor, "listening")
        expect(page.locator("#question")).to_be_visible(timeout=PATIENCE_MS)
        expect_no_violation(visitor, "asking")
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-check", "done", timeout=PATIENCE_MS)
        expect_no_violation(visitor, "done")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
