"""The permission for the microphone is taken back in mid-call, in the browser's own settings."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import FAKE_PERMISSION, Visitor, chromium
from tests.e2e.offline import Offline


def test_it_is_said_in_plain_words_and_everything_is_freed(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet, without=[FAKE_PERMISSION]) as browser:
        visitor = Visitor(browser, offline.page, permissions=["microphone"])
        visitor.start()
        browser_itself = visitor.page.context.new_cdp_session(visitor.page)
        context = browser_itself.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
        browser_itself.send(
            "Browser.setPermission",
            {
                "permission": {"name": "microphone"},
                "setting": "denied",
                "origin": offline.page.rstrip("/"),
                "browserContextId": context,
            },
        )
        visitor.expect_state("failed")
        expect(visitor.page.locator("#failure")).to_contain_text("Its permission was taken back during the call.")
        expect(visitor.page.locator("#failure")).to_contain_text("Allow the microphone")
        expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")
        assert visitor.page.evaluate("__recorder.connections.map((one) => one.connectionState)") == ["closed"]
        assert visitor.complaints == []
