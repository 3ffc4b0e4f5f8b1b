"""OpenAI's own JavaScript SDK calls with what `POST /api/session` replies: the page in `examples/agents`."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Playwright, expect

from devtools.processes import Children
from tests.e2e.chromium import PATIENCE_MS, Visitor, chromium
from tests.e2e.conftest import Listen, Microphone
from tests.e2e.offline import Offline
from tests.programs import ROOT

EXAMPLE = ROOT / "examples" / "agents"
SDK = EXAMPLE / "node_modules" / "@openai" / "agents-realtime" / "dist" / "bundle" / "openai-realtime-agents.mjs"
START_SECONDS = 30


@pytest.fixture
def example(offline: Offline) -> Iterator[str]:
    """The example's own server beside the product; its address."""
    node = shutil.which("node")
    if node is None or not SDK.is_file():
        pytest.skip("needs Node and OpenAI's SDK: run `dev.py test`, or `npm ci` in examples/agents")
    environment = {**os.environ, "FUNCTION": offline.page, "PORT": "0"}
    with Children(show=lambda name, line: None) as children:
        child = children.start("example", [node, "serve.mjs"], environment, EXAMPLE)
        yield children.wait_ready(child, START_SECONDS)


def test_the_sdk_calls_with_our_reply_and_leaves_the_session_as_the_server_made_it(
    playwright_: Playwright, offline: Offline, microphone: Microphone, listen: Listen, example: str
) -> None:
    wav = microphone(("Change the background to purple.", 20))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, example)
        page = visitor.page
        visitor.start()
        # The words need the server's transcription, the colour the persona's tool: the SDK's own session has neither.
        expect(page.locator("body")).to_have_css("background-color", "rgb(128, 0, 128)", timeout=PATIENCE_MS)
        expect(page.locator('[data-role="tool"]')).to_contain_text("The background is purple now.")
        expect(page.locator('[data-role="user"]')).to_contain_text("purple")
        said = page.locator('[data-role="assistant"][data-status="completed"]')
        expect(said).to_have_count(1, timeout=PATIENCE_MS)

        visitor.type("What is the capital of Japan?")
        expect(said.nth(1)).to_contain_text("Tokyo", timeout=PATIENCE_MS)
        assert "background" in listen(visitor.heard_out())
        expect(page.locator("#reply")).to_contain_text("/openai/v1/realtime/calls")
        assert not re.search(r"ek_\w", page.content())
        visitor.type("Goodbye.")
        visitor.expect_state("ended")
        assert visitor.complaints == []

        offline.fail("mint", "bad_key")
        page.get_by_role("button", name="Start").click()
        visitor.expect_state("failed")
        expect(page.get_by_role("status")).to_contain_text("The call did not start: ")


def test_the_example_is_served_under_the_policy_of_the_page(offline: Offline, example: str) -> None:
    policies = []
    for address in (example, offline.page):
        with urlopen(address, timeout=10) as reply:  # noqa: S310 - loopback
            policies.append(reply.headers["Content-Security-Policy"])
    assert policies[0] == policies[1]
    assert "unsafe" not in policies[0]
