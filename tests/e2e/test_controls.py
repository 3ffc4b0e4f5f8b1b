"""What "More" opens: devices changed in mid-call, volume, speed and language; by keyboard too, and remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.hearing import spans
from tests.e2e.offline import Offline
from tests.e2e.test_accessibility import DESKTOP, PHONE, _tab_to, expect_no_violation

LOUDSPEAKER = Path(__file__).with_name("loudspeaker.js").read_text("utf-8")


CHANNEL = """
const make = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (...given) {
  const channel = make.apply(this, given);
  channel.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "session.created") window.__session = event.session;
  });
  return channel;
};
"""

DEVICES = """
// A browser that names no device until the page may listen, and in which a test can plug and unplug them.
const { mediaDevices } = navigator;
const list = mediaDevices.enumerateDevices.bind(mediaDevices);
const ask = mediaDevices.getUserMedia.bind(mediaDevices);
let allowed = false;
window.__devices = (all) => all;
mediaDevices.getUserMedia = async (constraints) => {
  const stream = await ask(constraints);
  allowed = true;
  return stream;
};
mediaDevices.enumerateDevices = async () =>
  allowed ? __devices((await list()).map((one) => one.toJSON())) : [{ kind: "audioinput", deviceId: "", label: "" }];
window.__plug = (change) => {
  window.__devices = change;
  mediaDevices.dispatchEvent(new Event("devicechange"));
};
"""


def more(page: Page) -> Locator:
    """The panel, open."""
    if page.locator("#more").get_attribute("open") is None:
        page.locator("#more > summary").click()
    panel = page.locator(".more-panel")
    expect(panel).to_be_visible()
    return panel


def until(page: Page, condition: str) -> None:
    """Wait for it; Playwright's own way to do so would break the page's security policy."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def volume(page: Page, percent: int) -> None:
    slider = more(page).get_by_label("Volume of the assistant")
    slider.fill(str(percent))
    expect(slider).to_have_value(str(percent))


def test_another_microphone_in_mid_call_is_heard_and_the_call_stays(
    playwright_: Playwright, offline: Offline, microphone: Microphone
) -> None:
    # Each opening of a fake device plays the file anew: a second question can only have come by the second device.
    wav = microphone(("What is seven times eight?", 60))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page)
        page = visitor.page
        visitor.start()
        assert "56" in visitor.expect_turns("assistant", 1)[0]
        visitor.expect_activity("listening")
        page.evaluate("window.__old = __recorder.microphones[0].getTracks()[0]")
        choice = more(page).get_by_label("Microphone")
        offered = choice.locator("option").all_inner_texts()
        assert len(offered) >= 3, "Chromium's default and two more"
        choice.select_option(label=offered[2])
        expect(more(page).get_by_role("status").last).to_have_text(f"“{offered[2]}” listens now.")
        assert "56" in visitor.expect_turns("assistant", 2)[1]
        visitor.expect_state("live")
        old = page.evaluate("__old.readyState")
        sends = page.evaluate("__recorder.connections.map((one) => one.getSenders()[0].track.label)")
        visitor.stop()
        assert page.locator("html").get_attribute("data-holding") == ""
        left = page.evaluate("__recorder.connections[0].getSenders()[0].track.readyState")

    assert sends == [offered[2]], "one connection, and it sends the chosen microphone"
    assert old == "ended", "the old microphone is closed"
    assert left == "ended"
    assert visitor.complaints == []


