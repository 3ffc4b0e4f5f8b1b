"""What a conversation can do: pictures, several tools at once, a goodbye that ends the call, and its recording."""

from __future__ import annotations

import json
import re
from pathlib import Path

import av
import numpy as np
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.chromium import PATIENCE_MS, Visitor, chromium
from tests.e2e.conftest import Listen, Microphone
from tests.e2e.hearing import RATE, Recording, spans
from tests.e2e.offline import Offline

TIMES = "\N{MULTIPLICATION SIGN}"
# Every message that the page sends on its data channel, as it was sent.
SENT = """
window.__sent = [];
const send = RTCDataChannel.prototype.send;
RTCDataChannel.prototype.send = function (text) { window.__sent.push(text); return send.call(this, text); };
"""


def _sent(page: Page) -> list[dict]:
    return [json.loads(text) for text in page.evaluate("window.__sent")]


def _photograph(path: Path) -> Path:
    """A photograph as a telephone makes it: large, mostly red, not smooth, and it says where it was taken."""
    noise = np.random.default_rng(7).integers(-60, 60, (1800, 2400, 3))
    pixels = np.clip(np.array([190, 40, 40]) + noise, 0, 255).astype(np.uint8)
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("mjpeg")
        stream.width, stream.height, stream.pix_fmt = 2400, 1800, "yuvj420p"
        for packet in [*stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")), *stream.encode()]:
            container.mux(packet)
    data = path.read_bytes()
    place = b"Exif\x00\x00GPS 52.5200 N 13.4050 E"
    path.write_bytes(data[:2] + b"\xff\xe1" + (len(place) + 2).to_bytes(2, "big") + place + data[2:])
    return path


def test_a_picture_is_shown_small_and_seen(
    playwright_: Playwright, offline: Offline, quiet: Path, tmp_path: Path
) -> None:
    photograph = _photograph(tmp_path / "holiday.jpg")
    assert photograph.stat().st_size > 500_000
    (tmp_path / "notes.txt").write_text("words", "utf-8")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, first=SENT, viewport={"width": 390, "height": 844})
        page = visitor.page
        visitor.start()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Show a picture").click()
        chooser.value.set_files(tmp_path / "notes.txt")
        expect(page.locator("#toast")).to_contain_text("JPEG, PNG, WebP or GIF")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Show a picture").click()
        chooser.value.set_files(photograph)
        expect(page.get_by_role("group", name="Picture to send")).to_contain_text(f"1024 {TIMES} 768")
        visitor.type("What is this?")
        assert "1024 by 768 pixels. Most of it is red." in visitor.expect_turns("assistant", 1)[0]
        turn = page.locator('#captions [data-role="user"]')
        expect(turn).to_have_count(1)
        expect(turn.get_by_role("img", name=f"Picture, 1024 {TIMES} 768")).to_be_visible()
        expect(turn.locator(".text")).to_have_text("What is this?")
        expect(page.get_by_role("group", name="Picture to send")).to_be_hidden()
        sent = _sent(page)
        content = next(event["item"]["content"] for event in sent if event["type"] == "conversation.item.create")
        longest = max(len(json.dumps(event)) for event in sent)
        page.get_by_role("button", name="Save").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Text", exact=True).click()
        saved = Path(download.value.path()).read_text("utf-8")
        # A second one, dropped, sent without words.
        page.evaluate(
            """async () => {
              const canvas = new OffscreenCanvas(300, 200);
              const pen = canvas.getContext("2d");
              pen.fillStyle = "rgb(30, 70, 215)";
              pen.fillRect(0, 0, 300, 200);
              const files = new DataTransfer();
              files.items.add(new File([await canvas.convertToBlob()], "blue.png", { type: "image/png" }));
              const drop = { dataTransfer: files, bubbles: true, cancelable: true };
              window.beside = document.body.dispatchEvent(new DragEvent("drop", drop));
              document.querySelector("voice-call").dispatchEvent(new DragEvent("drop", drop));
            }"""
        )
        assert page.evaluate("beside"), "what is dropped beside the element is the page's"
        expect(page.get_by_role("group", name="Picture to send")).to_contain_text(f"300 {TIMES} 200")
        page.get_by_role("button", name="Send").click()
        assert "300 by 200 pixels. Most of it is blue." in visitor.expect_turns("assistant", 2)[1]
        stored = page.evaluate("JSON.stringify(localStorage)")
        complaints = visitor.complaints

    assert [part["type"] for part in content] == ["input_image", "input_text"]
    assert content[0]["image_url"].startswith("data:image/jpeg;base64,")
    assert longest < 160_000, "one message of the data channel must hold it"
    assert "Exif" not in json.dumps(sent)
    assert "RXhpZ" not in content[0]["image_url"][:200], "nor as base64"
    assert re.search(r"\[picture\] What is this\?", saved)
    assert "base64" not in stored + saved
    assert complaints == []


