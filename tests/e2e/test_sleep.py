"""A device that sleeps in mid-call: all processes of the browser stand still, and go on as if nothing had been."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.mortal import Mortal
from tests.e2e.test_redial import captions, expect_name_known


def test_a_call_that_died_while_the_device_slept_is_dialled_again_on_waking(
    playwright_: Playwright, mortal: Mortal, quiet: Path
) -> None:
    if not hasattr(signal, "SIGSTOP"):
        pytest.skip("platform: processes cannot be stopped here")
    host = mortal.host("token")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, host.url)
        visitor.start()
        visitor.type("My name is Ada.")
        visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        before = captions(visitor)
        found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        # The browser's own first, or it would take the others for hung.
        processes = [one["id"] for one in sorted(found, key=lambda one: one["type"] != "browser")]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        # A night is not needed: the service forgets the call at once, and is back before the device wakes up.
        mortal.die()
        mortal.rise()
        for process in reversed(processes):
            os.kill(process, signal.SIGCONT)
        visitor.expect_state("reconnecting")
        visitor.expect_state("live")
        expect_name_known(visitor, before)
