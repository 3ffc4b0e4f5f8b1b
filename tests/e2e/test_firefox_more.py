"""In Firefox: words said while it connects, a call that crosses its limit, relay mode, tools, pictures, recording."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.chromium import PATIENCE_MS, Visitor
from tests.e2e.conftest import Listen, Microphone
from tests.e2e.hearing import Recording
from tests.e2e.offline import Offline
from tests.e2e.sound_system import SoundSystem
from tests.e2e.test_first_words import MICROPHONE, SENT, SLOW_MS, load_code
from tests.e2e.test_pictures_and_endings import _decoded as decoded
from tests.e2e.test_pictures_and_endings import _photograph as photograph
from tests.e2e.test_relay import _newest as newest
from tests.e2e.test_successor import STATES, TAKEN_OVER, captions, expect_all_freed, until, until_hung_up

NOTE_TRACKS = """
    window.tracksSent = [];
    const replace = RTCRtpSender.prototype.replaceTrack;
    RTCRtpSender.prototype.replaceTrack = function (track) {
      tracksSent.push(track);
      return replace.call(this, track);
    };
"""


def test_what_is_said_while_it_connects_is_sent_whole_and_a_call_is_recorded(
    fox: Browser, offline: Offline, sound: SoundSystem, microphone: Microphone, listen: Listen, tmp_path: Path
) -> None:
    offline.turn(mint_latency_ms=SLOW_MS, calls_latency_ms=SLOW_MS)
    france = microphone(("What is the capital of France?", 1), lead=0.4)
    italy = microphone(("What is the capital of Italy?", 1), lead=1.5)
    visitor = Visitor(fox, offline.page, first=NOTE_TRACKS)
    page = visitor.page
    load_code(visitor)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#hint")).to_have_text("Speak already: it is kept.")
    sound.say("Desk", france)
    visitor.expect_state("live")
    asked = visitor.expect_turns("user", 1)[0].lower()
    assert "Paris" in visitor.expect_turns("assistant", 1)[0]
    until(visitor, f"{SENT} === {MICROPHONE}")
    assert page.evaluate(f"tracksSent[0] !== {MICROPHONE}"), "first the words that were kept"

    page.get_by_role("button", name="Record").click()
    consent = page.get_by_role("dialog", name="Record this call?")
    consent.get_by_role("checkbox").check()
    consent.get_by_role("button", name="Start recording").click()
    mark = page.locator(".recording")
    expect(mark).to_contain_text("End recording")
    sound.say("Desk", italy)
    assert "Rome" in visitor.expect_turns("assistant", 2)[1]
    visitor.expect_activity("listening")
    visitor.heard_out()
    visitor.stop()
    with page.expect_download() as download:
        mark.get_by_role("button", name="Save recording").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    left, right = decoded(path)

    assert [words in asked for words in ("what is", "capital", "france")] == [True] * 3, asked
    assert "rome" in listen(Recording(left, right)), "the assistant is on the right"
    assert "italy" in listen(Recording(right, left)), "the person is on the left"
    assert visitor.complaints == []


def test_a_spoken_conversation_crosses_its_limit(
    fox: Browser, offline: Offline, sound: SoundSystem, microphone: Microphone, listen: Listen
) -> None:
    name = microphone(("My name is Peter.", 1))
    question = microphone(("What is my name?", 1), lead=1.5)
    visitor = Visitor(fox, offline.another_page(CALL_MODE="token", MAX_CALL_SECONDS="21"), first=STATES)
    visitor.start()
    sound.say("Desk", name)
    visitor.expect_turns("assistant", 1)
    until(visitor, TAKEN_OVER)
    heard = sound.listen()
    sound.say("Desk", question)
    visitor.expect_turns("user", 2)
    answer = visitor.expect_turns("assistant", 2)[1]
    visitor.expect_activity("listening")
    said = listen(heard.out())
    shown = captions(visitor)
    expect_all_freed(visitor)

    assert [role for role, _ in shown] == ["user", "assistant"] * 2
    assert "Peter" in answer
    assert "your name is peter" in said, "not all of it came out of the loudspeaker"
    assert visitor.complaints == []


def test_in_relay_mode_two_tools_and_a_picture_work_and_leaving_hangs_up(
    fox: Browser, offline: Offline, sound: SoundSystem, tmp_path: Path
) -> None:
    visitor = Visitor(fox, offline.another_page(CALL_MODE="relay"), record=False)
    page = visitor.page
    visitor.choose("Page designer")
    visitor.start()
    session = newest(offline)
    visitor.type("Make the background navy and the text white.")
    expect(page.locator("#captions .tool")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator("body")).to_have_css("background-color", "rgb(0, 0, 128)")
    expect(page.locator("body")).to_have_css("color", "rgb(255, 255, 255)")
    visitor.expect_turns("assistant", 1)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Show a picture").click()
    chooser.value.set_files(photograph(tmp_path / "holiday.jpg"))
    expect(page.get_by_role("group", name="Picture to send")).to_contain_text(re.compile("1024 . 768"))
    visitor.type("What is this?")
    assert "1024 by 768 pixels. Most of it is red." in visitor.expect_turns("assistant", 2)[1]
    page.goto("about:blank")
    until_hung_up(visitor, offline, session)
    assert visitor.complaints == []
