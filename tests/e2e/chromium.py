"""A Chromium whose microphone is a WAV file, with the page open and everything it does recorded."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from devtools import browsers
from tests.e2e.hearing import RATE, Recording, spans
from tests.e2e.sound_system import SoundSystem

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
    playwright: Playwright,
    microphone: Path | SoundSystem,
    *,
    without: Sequence[str] = (),
    more: Sequence[str] = (),
    before: Sequence[str] = (),
) -> Iterator[Browser]:
    """A browser that hears a WAV once, from the moment the page asks for the microphone, and then silence.

    Or one with the devices of a sound system. `before` is a command that starts another, such as in another network.
    """
    unwanted = []
    if isinstance(microphone, SoundSystem):
        unwanted = ["--mute-audio"]
        before = [*before, "env", *(f"{name}={value}" for name, value in microphone.environment.items())]
        wanted = [flag for flag in [*FLAGS, *more] if flag != FAKE_MICROPHONE]
    else:
        wanted = [*FLAGS, f"--use-file-for-fake-audio-capture={microphone}%noloop", *more]
    flags = [flag for flag in wanted if flag not in without]
    program = browsers.find(browsers.CHROMIUM, os.environ, Path.home())
    if program is None:
        pytest.skip("needs Chromium: `dev.py test` installs it where it may, and CHROMIUM may name its program")
    with started_by(before, program) as path:
        browser = playwright.chromium.launch(executable_path=path, args=flags, ignore_default_args=unwanted)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def started_by(before: Sequence[str], program: Path) -> Iterator[Path]:
    """A file to start in the place of `program`: Playwright takes one without arguments."""
    if not before:
        yield program
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, program.name)
        path.write_text(f'#!/bin/sh\nexec {shlex.join([*before, str(program)])} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
        yield path


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
        if first:
            self.page.add_init_script(first)
        if record:
            self.page.add_init_script(path=RECORDER)
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

    def heard_out(self) -> Recording:
        """The same, once the answer whose end the page has been told is over: on a busy machine sound comes later."""
        told = len(self.heard().assistant)
        for _ in range(80):
            self.page.wait_for_timeout(250)
            recording = self.heard()
            if len(recording.assistant) > told + RATE and not spans(recording.assistant[-RATE // 2 :]):
                return recording
        raise AssertionError("the assistant never stops, or nothing is recorded any more")
