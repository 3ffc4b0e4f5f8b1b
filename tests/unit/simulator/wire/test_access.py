"""Who may call, and how they are told that they may not."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.refusals import Refused
from simulator.wire.access import Access, Credentials, credentials, one_token

KEY = "canary-key"


def tokens(given: str) -> str | None:
    return {"good": "ok", "no-role": "missing role", "abroad": "wrong tenant"}.get(given)


def refusal(given: Credentials, **settings: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        Access(KEY, tokens, **settings).check(given)
    return caught.value


@pytest.mark.parametrize(
    "given",
    [Credentials(api_key=KEY), Credentials(bearer=KEY), Credentials(bearer="good")],
    ids=["key", "bearer key", "token"],
)
def test_the_right_credential_passes(given: Credentials) -> None:
    Access(KEY, tokens).check(given)


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (Credentials(), 401, "401"),
        (Credentials(api_key="other"), 401, "401"),
        (Credentials(api_key=""), 401, "401"),
        (Credentials(api_key="ключ"), 401, "401"),
        (Credentials(bearer="other"), 401, "401"),
        (Credentials(bearer="no-role"), 401, "PermissionDenied"),
        (Credentials(bearer="abroad"), 400, "400"),
        (Credentials(api_key="other", bearer="good"), 401, "401"),
    ],
)
def test_any_other_is_refused(given: Credentials, status: int, code: str) -> None:
    refused = refusal(given)
    assert (refused.status, refused.body["error"]["code"]) == (status, code)


def test_keys_can_be_switched_off() -> None:
    assert refusal(Credentials(api_key=KEY), local_auth=False).status == 403
    Access(KEY, tokens, local_auth=False).check(Credentials(bearer="good"))


def test_credentials_are_read_from_headers() -> None:
    assert credentials({"api-key": "k"}) == Credentials(api_key="k")
    assert credentials({"authorization": "bearer  t "}) == Credentials(bearer="t")
    assert credentials({"authorization": "Basic t"}) == Credentials()
    assert credentials({"authorization": "Bearer "}) == Credentials()
    assert credentials({}, key_in_query="q") == Credentials(api_key="q")
    assert credentials({"authorization": "Bearer ek_1"}).is_client_secret


def test_nothing_secret_shows_in_a_repr() -> None:
    shown = repr((Access(KEY, tokens), Credentials(api_key="canary-1", bearer="canary-2")))
    assert "canary" not in shown


def test_one_token_is_accepted_or_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert one_token("t")("t") == "ok"
    assert one_token("t")("u") is None
    assert one_token("")("") is None
    monkeypatch.setenv("SIMULATOR_ENTRA_TOKEN", "from-environment")
    assert one_token()("from-environment") == "ok"
