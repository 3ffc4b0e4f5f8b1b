"""The same calls in Firefox, with devices that the system really has. One start of the browser serves most of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, Playwright, expect

from tests.e2e.chromium import Visitor
from tests.e2e.conftest import Microphone
from tests.e2e.firefox import firefox
from tests.e2e.mortal import Mortal
from tests.e2e.offline import Offline
from tests.e2e.sound_system import SoundSystem
from tests.e2e.test_failures import expect_failure
from tests.e2e.test_redial import SOONER, captions, expect_name_known
from tests.e2e.test_seeing import _save as save


def test_a_spoken_question_is_answered_and_both_voices_are_seen(
    fox: Browser, offline: Offline, sound: SoundSystem, microphone: Microphone
) -> None:
    wav = microphone(("What is seven times eight?", 1))
    visitor = Visitor(fox, offline.page, record=False)
    visitor.start()
    heard = sound.listen()
    sound.say("Desk", wav)
    assert "times" in visitor.expect_turns("user", 1)[0].lower()
    assert "56" in visitor.expect_turns("assistant", 1)[0]
    visitor.expect_activity("listening")
    assert abs(heard.stop()).max() > 0.05, "nothing came out of the loudspeaker"
    visitor.page.get_by_role("tab", name="Call").click()
    insights = visitor.page.locator("#insights")
    expect(insights).to_contain_text(re.compile(r"(Good|Weak|Bad)(UDP|TCP)"))
    expect(insights).to_contain_text("About $")
    visitor.stop()
    expect(visitor.page.locator("html")).to_have_attribute("data-holding", "")
    assert visitor.complaints == []


def test_another_microphone_takes_over_in_mid_call_and_gives_way_when_it_is_pulled_out(
    fox: Browser, offline: Offline, sound: SoundSystem, microphone: Microphone
) -> None:
    wav = microphone(("What is the capital of France?", 1))
    visitor = Visitor(fox, offline.page, record=False)
    visitor.start()
    panel = visitor.page.locator(".more-panel")
    visitor.page.locator("#more > summary").click()
    sound.plug("Headset")
    panel.get_by_label("Microphone").select_option(label="Headset")
    expect(panel.get_by_role("status").filter(has_text="“Headset” listens now.")).to_be_visible()
    sound.say("Desk", microphone(("What is seven times eight?", 1))).wait()
    sound.say("Headset", wav)
    assert "Paris" in visitor.expect_turns("assistant", 1)[0]
    visitor.expect_activity("listening")
    expect(visitor.page.locator('#captions [data-role="user"]')).to_have_count(1)
    sound.pull("Headset")
    expect(visitor.page.locator("#toast")).to_contain_text("listens now")
    sound.say("Desk", wav)
    assert "Paris" in visitor.expect_turns("assistant", 2)[1]
    visitor.expect_state("live")
    visitor.stop()
    assert visitor.complaints == []


def test_what_is_said_while_the_button_is_held_is_answered(
    fox: Browser, offline: Offline, sound: SoundSystem, microphone: Microphone
) -> None:
    wav = microphone(("What is seven times eight?", 1))
    visitor = Visitor(fox, offline.page, record=False)
    page = visitor.page
    page.get_by_label("Turn taking").select_option(label="Hold to talk")
    visitor.start()
    sound.say("Desk", wav).wait()
    button = page.get_by_role("button", name="Hold to talk")
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(button).to_have_attribute("data-held", "")
    sound.say("Desk", wav).wait()
    page.mouse.up()
    visitor.expect_turns("user", 1)
    assert "56" in visitor.expect_turns("assistant", 1)[0]
    visitor.expect_activity("listening")
    expect(page.locator('#captions [data-role="user"]')).to_have_count(1)
    visitor.stop()
    assert visitor.complaints == []


def test_a_killed_service_that_comes_back_is_dialled_again_and_knows_what_was_said(
    fox: Browser, mortal: Mortal, sound: SoundSystem
) -> None:
    visitor = Visitor(fox, mortal.host("token").url, first=SOONER)
    visitor.start()
    visitor.type("My name is Ada.")
    visitor.expect_turns("assistant", 1)
    visitor.expect_activity("listening")
    before = captions(visitor)
    mortal.die()
    visitor.expect_state("reconnecting")
    mortal.rise()
    visitor.expect_state("live")
    expect_name_known(visitor, before)


def test_captions_survive_a_reload_in_mid_call_and_their_files_are_right(
    fox: Browser, offline: Offline, sound: SoundSystem, tmp_path: Path
) -> None:
    visitor = Visitor(fox, offline.page)
    visitor.start()
    visitor.type("What is the capital of Japan?")
    visitor.expect_turns("assistant", 1)
    visitor.expect_activity("listening")
    visitor.page.get_by_role("button", name="Save").click()
    files = [save(visitor, name, tmp_path)[1] for name in ("Text", "JSON", "Subtitles", "Events")]
    text, document, subtitles, events = files
    visitor.page.reload()
    expect(visitor.page.locator("#captions")).to_contain_text("Tokyo")
    visitor.start()
    visitor.stop()
    assert "Tokyo" in text
    assert [turn["role"] for turn in json.loads(document)["turns"]] == ["user", "assistant"]
    assert subtitles.startswith("WEBVTT\n\n1\n00:00:00.000 --> ")
    assert {"session.created", "response.done"} <= {json.loads(line)["type"] for line in events.splitlines()}
    assert not re.search(r"ek_|api-key|Bearer", text + document + subtitles + events)
    assert visitor.complaints == []


def test_private_tells_less_and_still_talks(
    fox: Browser, offline: Offline, sound: SoundSystem, microphone: Microphone
) -> None:
    wav = microphone(("What is the capital of France?", 1))
    visitor = Visitor(fox, offline.another_page(EVENT_FILTER="private"), record=False)
    visitor.start()
    sound.say("Desk", wav)
    assert "france" in visitor.expect_turns("user", 1)[0].lower()
    assert "Paris" in visitor.expect_turns("assistant", 1)[0]
    visitor.page.get_by_role("tab", name="Events").click()
    expect(visitor.page.locator("#log-note")).to_contain_text("Private")
    assert "session.created" not in visitor.page.locator("#log").inner_text()
    visitor.stop()
    assert visitor.complaints == []


def test_there_is_no_microphone(playwright_: Playwright, offline: Offline) -> None:
    with firefox(playwright_, None) as bare:
        visitor = Visitor(bare, offline.page)
        visitor.page.locator("#primary").click()
        expect_failure(visitor, "mic_missing")


def test_the_microphone_is_denied(playwright_: Playwright, offline: Offline, sound: SoundSystem) -> None:
    with firefox(playwright_, sound, {"permissions.default.microphone": 2}) as denying:
        visitor = Visitor(denying, offline.page)
        visitor.page.locator("#primary").click()
        expect_failure(visitor, "mic_denied")


def test_calls_are_not_let_through(playwright_: Playwright, offline: Offline, sound: SoundSystem) -> None:
    # A call may only go over a proxy, and there is none: so it ends as where a firewall lets no UDP out.
    with firefox(playwright_, sound, {"media.peerconnection.ice.proxy_only": True}) as closed:
        visitor = Visitor(closed, offline.page)
        visitor.page.locator("#primary").click()
        assert "Another network" in expect_failure(visitor, "ice_failed")
