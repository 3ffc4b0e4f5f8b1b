"""Seeing the call: waiting, tokens, money and network of a real conversation; its files; and the limit that ends it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect

from devtools.infra import MODELS
from devtools.infra.models import read
from tests.e2e.chromium import PATIENCE_MS, Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.offline import Offline
from tests.programs import ROOT


def _cells(page: Page, caption: str) -> list[list[str]]:
    """The body of a table of the Call tab, row by row."""
    named = page.locator("caption", has_text=re.compile(f"^{caption}"))
    rows = page.locator("#insights table", has=named).locator("tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def _save(visitor: Visitor, name: str, folder: Path) -> tuple[str, str]:
    """The name of the saved file, and what is in it."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("group", name="Save the conversation as").get_by_role("button", name=name).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.name, path.read_text(encoding="utf-8")


def test_two_turns_are_seen_and_saved(
    playwright_: Playwright, offline: Offline, microphone: Microphone, tmp_path: Path
) -> None:
    wav = microphone(("What is seven times eight?", 6), ("What is the capital of France?", 30))
    with chromium(playwright_, wav) as browser:
        visitor = Visitor(browser, offline.page, viewport={"width": 1280, "height": 900})
        page = visitor.page
        visitor.start()
        visitor.expect_turns("user", 2)
        visitor.expect_turns("assistant", 2)
        visitor.expect_activity("listening")
        # What was said before anyone looked is there: the tab is opened only now.
        page.get_by_role("tab", name="Call").click()
        insights = page.locator("#insights")
        expect(insights.locator(".plot rect")).to_have_count(2)
        expect(insights).to_contain_text(re.compile(r"median \d"))
        expect(insights).to_contain_text(re.compile(r"About \$\d|About <\$"))
        expect(insights.locator(".figure").first).to_contain_text(
            re.compile(r"(Good|Weak|Bad)(UDP|TCP), direct"), timeout=10_000
        )
        tokens = {row[0]: [int(cell.replace(",", "")) for cell in row[1:]] for row in _cells(page, "Tokens")}
        turns = _cells(page, "Wait, tokens and money of each turn")
        steps = [row[0] for row in _cells(page, "Time from Start")]
        page.get_by_role("tab", name="Conversation").click()
        page.get_by_role("button", name="Save").click()
        text = _save(visitor, "Text", tmp_path)
        document = _save(visitor, "JSON", tmp_path)
        subtitles = _save(visitor, "Subtitles", tmp_path)
        events = _save(visitor, "Events", tmp_path)
        visitor.stop()
        complaints = visitor.complaints

    assert tokens["Audio"][0] > 20, "the person's speech"
    assert tokens["Audio"][2] > 20, "the assistant's"
    assert tokens["All"][0] == tokens["Audio"][0] + tokens["Text"][0]
    assert [turn[0] for turn in turns] == ["1", "2"]
    assert all(re.fullmatch(r"\d+ ms|\d\.\d s", turn[1]) for turn in turns), turns
    assert sum(int(turn[2].replace(",", "")) for turn in turns) == tokens["All"][0]
    assert "Data channel" in steps
    assert re.fullmatch(r"voicemint-\d{4}-\d\d-\d\d-\d{4}\.txt", text[0])
    assert "Assistant (" in text[1]
    assert "Paris" in text[1]
    said = json.loads(document[1])["turns"]
    assert [turn["role"] for turn in said] == ["user", "assistant", "user", "assistant"]
    assert [turn.get("persona") for turn in said] == [None, "Assistant", None, "Assistant"]
    assert all(turn["began"] < turn["ended"] for turn in said)
    cues = re.findall(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\n<v (\w+)>", subtitles[1])
    assert subtitles[1].startswith("WEBVTT\n\n1\n00:00:00.000 --> ")
    assert [cue[2] for cue in cues] == ["You", "Assistant", "You", "Assistant"]
    assert [cue[0] for cue in cues] == sorted(cue[0] for cue in cues)
    logged = [json.loads(line) for line in events[1].splitlines()]
    assert {"session.created", "response.done"} <= {line["type"] for line in logged}
    assert "not shown" in next(json.dumps(line) for line in logged if line["type"] == "session.created")
    assert not re.search(r"ek_|api-key|Bearer", "".join([text[1], document[1], subtitles[1], events[1]]))
    assert complaints == [], "files are made without a breach of the security policy"


def test_the_limit_ends_the_call_and_keeps_the_captions(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, viewport={"width": 390, "height": 844})
        page = visitor.page
        visitor.start()
        page.get_by_role("tab", name="Conversation").press("End")  # the keyboard opens it as well
        limit = page.get_by_label("End a call at")
        limit.fill("0.0001")
        limit.press("Tab")
        expect(page.locator("html")).to_have_attribute("data-budget", "fine")
        page.get_by_role("tab", name="Conversation").click()
        visitor.type("What is the capital of Japan?")
        visitor.expect_state("ended")
        expect(page.locator("html")).to_have_attribute("data-ended", "budget")
        expect(page.locator("#hint")).to_contain_text("limit")
        expect(page.locator("#captions")).to_contain_text("Tokyo")
        expect(page.locator("html")).to_have_attribute("data-holding", "")
        # The limit is kept, and watched without its tab being opened.
        page.reload()
        visitor.start()
        visitor.type("What is the capital of Italy?")
        visitor.expect_state("ended")
        expect(page.locator("html")).to_have_attribute("data-ended", "budget")
        assert visitor.complaints == []


PRICES = "**/models.json"
UNLISTED = "Azure's prices could not be loaded. You can write your own below"
OWN = ("Text in", "Text in, cached", "Text out", "Audio in", "Audio in, cached", "Audio out")
"""What an answer is billed by."""


def test_without_prices_tokens_are_told_and_the_limit_is_not_trusted(
    playwright_: Playwright, offline: Offline, quiet: Path
) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page, viewport={"width": 1280, "height": 900})
        page, insights = visitor.page, visitor.page.locator("#insights")
        page.route(PRICES, lambda route: route.fulfill(status=404))
        visitor.start()
        page.get_by_role("tab", name="Call").click()
        limit = page.get_by_label("End a call at")
        limit.fill("0.5")
        limit.press("Tab")
        expect(page.locator("html")).to_have_attribute("data-budget", "unwatched")
        expect(page.locator("#toast")).to_have_text("Azure's prices could not be loaded, so your limit is not watched.")
        page.get_by_role("tab", name="Conversation").click()
        visitor.type("What is the capital of Japan?")
        visitor.expect_turns("assistant", 1)
        page.get_by_role("tab", name="Call").click()
        expect(insights.locator("caption", has_text=re.compile("^Tokens"))).to_be_visible()
        expect(insights.get_by_text(UNLISTED).first).to_be_visible()
        expect(insights.get_by_text("so your limit is not watched")).to_be_visible()
        assert {row[0] for row in _cells(page, "Tokens")} >= {"Text", "Audio", "All"}
        assert "$" not in insights.inner_text()

        # The person's own prices make a sum, and are watched.
        insights.get_by_text("Prices", exact=True).click()
        for name in OWN:
            field = insights.get_by_label(name, exact=True)
            expect(field).to_have_value("")
            field.fill("0.1")
            field.press("Tab")
        expect(insights).to_contain_text(re.compile(r"About <?\$0\.0.*for this call"))
        expect(insights).to_contain_text(re.compile(r"\$0\.0\d+ of \$0\.500\."))
        expect(page.locator("html")).to_have_attribute("data-budget", "fine")
        insights.get_by_role("button", name="Use the listed prices").click()
        expect(page.locator("html")).to_have_attribute("data-budget", "unwatched")

        # They are asked for again when somebody looks again, and kept for a day on which they do not come.
        page.unroute(PRICES)
        page.get_by_role("tab", name="Conversation").click()
        page.get_by_role("tab", name="Call").click()
        read_on = read(ROOT / MODELS).prices_read
        expect(insights).to_contain_text(f"Listed are Azure's of {read_on.day} {read_on:%B %Y} for gpt-realtime")
        expect(page.locator("html")).to_have_attribute("data-budget", "fine")
        visitor.stop()
        page.route(PRICES, lambda route: route.abort())
        limit.fill("0.0001")
        limit.press("Tab")
        page.reload()
        visitor.start()
        visitor.type("What is the capital of Italy?")
        visitor.expect_state("ended")
        expect(page.locator("html")).to_have_attribute("data-ended", "budget")
        assert [line for line in visitor.complaints if "Failed to load resource" not in line] == []


