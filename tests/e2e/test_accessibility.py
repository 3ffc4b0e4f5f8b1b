"""axe finds nothing to say about the page: at rest, in a call, in failure, light and dark, phone and desktop."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.offline import Offline
from tests.programs import ROOT

AXE = ROOT / "static_site" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(
    not AXE.exists(), reason="needs the site's test packages: run `dev.py test`, or `npm ci` in static_site"
)
FOCUSED = "document.activeElement.shadowRoot?.activeElement ?? document.activeElement"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


def expect_no_violation(visitor: Visitor, where: str) -> None:
    # Evaluated, not added as a script element: the page's security policy would refuse that, and rightly.
    visitor.page.evaluate(AXE.read_text(encoding="utf-8"))
    # Without preloading, for which it would write a style element into the page, where a shadow root has style sheets.
    run = "axe.run(document, { preload: false })"
    found = visitor.page.evaluate(f"{run}.then((report) => report.violations.map((one) => [one.id, one.help]))")
    assert found == [], where


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_has_nothing_to_say(
    playwright_: Playwright, offline: Offline, quiet: Path, viewport: dict[str, int], scheme: str
) -> None:
    if not AXE.is_file():
        pytest.skip("needs the site's test packages: run `dev.py test`, or `npm ci` in static_site")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, viewport=viewport, color_scheme=scheme)
        expect(visitor.page.get_by_role("button", name="Start")).to_be_enabled()
        expect_no_violation(visitor, "at rest")
        offline.fail("mint", "bad_key", times=-1)  # the line that is made ahead may meet it first
        visitor.page.get_by_role("button", name="Start").click()
        visitor.expect_state("failed")
        offline.turn(faults=[])
        expect_no_violation(visitor, "failed")
        visitor.page.get_by_role("button", name="Try again").click()
        visitor.expect_state("live")
        visitor.type("What is the capital of Japan?")
        visitor.expect_turns("assistant", 1)
        expect_no_violation(visitor, "live")
        visitor.page.get_by_role("tab", name="Events").click()
        expect_no_violation(visitor, "events")
        visitor.page.get_by_role("tab", name="Call").click()
        visitor.page.get_by_text("Prices", exact=True).click()
        expect_no_violation(visitor, "the call, seen")
        visitor.page.get_by_role("tab", name="Conversation").click()
        visitor.page.get_by_role("button", name="Save").click()
        expect_no_violation(visitor, "saving")
        visitor.stop()
        expect_no_violation(visitor, "ended")


def test_a_whole_call_by_keyboard(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        page = visitor.page
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
        _tab_to(visitor, "primary")
        page.keyboard.press("Enter")
        visitor.expect_state("live")
        _tab_to(visitor, "mute")
        page.keyboard.press("Space")
        expect(page.locator("html")).to_have_attribute("data-muted", "true")
        _tab_to(visitor, "typed")
        page.keyboard.type("What is the capital of Japan?")
        page.keyboard.press("Enter")
        assert "Tokyo" in visitor.expect_turns("assistant", 1)[0]
        _tab_to(visitor, "primary")
        page.keyboard.press("Enter")
        visitor.expect_state("ended")


def _tab_to(visitor: Visitor, id_: str) -> None:
    """Press Tab until the element has the focus, once around the page at most."""
    for _ in range(40):
        if visitor.page.evaluate(f"({FOCUSED}).id") == id_:
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {id_}")
