"""What is typed is answered, and the tools of the designer persona change the page that one looks at."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import PATIENCE_MS, Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.offline import Offline


def test_a_typed_message_is_answered(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        visitor.type("What is the capital of Japan?")
        assert visitor.expect_turns("user", 1) == ["What is the capital of Japan?"]
        assert "Tokyo" in visitor.expect_turns("assistant", 1)[0]
        assert visitor.complaints == []


def test_a_spoken_wish_changes_the_background(
    playwright_: Playwright, offline: Offline, microphone: Microphone
) -> None:
    wav = microphone(("Change the background to purple.", 20))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.choose("Page designer")
        visitor.start()
        expect(visitor.page.locator("body")).to_have_css("background-color", "rgb(128, 0, 128)", timeout=PATIENCE_MS)
        expect(visitor.page.locator("#captions .tool")).to_have_count(1)
        assert "purple" in visitor.expect_turns("assistant", 1)[0].lower()
        assert visitor.complaints == []


def test_several_tools_in_a_row_and_the_page_is_read(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.choose("Page designer")
        visitor.start()
        visitor.type("Make the background navy and the text white.")
        expect(visitor.page.locator("#captions .tool")).to_have_count(2, timeout=PATIENCE_MS)
        expect(visitor.page.locator("body")).to_have_css("background-color", "rgb(0, 0, 128)")
        expect(visitor.page.locator("body")).to_have_css("color", "rgb(255, 255, 255)")
        visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        visitor.type("What is on this page?")
        expect(visitor.page.locator("#captions .tool")).to_have_count(3, timeout=PATIENCE_MS)
        assert re.search("voicemint|page|talk", visitor.expect_turns("assistant", 2)[1].lower())
        assert visitor.complaints == []
