"""The doctor's offer and check before the browsers' own ICE agents: a page stands where Azure stands, and answers."""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from devtools.doctor import route
from devtools.doctor.credential import Header
from devtools.doctor.exchange import Heard, Letter, exchange
from devtools.doctor.route import Ticket
from devtools.doctor.world import Reply, Request, this_machine
from tests.e2e.chromium import chromium
from tests.e2e.firefox import firefox
from voicemint.masking import Secret

PATIENCE_SECONDS = 30.0
ANSWER = """async (sdp) => {
  const peer = (globalThis.peer = new RTCPeerConnection());
  const gathered = new Promise((resolve) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && resolve();
  });
  await peer.setRemoteDescription({ type: "offer", sdp });
  await peer.setLocalDescription(await peer.createAnswer());
  await gathered;
  return peer.localDescription.sdp;
}"""
SHOWN = "--disable-features=WebRtcHideLocalIpsWithMdns"
"""Addresses as numbers: a name of the browser's own making is nothing that the doctor asks for."""


def look(
    browser: Browser, spoil: Callable[[str], str] = lambda sdp: sdp, seconds: float = PATIENCE_SECONDS
) -> list[str]:
    """What the doctor finds where a page of that browser takes the call."""
    page = browser.new_page()

    def ask(request: Request) -> Reply:
        if request.url.endswith("/hangup"):
            page.close()
            return Reply(200)
        sdp = page.evaluate(ANSWER, (request.body or b"").decode())
        return Reply(201, {"location": "/v1/realtime/calls/rtc_1"}, spoil(sdp).encode())

    def listen(letters: Sequence[Letter], _: float, heard: Heard) -> None:
        exchange(letters, seconds, heard)

    world = replace(this_machine(), ask=ask, exchange=listen)
    ticket = Ticket("https://res.openai.azure.com", Secret("ek_1"), Header("api-key", Secret("key")))
    found = [one.id for one in route.look(world, ticket, region="", page="")]
    assert page.is_closed(), "the call was not hung up"
    return found


def of_another(sdp: str) -> str:
    """The answer with a password that is not the call's."""
    return sdp.replace("a=ice-pwd:", "a=ice-pwd:x")


def test_chromium_answers(playwright_: Playwright, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "silence.wav"), "wb") as silence:
        silence.setparams((1, 2, 48_000, 0, "NONE", ""))
    with chromium(playwright_, tmp_path / "silence.wav", more=[SHOWN]) as browser:
        assert look(browser) == []
        assert look(browser, of_another, 0.5) != []


def test_firefox_answers(playwright_: Playwright) -> None:
    with firefox(playwright_, None, {"media.peerconnection.ice.obfuscate_host_addresses": False}) as browser:
        assert look(browser) == []
        assert look(browser, of_another, 0.5) != []