def test_a_private_session_says_that_it_does_not_know(
    playwright_: Playwright, offline: Offline, microphone: Microphone
) -> None:
    address = offline.another_page(EVENT_FILTER="private")
    with chromium(playwright_, microphone(("What is the capital of France?", 20))) as browser:
        visitor = Visitor(browser, address)
        visitor.start()
        visitor.expect_turns("assistant", 1)
        visitor.page.get_by_role("tab", name="Call").click()
        insights = visitor.page.locator("#insights")
        expect(insights).to_contain_text("does not tell this page what its answers use")
        expect(insights).to_contain_text(re.compile(r"\d( ms| s)the first time"))
        assert "$0" not in insights.inner_text()
        assert visitor.complaints == []


def test_the_event_log_can_be_paused(playwright_: Playwright, offline: Offline, quiet: Path) -> None:
    with chromium(playwright_, quiet) as browser:
        visitor = Visitor(browser, offline.page)
        visitor.start()
        page = visitor.page
        page.get_by_role("tab", name="Events").click()
        rows = page.locator("#log li")
        expect(rows.filter(has_text="session.created")).to_have_count(1, timeout=PATIENCE_MS)
        page.get_by_role("button", name="Pause").click()
        before = rows.count()
        page.get_by_role("tab", name="Conversation").click()
        visitor.type("What is the capital of Japan?")
        visitor.expect_turns("assistant", 1)
        page.get_by_role("tab", name="Events").click()
        assert rows.count() == before
        go_on = page.get_by_role("button", name=re.compile(r"Go on \(\d+\)"))
        missed = int(re.sub(r"\D", "", go_on.inner_text()))
        go_on.click()
        assert missed > 5
        assert rows.count() >= before + missed
        assert visitor.complaints == []
