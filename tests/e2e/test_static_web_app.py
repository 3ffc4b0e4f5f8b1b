"""The page as Static Web Apps would serve it, in Chromium: behind sign-in, under the exact policy, in both modes.

What stands in for the platform, and where it differs, is told in `tests/e2e/static_web_app.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, Request, expect

from tests.e2e.chromium import Visitor, chromium
from tests.e2e.conftest import Microphone
from tests.e2e.offline import Offline
from tests.e2e.static_web_app import Site, linked, sign_in
from tests.principals import principal

ROLE = "talker"
BREACHES = """
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  console.error(`breach of ${violatedDirective}: ${blockedURI}`));
"""


@pytest.fixture(scope="module")
def with_token(programs: Offline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with linked(programs, tmp_path_factory.mktemp("token"), VOICEMINT_ALLOWED_ROLES=ROLE) as site:
        yield site


@pytest.fixture(scope="module")
def with_relay(programs: Offline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("relay")
    with linked(programs, folder, VOICEMINT_ALLOWED_ROLES=ROLE, VOICEMINT_CALL_MODE="relay") as site:
        yield site


class Guest(Visitor):
    """Somebody who came to a site, with every breach of its policy among the complaints."""

    def __init__(self, browser: Browser, site: Site, *, record: bool = False) -> None:
        super().__init__(browser, "about:blank", record=record, first=BREACHES)
        self.hosts: set[str] = set()
        """Whom the browser asked for anything."""
        self.page.on("request", self._note)
        reply = self.page.goto(site.url)
        assert reply is not None
        self.headers = reply.headers

    def _note(self, request: Request) -> None:
        self.hosts.add("/".join(request.url.split("/")[:3]))

    def expect_no_session(self, offline: Offline, session: str) -> None:
        """The service learns of the end from the network, at once or a little later."""
        for _ in range(100):
            if session not in [one["id"] for one in offline.sessions()]:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("the session is still open at the service")

    def expect_breach(self, address: str) -> None:
        """The policy in force refuses `address`; had the page ever met that, it would be among the complaints."""
        assert self.complaints == []
        with self.page.expect_console_message(lambda line: "breach of connect-src" in line.text):
            assert self.page.evaluate("(url) => fetch(url).then(() => 'asked', () => 'refused')", address) == "refused"
        assert any("breach of connect-src" in line for line in self.complaints)


def test_whoever_is_not_signed_in_sees_the_page_and_where_to_sign_in_and_cannot_call(
    playwright_: Playwright, quiet: Path, with_token: Site
) -> None:
    url = with_token.url
    with chromium(playwright_, quiet) as browser:
        guest = Guest(browser, with_token)
        page = guest.page
        start = page.get_by_role("button", name="Start", exact=True)
        expect(page.get_by_text("Not signed in", exact=True)).to_be_visible()
        expect(start).to_have_attribute("aria-disabled", "true")
        start.click(force=True)
        guest.expect_state("idle")
        links = page.get_by_role("link", name="Sign in with")
        expect(links).to_have_count(2)
        assert [link.get_attribute("href") for link in links.all()] == ["/.auth/login/aad", "/.auth/login/github"]

        config = page.request.get(f"{url}/api/config").json()
        assert (config["sign_in"]["required"], config["sign_in"]["signed_in"]) == (True, False)
        for forged in ({}, {"x-ms-client-principal": principal(ROLE)}):
            refused = page.request.post(f"{url}/api/session", data={}, headers={"Origin": url, **forged})
            assert refused.status == 401
            assert "html" in refused.headers["content-type"], "the edge says it, not the function"

        page.goto(f"{url}/api.html")
        expect(page.get_by_text("/api/session").first).to_be_visible()
        page.goto(f"{url}/check.html")
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
        assert guest.hosts == {url}
        guest.expect_breach("https://other.openai.azure.com/")


def test_the_browser_gets_the_headers_and_addresses_of_the_configuration(
    playwright_: Playwright, quiet: Path, offline: Offline, with_token: Site
) -> None:
    url, wanted = with_token.url, with_token.headers
    with chromium(playwright_, quiet) as browser:
        guest = Guest(browser, with_token)
        ask = guest.page.request
        paths = ("/", "/talk", "/js/main.js", "/icon.svg", "/manifest.webmanifest", "/models.json")
        got = {path: ask.get(url + path) for path in paths}
        absent = [
            "/js/none.js",
            "/none.svg",
            "/none.json",
            "/staticwebapp.config.json",
            "/.auth/login/google",
            "/api/none",
        ]
        statuses = {path: ask.get(url + path).status for path in absent}
        assert got["/talk"].text() == got["/"].text(), "the fallback"
        assert got["/models.json"].json()["prices_read"]
        guest.page.goto(f"{url}/an/old/address")
        expect(guest.page.get_by_text("Not signed in", exact=True)).to_be_visible()
        guest.page.locator("#voice-call").hover()  # which loads what a call would need
        guest.page.wait_for_load_state("networkidle")

    assert f"connect-src 'self' {offline.service};" in wanted["content-security-policy"]
    assert {name: guest.headers.get(name) for name in wanted} == wanted
    for path, reply in got.items():
        assert reply.status == 200
        assert reply.headers["content-security-policy"] == wanted["content-security-policy"], path
    assert got["/js/main.js"].headers["access-control-allow-origin"] == "*"
    assert got["/icon.svg"].headers["cache-control"] == "public, max-age=86400"
    assert got["/manifest.webmanifest"].headers["content-type"] == "application/manifest+json"
    prices = got["/models.json"]
    assert (prices.headers["content-type"], prices.headers["cache-control"]) == ("application/json", "no-cache")
    assert set(statuses.values()) == {404}, statuses
    assert guest.complaints == []


def test_somebody_signed_in_calls_with_a_token(
    playwright_: Playwright, offline: Offline, microphone: Microphone, with_token: Site
) -> None:
    with chromium(playwright_, microphone(("What is seven times eight?", 12))) as browser:
        guest = Guest(browser, with_token)
        sign_in(guest.page, "GitHub", ROLE)
        guest.hosts.clear()
        guest.start()
        (answer,) = guest.expect_turns("assistant", 1)
        (question,) = guest.expect_turns("user", 1)
        guest.type("What is the capital of Japan?")
        typed = guest.expect_turns("assistant", 2)[1]
        session = newest(offline)
        guest.stop()
        guest.expect_no_session(offline, session)
        assert guest.hosts == {with_token.url, offline.service}
        guest.expect_breach("https://other.openai.azure.com/")

    assert "seven" in question.lower() or "7" in question
    assert "56" in answer
    assert "Tokyo" in typed


def test_somebody_signed_in_calls_in_relay_mode_and_the_page_may_connect_to_nobody_else(
    playwright_: Playwright, offline: Offline, quiet: Path, with_relay: Site
) -> None:
    assert "connect-src 'self';" in with_relay.headers["content-security-policy"]
    with chromium(playwright_, quiet) as browser:
        guest = Guest(browser, with_relay)
        assert guest.headers["content-security-policy"] == with_relay.headers["content-security-policy"]
        sign_in(guest.page, "Microsoft", ROLE)
        guest.hosts.clear()
        guest.start()
        guest.type("What is the capital of Japan?")
        (answer,) = guest.expect_turns("assistant", 1)
        session = newest(offline)
        with guest.page.expect_response(lambda reply: reply.request.method == "DELETE") as hung_up:
            guest.stop()
        assert hung_up.value.status == 204
        guest.expect_no_session(offline, session)
        assert guest.hosts == {with_relay.url}
        guest.expect_breach(offline.service)

    assert "Tokyo" in answer


def test_an_account_without_the_role_is_refused_by_the_edge_and_by_the_function(
    playwright_: Playwright, programs: Offline, quiet: Path, with_token: Site, tmp_path: Path
) -> None:
    lenient = linked(programs, tmp_path, any_role_at_the_edge=True, VOICEMINT_ALLOWED_ROLES=ROLE)
    with lenient as site, chromium(playwright_, quiet) as browser:
        guest = Guest(browser, with_token)
        page = guest.page
        sign_in(page, "GitHub")
        expect_refusal(guest, "sign_in_required", "Please sign in first")  # Azure's edge answers 403: role_required
        page.goto(site.url)  # as the same person: the cookie of one port is that of every port
        expect_refusal(guest, "role_required", "Your account may not call here")
        page.get_by_role("link", name="Sign out").click()
        expect(page.get_by_text("Not signed in", exact=True)).to_be_visible()
    assert [line for line in guest.complaints if not re.search(r"status of 40[13] ", line)] == []


def expect_refusal(guest: Guest, code: str, words: str) -> None:
    guest.page.get_by_role("button", name="Start", exact=True).click()
    guest.expect_state("failed")
    expect(guest.page.locator("html")).to_have_attribute("data-failure", code)
    expect(guest.page.get_by_text(words)).to_be_visible()


def newest(offline: Offline) -> str:
    """The session that was opened last. Other tests may have left some."""
    session: str = min(offline.sessions(), key=lambda one: one["seconds"])["id"]
    return session