def test_two_tools_in_one_response_and_then_goodbye(
    playwright_: Playwright, offline: Offline, quiet: Path, listen: Listen
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, first=SENT)
        page = visitor.page
        visitor.choose("Page designer")
        visitor.start()
        visitor.type("Make the background navy and the text white.")
        cards = page.locator("#captions .tool")
        expect(cards).to_have_count(2, timeout=PATIENCE_MS)
        expect(page.locator("body")).to_have_css("background-color", "rgb(0, 0, 128)")
        expect(page.locator("body")).to_have_css("color", "rgb(255, 255, 255)")
        visitor.expect_turns("assistant", 1)
        visitor.expect_activity("listening")
        asked = [event.get("item", event)["type"] for event in _sent(page)]
        visitor.type("Okay, goodbye!")
        expect(cards.last).to_contain_text("Ending the call", timeout=PATIENCE_MS)
        visitor.expect_state("ended")
        expect(page.locator("html")).to_have_attribute("data-ended", "goodbye")
        expect(page.locator("#hint")).to_contain_text("goodbye")
        expect(page.locator("html")).to_have_attribute("data-holding", "")
        asked_last = [event.get("item", event)["type"] for event in _sent(page)][len(asked) :]
        said = visitor.expect_turns("assistant", 2)[1]
        heard = listen(visitor.heard_out())
        complaints = visitor.complaints

    assert asked == ["message", "response.create", "function_call_output", "function_call_output", "response.create"]
    assert asked_last == ["message", "response.create", "function_call_output"], "no answer to the end of the call"
    assert said.startswith("Goodbye")
    assert "talking to you" in heard, "the call ended only after the last word was heard"
    assert complaints == []


def test_whoever_goes_on_stays(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        visitor.type("Goodbye.")
        card = visitor.page.locator("#captions .tool")
        expect(card).to_contain_text("Ending the call", timeout=PATIENCE_MS)
        visitor.type("What is the capital of France?")  # while the goodbye is still being said
        expect(card).to_contain_text("The call goes on")
        assert "Paris" in visitor.expect_turns("assistant", 2)[1]
        visitor.expect_activity("listening")
        visitor.expect_state("live")
        page = visitor.page
        page.get_by_role("button", name="Record").click()
        expect(page.get_by_role("dialog", name="Record this call?")).to_be_visible()
        page.evaluate("document.querySelector('voice-call').stop()")
        expect(page.get_by_role("dialog", name="Record this call?")).to_be_hidden()  # there is nothing to record
        expect(page.locator("#captions-scroll")).to_be_focused()
        assert visitor.complaints == []


def test_a_call_is_recorded_with_consent(
    playwright_: Playwright, offline: Offline, microphone: Microphone, listen: Listen, tmp_path: Path
) -> None:
    wav = microphone(("What is the capital of France?", 30))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page, viewport={"width": 390, "height": 844})
        page = visitor.page
        visitor.start()
        page.get_by_role("button", name="Record").click()
        consent = page.get_by_role("dialog", name="Record this call?")
        expect(consent).to_contain_text("Nothing is uploaded")
        start = consent.get_by_role("button", name="Start recording")
        expect(start).to_be_disabled()
        consent.get_by_role("checkbox").check()
        start.click()
        mark = page.locator(".recording")
        expect(mark.get_by_role("button", name="End recording")).to_be_focused()
        expect(page.get_by_role("status").get_by_text("Recording", exact=True)).to_be_attached()
        leaves = "() => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
        assert page.evaluate(leaves) is False, "the browser asks before an hour's recording is lost"
        assert "Paris" in visitor.expect_turns("assistant", 1)[0]
        visitor.expect_activity("listening")
        expect(mark).to_be_in_viewport()
        visitor.stop()  # what was recorded is kept when the call ends
        expect(mark).to_contain_text("not saved yet")
        with page.expect_download() as download:
            mark.get_by_role("button", name="Save recording").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        expect(mark).to_contain_text(f"Saved as {path.name}")
        assert page.evaluate(leaves) is True
        complaints = visitor.complaints

    assert re.fullmatch(r"voicemint-\d{4}-\d\d-\d\d-\d{4}\.webm", path.name)
    left, right = _decoded(path)
    assert "paris" in listen(Recording(left, right)), "the assistant is on the right"
    assert "france" in listen(Recording(right, left)), "the person is on the left"
    assert spans(left)[0].end < spans(right)[0].start, "one after the other, on one time line"
    assert complaints == []


def _decoded(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Left and right of a recording, as float samples."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
    parts = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            parts += [one.to_ndarray() for one in resampler.resample(frame)]
    both = np.concatenate(parts, axis=1)
    return both[0], both[1]


def test_a_private_session_says_what_is_off(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    address = offline.another_page(EVENT_FILTER="private")
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, address)
        visitor.start()
        note = visitor.page.get_by_text("Private session: what is off")
        note.click()
        expect(visitor.page.locator(".private li").first).to_contain_text("cannot change this page, or end the call")
        visitor.type("Goodbye.")
        assert visitor.expect_turns("assistant", 1)[0].startswith("Goodbye")
        visitor.expect_activity("listening")
        visitor.expect_state("live")
        assert visitor.complaints == []
