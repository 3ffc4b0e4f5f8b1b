"""With the event filter on, eleven kinds of event arrive; the page still talks, and says what is off."""

from __future__ import annotations

from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.offline import Offline


def test_a_spoken_question_is_answered(playwright_: Playwright, offline: Offline, microphone: Microphone) -> None:
    address = offline.another_page(EVENT_FILTER="private")
    wav = microphone(("What is the capital of France?", 20))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, address)
        visitor.start()
        assert "france" in visitor.expect_turns("user", 1)[0].lower()
        assert "Paris" in visitor.expect_turns("assistant", 1)[0]
        visitor.page.get_by_role("tab", name="Events").click()
        expect(visitor.page.locator("#log-note")).to_contain_text("Private")
        seen = visitor.page.locator("#log").inner_text()
        assert "speech_started" in seen
        assert "session.created" not in seen
        assert visitor.complaints == []
