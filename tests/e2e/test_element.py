"""`<voice-call>` on somebody else's site, and the page in somebody else's frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.e2e.chromium import PATIENCE_MS, Visitor, chromium
from tests.e2e.foreign_site import ForeignSite, foreign_site
from tests.e2e.hearing import spans
from tests.e2e.offline import Offline
from tests.e2e.test_accessibility import AXE, expect_no_violation

LEFT = """() => ({
    connections: __recorder.connections.map((one) => one.connectionState),
    tracks: __recorder.microphones.flatMap((one) => one.getTracks().map((track) => track.readyState)),
})"""


@pytest.fixture
def site() -> Iterator[ForeignSite]:
    with foreign_site() as running:
        yield running


def start(page: Page) -> None:
    page.locator("#one").get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)


def ask(page: Page, text: str, answer: str) -> None:
    page.locator("#one").get_by_label("Message").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator('#one [data-role="assistant"][data-status="done"]').last).to_contain_text(
        answer, timeout=PATIENCE_MS
    )
    expect(page.locator("html")).to_have_attribute("data-activity", "listening", timeout=PATIENCE_MS)


def told(page: Page, name: str, field: str) -> list[Any]:
    """What the events of one kind told, without repetitions."""
    seen = page.evaluate(f"seen.filter((one) => one.id === 'one' && one.name === '{name}').map((one) => one.detail)")
    values = [one[field] for one in seen]
    return [value for at, value in enumerate(values) if at == 0 or value != values[at - 1]]


def test_a_call_on_a_foreign_page_with_hostile_styles(
    playwright_: Playwright, offline: Offline, quiet: Path, site: ForeignSite
) -> None:
    endpoint = offline.another_page(ALLOWED_ORIGINS=site.url)
    address = site.embed(endpoint, offline.service)
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, "about:blank")
        page = visitor.page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        primary = page.locator("#one").get_by_role("button", name="Start", exact=True)
        expect(primary).to_be_visible()
        page.evaluate(
            """() => {
              const two = document.querySelector("#two");
              two.innerHTML = '<p slot="captions" data-tab="Goods">Socks</p>'; // a name that a part of its own has too
              two.remove();
              setTimeout(() => document.querySelector("main").append(two));
            }"""
        )
        page.locator("#two").get_by_role("tab", name="Goods").click()
        expect(page.locator("#two").get_by_text("Socks")).to_be_visible()
        assert page.evaluate("document.querySelector('#two').panel") == "captions"
        assert not [url for url in asked if "/api/" in url], "it asks before anybody reaches for it"
        looks = "(one) => { const s = getComputedStyle(one); return [s.textTransform, s.fontStyle, s.letterSpacing]; }"
        assert primary.evaluate(looks) == ["none", "normal", "normal"]
        assert primary.bounding_box()["height"] >= 44, "a small root font makes it no smaller"  # type: ignore[index]
        second = page.locator("#two").get_by_role("button", name="Start", exact=True)
        expect(second).to_have_css("background-color", "rgb(1, 2, 3)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).textTransform") == "uppercase"

        start(page)
        ask(page, "What is the capital of Japan?", "Tokyo")
        heard = spans(visitor.heard_out().assistant)
        if AXE.is_file():
            page.evaluate("document.styleSheets[0].disabled = true")  # the shop's own sins are not judged here
            expect_no_violation(visitor, "live, on another site")
        page.evaluate("document.querySelector('#elsewhere').append(document.querySelector('#one'))")
        ask(page, "What is the capital of Italy?", "Rome")
        page.evaluate("window.one = document.querySelector('#one'); one.remove()")
        ended = page.evaluate("Promise.resolve().then(() => [one.state, one.isConnected])")
        left = page.evaluate(LEFT)
        states = told(page, "state", "state")
        kept = page.evaluate("JSON.stringify({ ...localStorage })")
        turns = page.evaluate("one.turns.map(({ role, text, status }) => [role, text, status])")
        idle = page.evaluate("document.querySelector('#two').state")

    assert heard, "the answer was heard"
    assert states == ["asking-mic", "connecting", "live"], "moving it did not break the call"
    assert ended == ["ended", False]
    assert left == {"connections": ["closed"], "tracks": ["ended"]}
    assert "Tokyo" not in kept, "without `keep` nothing is kept"
    assert [turn[0] for turn in turns] == ["user", "assistant", "user", "assistant"]
    assert "Rome" in turns[3][1]
    assert idle == "idle"
    assert visitor.complaints == []


def test_relay_mode_and_tools_of_the_host(
    playwright_: Playwright, offline: Offline, quiet: Path, site: ForeignSite
) -> None:
    endpoint = offline.another_page(ALLOWED_ORIGINS=site.url, CALL_MODE="relay")
    address = site.embed(endpoint, "", persona="designer")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, address)
        page = visitor.page
        page.evaluate(
            """document.querySelector("#one").tools = {
                set_background_color: ({ color }) => `The shop is ${color} now.`,
            }"""
        )
        start(page)
        page.evaluate("document.querySelector('#one').say('Make the background navy.')")
        expect(page.locator("#one .tool")).to_contain_text("The shop is navy now.", timeout=PATIENCE_MS)
        (tool,) = page.evaluate("seen.filter(({ name }) => name === 'tool').map(({ detail }) => detail)")
        with page.expect_response(lambda reply: reply.request.method == "DELETE") as hung_up:
            page.evaluate("document.querySelector('#one').stop()")
        assert hung_up.value.status == 204
        assert told(page, "end", "why") == ["person"]
    assert tool["name"] == "set_background_color"
    assert tool["ok"] is True
    assert "navy" in tool["arguments"]
    assert visitor.complaints == []


def test_an_origin_that_is_not_listed_is_told_so(
    playwright_: Playwright, offline: Offline, quiet: Path, site: ForeignSite
) -> None:
    address = site.embed(offline.page, offline.service)
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, address, record=False)
        page = visitor.page
        page.locator("#one").get_by_role("button", name="Start", exact=True).click()
        expect(page.locator("html")).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
        expect(page.locator("#one #failure")).to_contain_text("The server cannot be reached")
        link = page.locator("#one").get_by_role("link", name="Check microphone and network")
        expect(link).to_have_attribute("href", f"{offline.page}/check.html")
        assert told(page, "failure", "code") == ["network"]


def test_the_page_in_a_frame_of_another_site(
    playwright_: Playwright, offline: Offline, quiet: Path, site: ForeignSite
) -> None:
    # Relay mode: all that a rewritten reply's page asks for is its own server's, as Chromium's rules for loopback want.
    address = offline.another_page(CALL_MODE="relay")
    frame = f'<iframe src="{address}/" allow="microphone; autoplay" title="Voice call" width="400" height="800">'
    site.put("/", "text/html", f"<!doctype html><title>Shop</title>{frame}</iframe>")

    def permit(route: Route) -> None:
        """The page with the two headers changed as the docs say."""
        reply = route.fetch()
        headers = {name: value for name, value in reply.headers.items() if name != "x-frame-options"}
        policy = headers["content-security-policy"]
        headers["content-security-policy"] = policy.replace("frame-ancestors 'none'", f"frame-ancestors {site.url}")
        route.fulfill(response=reply, headers=headers)

    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, "about:blank", record=False)
        page = visitor.page
        page.route(f"{address}/", permit)
        page.goto(site.url)
        inside = page.frame_locator("iframe")
        inside.get_by_role("button", name="Start", exact=True).click()
        expect(inside.locator("html")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
        inside.get_by_label("Message").fill("What is the capital of Japan?")
        page.keyboard.press("Enter")
        expect(inside.locator('[data-role="assistant"][data-status="done"]')).to_contain_text(
            "Tokyo", timeout=PATIENCE_MS
        )
        inside.get_by_role("button", name="Stop").click()
        expect(inside.locator("html")).to_have_attribute("data-holding", "")
        page.unroute(f"{address}/")
        page.reload()
        expect(inside.get_by_role("button", name="Start", exact=True)).to_have_count(0)