def test_muted_stays_muted_and_an_unplugged_microphone_gives_way_to_the_default(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        page = visitor.page
        visitor.start()
        page.get_by_role("button", name="Mute").click()
        choice = more(page).get_by_label("Microphone")
        choice.select_option(index=2)
        expect(more(page).get_by_role("status").last).to_contain_text("listens now")
        sent = "__recorder.connections[0].getSenders()[0].track"
        assert page.evaluate(f"{sent}.enabled") is False
        page.get_by_role("button", name="Mute").click()
        assert page.evaluate(f"{sent}.enabled") is True
        # As a browser tells of a device that was pulled out.
        page.evaluate(f"{sent}.stop(); {sent}.dispatchEvent(new Event('ended'))")
        expect(page.locator("#toast")).to_contain_text("That microphone went away.")
        until(page, f"{sent}.readyState === 'live'")
        assert page.evaluate(f"{sent}.enabled") is True
        visitor.expect_state("live")
        # And with none left the call ends, in the page's own words.
        page.evaluate(
            f"""navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
            {sent}.stop(); {sent}.dispatchEvent(new Event("ended"))"""
        )
        visitor.expect_state("failed")
        expect(page.locator("html")).to_have_attribute("data-failure", "mic_lost")
        expect(page.locator("html")).to_have_attribute("data-holding", "")
    assert visitor.complaints == []


def test_an_unplugged_microphone_gives_way_also_if_more_was_never_opened(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        sent = "__recorder.connections[0].getSenders()[0].track"
        visitor.page.evaluate(f"{sent}.stop(); {sent}.dispatchEvent(new Event('ended'))")
        expect(visitor.page.locator("#toast")).to_contain_text("listens now")
        until(visitor.page, f"{sent}.readyState === 'live'")
        visitor.expect_state("live")
        visitor.stop()
    assert visitor.complaints == []


def test_volume_0_is_silence_and_back_where_the_element_ignores_it(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, first=LOUDSPEAKER)
        page = visitor.page
        volume(page, 80)
        visitor.start()

        def loudest(answers: int) -> float:
            page.evaluate("__loudest()")
            visitor.type("What is the capital of Japan?")
            visitor.expect_turns("assistant", answers)
            visitor.expect_activity("listening")
            heard: float = page.evaluate("__loudest()")
            return heard

        loud = loudest(1)
        volume(page, 0)
        page.wait_for_timeout(300)
        before = len(visitor.heard().assistant)
        silent = loudest(2)
        came = visitor.heard().assistant[before:]
        assert page.evaluate("document.querySelector('voice-call').player.muted") is True
        expect(page.locator("#more > summary")).to_have_text("More · sound off")
        volume(page, 20)
        quieter = loudest(3)
        visitor.stop()

    assert spans(came), "the answer did come in"
    assert loud > 0.05
    assert silent < 0.001
    assert 0.1 * loud < quieter < 0.5 * loud
    assert visitor.complaints == []


def test_speed_and_language_reach_the_session_only_when_chosen(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, first=CHANNEL)
        page = visitor.page

        def asked() -> tuple[dict[str, object], Any]:
            """What the page asks of the server, and the sound that the service then says the session has."""
            with page.expect_request("**/api/session") as sent:
                page.locator("#primary").click()
            visitor.expect_state("live")
            audio = page.evaluate("__session.audio")
            visitor.stop()
            return json.loads(sent.value.post_data or "{}"), audio

        body, audio = asked()
        assert audio["output"]["speed"] == 1
        assert "speed" not in body
        assert "language" not in body
        panel = more(page)
        panel.get_by_label("Speed").select_option("1.5")
        panel.get_by_label("Language").select_option(label="Deutsch")
        body, audio = asked()
        assert (body["speed"], body["language"]) == (1.5, "de")
        assert (audio["output"]["speed"], audio["input"]["transcription"]["language"]) == (1.5, "de")

        page.reload()  # remembered, and sent without "More" being opened
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
        body, _ = asked()
        assert (body["speed"], body["language"]) == (1.5, "de")
        more(page).get_by_role("button", name="Forget these choices").click()
        body, _ = asked()
        assert "speed" not in body
        assert page.evaluate("localStorage.getItem('voicemint.more')") is None
    assert visitor.complaints == []


def test_a_remembered_microphone_is_asked_for_and_speaker_and_volume_hold(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        page = visitor.page
        panel = more(page)
        if panel.get_by_role("button", name="List my devices").is_visible():
            panel.get_by_role("button", name="List my devices").click()
        wanted = panel.get_by_label("Microphone").locator("option").all_inner_texts()[2]
        panel.get_by_label("Microphone").select_option(label=wanted)
        if panel.get_by_label("Speaker").is_visible():
            panel.get_by_label("Speaker").select_option(index=1)
            until(page, "document.querySelector('voice-call').player.sinkId !== ''")
        volume(page, 40)
        page.reload()
        visitor.start()
        assert page.evaluate("__recorder.microphones[0].getAudioTracks()[0].label") == wanted
        until(page, "document.querySelector('voice-call').player.volume === 0.4")
        assert wanted not in page.evaluate("import('./js/tools.js').then((m) => m.readPage(document.body))")
        visitor.stop()
    assert visitor.complaints == []


def test_devices_are_named_after_permission_and_may_come_and_go(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, first=DEVICES)
        page = visitor.page
        panel = more(page)
        microphones, speakers = panel.get_by_label("Microphone"), panel.get_by_label("Speaker")
        expect(panel).to_contain_text("listed once this page may listen")
        expect(microphones.locator("option")).to_have_count(1)
        expect(speakers).to_be_hidden()
        panel.get_by_role("button", name="List my devices").click()
        expect(microphones).to_be_focused()
        expect(microphones.locator("option")).to_have_count(3)
        expect(panel).not_to_contain_text("may listen")
        tracks = "__recorder.microphones.flatMap((one) => one.getTracks().map((track) => track.readyState))"
        assert page.evaluate(tracks) == ["ended"], "asking leaves nothing open"

        speakers.select_option(index=2)
        until(page, "document.querySelector('voice-call').player.sinkId !== ''")
        page.evaluate("""__plug((all) => [
            ...all.filter((one) => one.kind !== "audiooutput"),
            { kind: "audioinput", deviceId: "bt", label: "AirPods (Bluetooth)" },
            { kind: "audiooutput", deviceId: "bt", label: "AirPods (Bluetooth)" },
        ])""")
        expect(microphones.locator("option")).to_have_count(4)
        expect(speakers.locator("option:checked")).to_contain_text("(not there)")
        until(page, "document.querySelector('voice-call').player.sinkId === ''")
        expect(panel).not_to_contain_text("telephone")
        microphones.select_option("bt")
        expect(panel).to_contain_text("A Bluetooth headset's microphone makes both voices sound like a telephone.")
        page.evaluate("__plug((all) => all)")
        expect(microphones.locator("option:checked")).to_have_text("AirPods (Bluetooth) (not there)")
        until(page, "document.querySelector('voice-call').player.sinkId !== ''")

        visitor.start()  # with what there is
        more(page)
        page.evaluate("""__plug((all) => [...all, { kind: "audioinput", deviceId: "bt", label: "AirPods" }])""")
        microphones.select_option("")
        expect(panel.get_by_role("status").last).to_contain_text("listens now")
        microphones.select_option("bt")  # is listed, and does not open
        expect(panel.get_by_role("status").last).to_contain_text("does not start")
        expect(microphones.locator("option:checked")).to_have_text("System default")
        assert page.evaluate("__recorder.connections[0].getSenders()[0].track.readyState") == "live"
        visitor.expect_state("live")
        visitor.stop()
    assert visitor.complaints == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_is_accessible_and_works_by_keyboard_alone(
    playwright_: Playwright, offline: Offline, quiet: Path, viewport: dict[str, int]
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, viewport=viewport)
        page = visitor.page
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('#more > summary')"):
                break
        page.keyboard.press("Enter")
        expect(page.locator(".more-panel")).to_be_visible()
        expect_no_violation(visitor, "open, at rest")
        page.keyboard.press("Tab")
        page.keyboard.press("Q")  # to the first option with this letter
        assert page.locator(".more-panel select").first.input_value() == "1.25"
        _tab_to(visitor, "primary")
        page.keyboard.press("Enter")
        visitor.expect_state("live")
        expect(page.locator(".more-panel")).to_be_hidden()
        more(page)
        expect_no_violation(visitor, "open, in a call")
        expect(page.get_by_label("Speed")).to_be_hidden()
        slider = page.get_by_label("Volume of the assistant")
        slider.focus()
        page.keyboard.press("Home")
        expect(slider).to_have_attribute("aria-valuetext", "Sound off")
        page.keyboard.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", "5 %")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        visitor.stop()
    assert wide <= 0
    assert visitor.complaints == []
