"""The composition: order of checks, rotation, warming, start-up line, closing."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest

from simulator.clock import ManualClock
from tests.canaries import CANARY_KEY
from tests.mint_support import (
    ENTRA,
    ENVIRON,
    HOSTED,
    KEY_VAULT,
    PERSONAS,
    FakeAzure,
    FakeSdk,
    app,
    background,
    refused,
    request,
    settings,
)
from voicemint.app import WARM_SECONDS, App, build
from voicemint.errors import (
    AuthNotConfigured,
    CredentialsUnavailable,
    InvalidRequest,
    NotConfigured,
    RateLimited,
    StorageUnavailable,
)
from voicemint.leash.leashed_call import LeashedCall
from voicemint.limits.ledgers import MemoryLedgers
from voicemint.telemetry import about_request

pytestmark = pytest.mark.anyio

ROTATED_KEY = "rotated-key-0123456789"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sdk(clock: ManualClock) -> FakeSdk:
    return FakeSdk(clock)


@pytest.fixture
def azure() -> FakeAzure:
    return FakeAzure()


async def test_a_mint_is_logged_with_what_support_needs(
    azure: FakeAzure, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    with about_request("request-0001"):
        await app(azure, clock).create_session(request({"persona": "tutor"}))

    said = [json.loads(record.getMessage()) for record in caplog.records if record.name == "voicemint"]
    (asked, minted) = (line for line in said if line["event"] in ("mint_requested", "minted"))
    assert asked == {
        "event": "mint_requested",
        "request_id": "request-0001",
        "caller": minted["caller"],
        "mode": "token",
        "persona": "tutor",
        "model": "gpt-realtime",
    }
    assert re.fullmatch("[0-9a-f]{32}", minted.pop("caller"))
    assert minted == {
        "event": "minted",
        "request_id": "request-0001",
        "mode": "token",
        "session_id": "sess_DHr4VZpTq0wKf3nYb8LmX",
        "persona": "tutor",
        "model": "gpt-realtime",
        "token_seconds": 60,
    }


async def test_who_asks_is_looked_at_before_what_they_ask(azure: FakeAzure, clock: ManualClock) -> None:
    with pytest.raises(AuthNotConfigured):
        await app(azure, clock, **HOSTED).create_session(request(b"not json"))


async def test_a_bad_request_costs_no_credential_and_no_connection(
    azure: FakeAzure, clock: ManualClock, sdk: FakeSdk
) -> None:
    with pytest.raises(InvalidRequest):
        await app(azure, clock, sdk=sdk, **ENTRA).create_session(request({"speed": 9}))

    assert sdk.tokens == azure.requests == []


async def test_the_phases_of_a_mint_are_timed(azure: FakeAzure, clock: ManualClock) -> None:
    asked = request()
    await app(azure, clock).create_session(asked)

    assert asked.timing.header() == "limit;dur=0.0, auth;dur=0.0, upstream;dur=0.0, total;dur=0.0"


async def test_a_hundred_first_mints_cause_one_secret_read(azure: FakeAzure, clock: ManualClock, sdk: FakeSdk) -> None:
    sdk.hold = threading.Event()
    mint = app(azure, clock, sdk=sdk, **KEY_VAULT)
    asking = [asyncio.create_task(mint.create_session(request())) for _ in range(100)]
    await asyncio.sleep(0)
    sdk.hold.set()
    await asyncio.gather(*asking)

    assert sdk.secrets == ["openai-key"]
    assert len(azure.mints) == 100


async def test_a_rotated_key_is_read_again_and_the_caller_notices_nothing(
    azure: FakeAzure, clock: ManualClock, sdk: FakeSdk
) -> None:
    mint = app(azure, clock, sdk=sdk, **KEY_VAULT)
    await mint.create_session(request())
    await clock.advance(60)
    sdk.key = ROTATED_KEY
    azure.answers = [refused(401, "401")]

    await mint.create_session(request())
    assert [sent.headers["api-key"] for sent in azure.mints] == [CANARY_KEY, CANARY_KEY, ROTATED_KEY]


async def test_reading_the_configuration_warms_up_behind_the_callers_back(
    azure: FakeAzure, clock: ManualClock, sdk: FakeSdk
) -> None:
    mint = app(azure, clock, sdk=sdk, **ENTRA)
    for _ in range(3):
        await mint.page_config(request(method="GET"))
    await mint.create_session(request())

    assert len(sdk.tokens) == 1
    await mint.close()


async def test_warming_up_takes_a_credential_and_then_a_connection(
    azure: FakeAzure, clock: ManualClock, sdk: FakeSdk
) -> None:
    mint = app(azure, clock, sdk=sdk)
    await mint.page_config(request(method="GET"))
    await background()
    assert [sent.method for sent in azure.requests] == ["HEAD"]

    await clock.advance(WARM_SECONDS - 1)
    await mint.page_config(request(method="GET"))
    await background()
    assert len(azure.requests) == 1


async def test_warming_up_that_fails_is_not_repeated_at_every_visit(
    azure: FakeAzure, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    sdk = FakeSdk(clock)
    sdk.key = "bad"
    mint = app(azure, clock, sdk=sdk, **KEY_VAULT)
    for _ in range(5):
        await mint.page_config(request(method="GET"))
        await background()

    assert len(sdk.secrets) == 1
    assert azure.requests == []
    assert "credential_failed" in caplog.text
    with pytest.raises(CredentialsUnavailable):
        await mint.create_session(request())


async def test_closing_stops_the_warming_and_closes_everything(
    azure: FakeAzure, clock: ManualClock, sdk: FakeSdk
) -> None:
    sdk.hold = threading.Event()
    mint = app(azure, clock, sdk=sdk, **ENTRA)
    await mint.page_config(request(method="GET"))
    await asyncio.sleep(0)
    await mint.close()
    sdk.hold.set()

    assert sdk.closed
    assert azure.closed
    assert azure.requests == []


async def test_building_announces_what_will_happen(caplog: pytest.LogCaptureFixture) -> None:
    built = build({**ENVIRON, "AZURE_OPENAI_ENDPOINT": "https://res.services.ai.azure.com/openai/v1?x=1"})
    await built.close()

    (record,) = caplog.records
    assert record.getMessage() == (
        '{"event": "started", "version": "0.1.0", "endpoint": "https://res.openai.azure.com", '
        '"notes": ["path and query stripped", "host services.ai.azure.com rewritten to openai.azure.com"], '
        '"deployment": "gpt-realtime", "transcription": "gpt-realtime-whisper", "auth": "key", '
        '"mode": "token", "event_filter": "open", '
        '"webrtc_url": "https://res.openai.azure.com/openai/v1/realtime/calls", "hosted": false, '
        '"limits": "of this process only", "personas": ["assistant", "designer", "tutor"]}'
    )


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, True),
        ({"WEBSITE_AUTH_ENABLED": "False"}, True),
        ({"WEBSITE_AUTH_ENABLED": "True"}, False),
        ({"TRUST_CLIENT_PRINCIPAL": "", "REQUIRE_SIGN_IN": "", "ALLOW_ANONYMOUS": "true"}, False),
        ({"WEBSITE_INSTANCE_ID": "", "IDENTITY_ENDPOINT": ""}, False),
    ],
)
async def test_a_trusted_header_that_nothing_guards_is_warned_of(
    changes: dict[str, str], *, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in = {"REQUIRE_SIGN_IN": "true", "TRUST_CLIENT_PRINCIPAL": "true"}
    await build({**ENVIRON, **HOSTED, **sign_in, **changes}).close()

    assert ("principal_unguarded" in caplog.text) is warned


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, True),
        ({"ALLOW_ANONYMOUS": "true"}, True),
        ({"ALLOWED_ORIGINS": "https://talk.example"}, True),
        ({"ALLOW_ANONYMOUS": "true", "ALLOWED_ORIGINS": "https://talk.example"}, False),
        ({"WEBSITE_INSTANCE_ID": "", "IDENTITY_ENDPOINT": ""}, False),
    ],
)
async def test_a_hosted_app_that_nobody_may_call_says_so_at_the_start(
    changes: dict[str, str], *, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    await build({**ENVIRON, **HOSTED, **changes}).close()

    assert ("nobody_may_call" in caplog.text) is warned


async def test_building_without_transcription_says_what_will_be_missing(caplog: pytest.LogCaptureFixture) -> None:
    await build({**ENVIRON, "AZURE_OPENAI_TRANSCRIPTION_DEPLOYMENT": ""}).close()

    assert "the caller's words will not be shown" in caplog.text


async def test_faults_of_settings_and_personas_come_in_one_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotConfigured) as caught:
        build({**ENVIRON, "EVENT_FILTER": "half"}, tmp_path)

    assert caught.value.detail == (
        "EVENT_FILTER is 'half'; allowed: open or private; "
        "personas/assistant.toml is missing: it is the default persona."
    )
    assert "not_configured" in caplog.text


async def test_hosted_the_caller_learns_the_names_and_only_the_log_the_values(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotConfigured) as caught:
        build({**ENVIRON, **HOSTED, "EVENT_FILTER": "half"}, tmp_path)

    assert caught.value.detail == "Missing or wrong: EVENT_FILTER, personas/assistant.toml."
    assert "EVENT_FILTER is 'half'" in caplog.text


async def test_apps_that_share_a_store_share_the_limits(clock: ManualClock) -> None:
    ledgers = MemoryLedgers(clock)
    first, second = (
        App(settings(RATE_LIMIT_PER_MINUTE="1"), PERSONAS, clock=clock, transport=FakeAzure(), ledgers=ledgers)
        for _ in range(2)
    )
    await first.create_session(request())

    with pytest.raises(RateLimited):
        await second.create_session(request())


async def test_a_refused_start_is_counted_and_asks_azure_for_nothing(azure: FakeAzure, clock: ManualClock) -> None:
    mint = app(azure, clock, RATE_LIMIT_PER_MINUTE="2")
    await mint.create_session(request())
    await mint.create_session(request())
    with pytest.raises(RateLimited) as caught:
        await mint.create_session(request())
    await clock.advance(60)
    await mint.create_session(request())

    assert caught.value.retry_after == 60
    assert len(azure.mints) == 3


class OutOfReach(MemoryLedgers):
    async def read(self, key: str) -> tuple[bytes | None, str | None]:
        raise StorageUnavailable


class NoLeash:
    async def hold(self, call: LeashedCall) -> None: ...

    async def check(self) -> None:
        raise StorageUnavailable

    async def close(self) -> None: ...


@pytest.mark.parametrize(
    ("mode", "works", "ready"),
    [("token", True, True), ("token", False, False), ("relay", True, False)],
    ids=["a leash that token mode does not need", "limits out of reach", "no leash for a relayed call"],
)
async def test_ready_means_the_storage_too(clock: ManualClock, mode: str, works: bool, ready: bool) -> None:
    azure = FakeAzure()
    ledgers = MemoryLedgers(clock) if works else OutOfReach(clock)
    ours = App(settings(CALL_MODE=mode), PERSONAS, clock=clock, transport=azure, ledgers=ledgers, leash=NoLeash())
    with nullcontext() if ready else pytest.raises(StorageUnavailable):
        await ours.check()
    await ours.close()


async def test_a_bad_request_is_not_counted(azure: FakeAzure, clock: ManualClock) -> None:
    mint = app(azure, clock, RATE_LIMIT_PER_MINUTE="1")
    with pytest.raises(InvalidRequest):
        await mint.create_session(request({"speed": 9}))

    await mint.create_session(request())
