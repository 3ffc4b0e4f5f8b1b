"""Readiness is a mint for nobody, now and then: what it asks, how often, and what stands in its way."""

from __future__ import annotations

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError

from tests.mint_support import ENTRA, minted, refused
from tests.realtime_process import Process
from voicemint.azure.realtime import PROVEN_SECONDS
from voicemint.errors import (
    CredentialsUnavailable,
    UpstreamAuth,
    UpstreamNotFound,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
)

pytestmark = pytest.mark.anyio


async def test_it_is_ready_once_it_has_minted_for_nobody() -> None:
    process = Process(**ENTRA)
    for _ in range(5):
        await process.realtime.check()

    assert [request.method for request in process.azure.requests] == ["POST"]
    assert process.azure.sent() == {
        "session": {"type": "realtime", "model": "gpt-realtime"},
        "expires_after": {"anchor": "created_at", "seconds": 10},
    }


async def test_a_mint_of_a_callers_is_proof_enough_for_ten_minutes() -> None:
    process = Process(minted(), httpx.Response(404), **ENTRA)
    await process.mint()
    await process.clock.advance(PROVEN_SECONDS - 1)
    await process.realtime.check()
    await process.clock.advance(PROVEN_SECONDS)
    await process.realtime.check()

    assert [request.method for request in process.azure.requests] == ["POST", "HEAD", "POST"]
    assert "authorization" not in process.azure.requests[1].headers


@pytest.mark.parametrize("seconds", [0, 3600])
async def test_asking_all_the_time_mints_every_ten_minutes_at_most(seconds: int) -> None:
    process = Process(**ENTRA)
    for _ in range(seconds + 1):
        await process.realtime.check()
        await process.clock.advance(1)

    assert len(process.azure.mints) == 1 + seconds // PROVEN_SECONDS


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (refused(401, "401"), UpstreamAuth),
        (refused(404, "DeploymentNotFound"), UpstreamNotFound),
        (refused(400, "invalid_request_error"), UpstreamRejected),
    ],
    ids=["key", "deployment", "session"],
)
async def test_it_is_not_ready_where_a_mint_is_refused(refusal: httpx.Response, kind: type[Exception]) -> None:
    process = Process(refusal, refusal)
    with pytest.raises(kind):
        await process.realtime.check()


async def test_a_failure_stands_for_seconds_and_then_a_mint_is_tried_again() -> None:
    process = Process(refused(404, "DeploymentNotFound"), **ENTRA)
    for _ in range(5):
        with pytest.raises(UpstreamNotFound):
            await process.realtime.check()
    await process.clock.advance(10)
    await process.realtime.check()

    assert len(process.azure.mints) == 2


@pytest.mark.parametrize(
    ("answer", "kind"), [(httpx.ConnectError("no"), UpstreamUnreachable), (httpx.ConnectTimeout("no"), UpstreamTimeout)]
)
async def test_it_is_not_ready_without_an_endpoint(answer: Exception, kind: type[Exception]) -> None:
    process = Process(minted(), answer)
    await process.mint()
    with pytest.raises(kind):
        await process.realtime.check()


async def test_it_is_not_ready_without_a_credential() -> None:
    process = Process(**ENTRA)
    process.sdk.failures = [ClientAuthenticationError("no")]
    with pytest.raises(CredentialsUnavailable):
        await process.realtime.check()

    assert process.azure.requests == []
