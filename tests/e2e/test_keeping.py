"""What was said outlives the page: a reload loses no caption, a crash a second of them, and Clear really clears."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from playwright.sync_api import Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.kept import expect_kept
from tests.e2e.offline import Offline

PAST = [{"role": "user", "text": f"Line {number}. " * 20, "status": "done"} for number in range(12)]
KEEP = f"localStorage.setItem('voicemint.turns.1700000000000.a', {json.dumps(json.dumps(PAST))})"
MORE_WORDS = "last.previousSibling.lastElementChild.textContent += ' More words.'.repeat(99)"
SCROLL = "last.getRootNode().getElementById('captions-scroll').scrollTop"
BELOW_SIGHT = """
(last) => {
  const frame = last.getRootNode().getElementById("captions-scroll");
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(Math.round(last.getBoundingClientRect().bottom - frame.getBoundingClientRect().bottom)))));
}
"""


def test_the_newest_words_stay_in_sight_unless_the_person_scrolls_away(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        page = browser.new_context().new_page()
        page.goto(offline.page)
        page.evaluate(KEEP)
        page.reload()
        newest = page.locator("#captions > :last-child")
        expect(newest).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert newest.evaluate(BELOW_SIGHT) <= 0
        # Words come between a scroll of the browser's own and the moment at which it is told, as a style sheet's do.
        newest.evaluate(f"(last) => {{ {SCROLL} -= 1; {MORE_WORDS}; }}")
        assert newest.evaluate(BELOW_SIGHT) <= 0
        newest.evaluate(f"(last) => {{ {SCROLL} -= 300; }}")
        newest.evaluate(BELOW_SIGHT)
        newest.evaluate(f"(last) => {{ {MORE_WORDS}; }}")
        assert newest.evaluate(BELOW_SIGHT) > 300


def test_captions_survive_a_reload_in_mid_call(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        visitor.type("What is the capital of Japan?")
        visitor.expect_turns("assistant", 1)
        visitor.page.reload()
        captions = visitor.page.locator("#captions")
        expect(captions).to_contain_text("What is the capital of Japan?")
        expect(captions).to_contain_text("Tokyo")
        visitor.page.get_by_role("button", name="Clear").first.click()
        expect(captions).not_to_contain_text("Tokyo")
        visitor.page.reload()
        expect(captions).not_to_contain_text("Tokyo")


def test_captions_survive_a_crash_of_the_tab(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        context = browser.new_context()
        visitor = Visitor(context, offline.page)
        visitor.start()
        visitor.type("What is the capital of Japan?")
        answer = visitor.expect_turns("assistant", 1)[0]
        expect_kept(visitor.page, [["user", "What is the capital of Japan?"], ["assistant", answer]])  # in a second
        again = context.new_page()
        processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        renderers = [process for process in processes if process["type"] == "renderer"]
        # The busiest is the one with the call; killing the others too would take the new tab with it.
        os.kill(max(renderers, key=lambda process: process["cpuTime"])["id"], signal.SIGKILL)
        visitor.page.wait_for_event("crash")
        again.goto(offline.page)
        expect(again.locator("#captions")).to_contain_text("Tokyo")
