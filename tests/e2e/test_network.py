"""What a network does to a call: lost packets, a pulled cable, a firewall that lets no UDP out."""

from __future__ import annotations

import os
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from devtools.demo import offline_settings
from tests.canaries import CANARY_KEY
from tests.canary_hunt import found_in
from tests.e2e.chromium import Visitor, chromium
from tests.e2e.network import SERVER, Network, network
from tests.e2e.offline import WIDE_LIMITS
from tests.e2e.test_failures import expect_failure
from tests.e2e.test_redial import SOONER, captions
from tests.e2e.test_successor import until
from tests.programs import Program


@dataclass(frozen=True)
class Far:
    """The product at the other end of the cable, and a browser at this one."""

    network: Network
    browser: Browser
    page: str


@pytest.fixture(scope="module")
def silence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("microphone") / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 48_000))
    return path


@pytest.fixture(scope="module")
def far(playwright_: Playwright, silence: Path) -> Iterator[Far]:
    with network() as between:
        service = Program("simulator", {**os.environ, "SIMULATOR_API_KEY": CANARY_KEY}, before=between.on_server)
        # The page's server makes the call (relay mode): the service itself listens on its own machine only.
        settings = {**offline_settings(service.url, CANARY_KEY), **WIDE_LIMITS, "CALL_MODE": "relay"}
        host = Program("local_host", {**os.environ, **settings}, "--host", SERVER, before=between.on_server)
        try:
            # By the one name that the server lets call: it takes any other for somebody else's page.
            name = host.url.replace(SERVER, "localhost")
            found = f"--host-resolver-rules=MAP localhost {SERVER}"
            with chromium(playwright_, silence, more=[found], before=between.on_browser) as browser:
                yield Far(between, browser, name)
        finally:
            host.stop()
            service.stop()
    assert not found_in("\n".join([*service.said, *host.said]))


def live(far: Far, first: str = "") -> Visitor:
    """A visitor whose name is known to the assistant."""
    visitor = Visitor(far.browser, far.page, first=first)
    visitor.start()
    visitor.type("My name is Ada.")
    visitor.expect_turns("assistant", 1)
    visitor.expect_activity("listening")
    return visitor


def connections(visitor: Visitor) -> int:
    count: int = visitor.page.evaluate("__recorder.connections.length")
    return count


def test_packets_lost_for_some_seconds_are_waited_out(far: Far) -> None:
    visitor = live(far)
    far.network.drop_all(dropping=True)
    visitor.expect_state("reconnecting")
    far.network.drop_all(dropping=False)
    visitor.expect_state("live")
    assert connections(visitor) == 1, "it has come back by itself"
    visitor.type("What is my name?")
    assert "Ada" in visitor.expect_turns("assistant", 2)[1]
    visitor.stop()


def test_a_pulled_cable_is_dialled_over_when_it_is_back(far: Far) -> None:
    visitor = live(far, SOONER)
    before = captions(visitor)
    far.network.pull_cable()
    visitor.expect_state("reconnecting")
    expect(visitor.page.get_by_role("status").first).to_be_visible()
    # Given up, and not only waited for. Whether it dials before the cable is back is up to what the system tells.
    until(visitor, "document.querySelector('voice-call').inner.talk.conversation === null")
    far.network.plug_cable()
    visitor.expect_state("live")
    assert captions(visitor) == before
    assert connections(visitor) > 1
    visitor.type("What is my name?")
    assert "Ada" in visitor.expect_turns("assistant", 2)[1]
    visitor.stop()


def test_a_network_without_udp_is_named(far: Far) -> None:
    visitor = Visitor(far.browser, far.page)
    far.network.forbid_udp(forbidden=True)
    visitor.page.locator("#primary").click()
    said = expect_failure(visitor, "ice_failed")
    far.network.forbid_udp(forbidden=False)
    assert "must let out UDP or TCP port 3478" in said
    visitor.page.get_by_role("button", name="Try again").click()
    visitor.expect_state("live")
    visitor.stop()
