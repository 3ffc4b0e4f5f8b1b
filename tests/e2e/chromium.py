"""A Chromium whose microphone is a WAV file, with the page open and everything it does recorded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from devtools import browsers
from tests.e2e.hearing import Recording

RECORDER = Path(__file__).with_name("recorder.js")
FAKE_PERMISSION = "--use-fake-ui-for-media-stream"
FAKE_MICROPHONE = "--use-fake-device-for-media-stream"
FLAGS = [
    "--no-sandbox",
    FAKE_PERMISSION,
    FAKE_MICROPHONE,
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
PATIENCE_MS = 60_000


@contextmanager
def chromium(
    playwright: Playwright, microphone: Path, *, without: Sequence[str] = (), more: Sequence[str] = ()
) -> Iterator[Browser]:
    """A browser that hears a WAV once, from the moment the page asks for the microphone, and then silence."""
    wanted = [*FLAGS, f"--use-file-for-fake-audio-capture={microphone}%noloop", *more]
    flags = [flag for flag in wanted if flag not in without]
    program = browsers.find(browsers.CHROMIUM, os.environ, Path.home())
    if program is None:
        pytest.skip("needs Chromium: `dev.py test` installs it where it may, and CHROMIUM may name its program")
    browser = playwright.chromium.launch(executable_path=program, args=flags)
    try:
        yield browser
    finally:
        browser.close()


class Visitor:
    """Someone on the page: what they do, what they see and what they hear."""

    def __init__(self, browser: Browser, url: str, *, record: bool = True, first: str = "", **context: object) -> None:
        """`first` is a script that runs before the page's own; `context` is Playwright's."""
        self.page: Page = browser.new_page(**context)  # type: ignore[arg-type]
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        """Console errors, uncaught faults and breaches of the security policy."""
        self.page.on("console", lambda line: line.type == "error" and self.complaints.append(line.text))
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        if record:
            self.page.add_init_script(path=RECORDER)
        if first:
            self.page.add_init_script(first)
        self.page.goto(url)

    def choose(self, persona: str) -> None:
        self.page.get_by_role("radio", name=persona).check(force=True)

    def start(self) -> None:
        self.page.get_by_role("button", name="Start", exact=True).click()
        self.expect_state("live")

    def stop(self) -> None:
        self.page.get_by_role("button", name="Stop").click()
        self.expect_state("ended")

    def type(self, text: str) -> None:
        self.page.get_by_label("Message").fill(text)
        self.page.keyboard.press("Enter")

    def expect_state(self, state: str) -> None:
        expect(self.page.locator("html")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def expect_turns(self, role: str, count: int) -> list[str]:
        """Wait until `role` has `count` finished captions and return their texts."""
        turns = self.page.locator(f'#captions [data-role="{role}"]')
        finished = turns.and_(self.page.locator('[data-status="done"], [data-status="interrupted"]'))
        expect(finished).to_have_count(count, timeout=PATIENCE_MS)
        return finished.locator(".text").all_inner_texts()

    def expect_activity(self, activity: str) -> None:
        """`listening`, `hearing`, `thinking` or `speaking`."""
        expect(self.page.locator("html")).to_have_attribute("data-activity", activity, timeout=PATIENCE_MS)

    def heard(self) -> Recording:
        """Everything recorded so far, both sides."""
        return Recording.decode(self.page.evaluate("window.__recorder.take()"))
