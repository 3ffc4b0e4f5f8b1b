"""Who may start a call, and as whom they are counted: on a laptop, and in Azure under each rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mint_support import HOSTED, request, settings
from tests.principals import USER_ID, encode, principal
from voicemint.callers.admission import identify, signed_in
from voicemint.callers.caller import Caller
from voicemint.errors import AuthNotConfigured, OriginNotAllowed, RoleRequired, SignInRequired
from voicemint.settings import Settings

ORIGIN = "https://talk.example"
ADDRESS = "203.0.113.7"
USER = Caller("user", f"github:{USER_ID}")
LISTED = {"ALLOWED_ORIGINS": f"{ORIGIN},http://localhost:4280"}
TRUSTED = {"TRUST_CLIENT_PRINCIPAL": "true"}
ANONYMOUS = {**HOSTED, **LISTED, "ALLOW_ANONYMOUS": "true"}
SIGN_IN = {**HOSTED, **LISTED, **TRUSTED, "REQUIRE_SIGN_IN": "true"}

WRONG_ORIGINS = ["https://talk.example.evil.example", "http://talk.example", f"{ORIGIN}:8443", f"{ORIGIN}/", "null", ""]


def test_on_this_machine_a_program_without_an_origin_may_call() -> None:
    assert identify(request(), settings()) == Caller("local")


@pytest.mark.parametrize(
    "host",
    ["talk.example", "10.0.0.5:80", "192.168.0.7:7071", "localhost.example", "localhost:80@talk.example", "[::1"],
)
def test_a_program_that_reaches_it_by_another_name_may_not(host: str) -> None:
    with pytest.raises(OriginNotAllowed):
        identify(request(host=host), settings())


@pytest.mark.parametrize("host", ["localhost:7071", "127.0.0.1:7071", "[::1]:7071", "localhost"])
def test_on_this_machine_the_servers_own_page_may_call(host: str) -> None:
    assert identify(request(host=host, origin=f"http://{host}"), settings()) == Caller("local")


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:7071", ORIGIN),
        ("localhost:7071", "http://localhost:8080"),
        ("localhost:7071", "http://127.0.0.1:7071"),
        ("localhost:7071", "null"),
        ("localhost:7071", ""),
        ("localhost:7071", "http://[::1"),
        ("rebound.example:7071", "http://rebound.example:7071"),
        ("192.168.0.7:7071", "http://192.168.0.7:7071"),
    ],
)
def test_on_this_machine_other_pages_may_not(host: str, origin: str) -> None:
    with pytest.raises(OriginNotAllowed):
        identify(request(host=host, origin=origin), settings())


@pytest.mark.parametrize("rule", [{}, {"ALLOW_ANONYMOUS": "true"}, {**TRUSTED, "REQUIRE_SIGN_IN": "true"}])
def test_the_origin_rule_of_this_machine_holds_under_every_other_rule(rule: dict[str, str]) -> None:
    with pytest.raises(OriginNotAllowed):
        identify(request(origin=ORIGIN, x_ms_client_principal=principal()), settings(**rule))


def test_on_this_machine_listed_pages_may() -> None:
    assert identify(request(origin=ORIGIN), settings(ALLOWED_ORIGINS=ORIGIN)) == Caller("local")


def test_on_this_machine_everybody_is_one_caller_whatever_the_headers_say() -> None:
    headers = {"x_ms_client_principal": principal(), "x_forwarded_for": ADDRESS}

    assert identify(request(**headers), settings(**TRUSTED)) == Caller("local")


def test_on_this_machine_the_hosted_rules_can_be_rehearsed() -> None:
    sign_in = settings(**TRUSTED, REQUIRE_SIGN_IN="true")

    assert identify(request(x_forwarded_for=ADDRESS), settings(ALLOW_ANONYMOUS="true")) == Caller("anonymous", ADDRESS)
    assert identify(request(x_ms_client_principal=principal()), sign_in) == USER
    with pytest.raises(SignInRequired):
        identify(request(), sign_in)


def test_hosted_nobody_may_call_by_default() -> None:
    with pytest.raises(AuthNotConfigured, match="neither REQUIRE_SIGN_IN nor ALLOW_ANONYMOUS is true"):
        identify(request(origin=ORIGIN, x_ms_client_principal=principal()), settings(**HOSTED, **LISTED, **TRUSTED))


@pytest.mark.parametrize("rule", [ANONYMOUS, SIGN_IN])
def test_hosted_every_rule_needs_listed_origins(rule: dict[str, str]) -> None:
    with pytest.raises(AuthNotConfigured, match="ALLOWED_ORIGINS is empty"):
        identify(request(x_ms_client_principal=principal()), settings(**rule | {"ALLOWED_ORIGINS": ""}))


@pytest.mark.parametrize("rule", [ANONYMOUS, SIGN_IN])
@pytest.mark.parametrize("origin", WRONG_ORIGINS)
def test_hosted_anything_but_a_listed_origin_may_not(rule: dict[str, str], origin: str) -> None:
    with pytest.raises(OriginNotAllowed):
        identify(request(origin=origin, x_ms_client_principal=principal()), settings(**rule))


@pytest.mark.parametrize("rule", [ANONYMOUS, SIGN_IN])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_hosted_a_request_without_an_origin_may_not(rule: dict[str, str], method: str) -> None:
    with pytest.raises(OriginNotAllowed):
        identify(request(method=method, x_ms_client_principal=principal()), settings(**rule))


@pytest.mark.parametrize("rule", [ANONYMOUS, SIGN_IN])
def test_hosted_its_own_loopback_name_means_nothing(rule: dict[str, str]) -> None:
    asking = request(host="localhost:7071", origin="http://localhost:7071", x_ms_client_principal=principal())

    with pytest.raises(OriginNotAllowed):
        identify(asking, settings(**rule))


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:4280"])
def test_anonymous_callers_are_told_apart_by_address(origin: str) -> None:
    headers = {"origin": origin, "x_forwarded_for": f"198.51.100.1, {ADDRESS}:50312"}

    assert identify(request(**headers), settings(**ANONYMOUS)) == Caller("anonymous", ADDRESS)


def test_the_address_is_counted_behind_as_many_proxies_as_are_set() -> None:
    headers = {"origin": ORIGIN, "x_forwarded_for": f"198.51.100.1, {ADDRESS}:50312, [fd00::1]:64909"}

    assert identify(request(**headers), settings(**ANONYMOUS, TRUSTED_PROXIES="2")) == Caller("anonymous", ADDRESS)


def test_a_principal_that_is_not_trusted_is_ignored() -> None:
    headers = {"origin": ORIGIN, "x_forwarded_for": ADDRESS, "x_ms_client_principal": principal("owner")}

    assert identify(request(**headers), settings(**ANONYMOUS)) == Caller("anonymous", ADDRESS)


def test_where_anonymous_calls_are_on_a_signed_in_caller_counts_as_an_account() -> None:
    headers = {"origin": ORIGIN, "x_forwarded_for": ADDRESS}
    rule = settings(**ANONYMOUS, **TRUSTED)

    assert identify(request(**headers, x_ms_client_principal=principal()), rule) == USER
    assert identify(request(**headers), rule) == Caller("anonymous", ADDRESS)


def test_a_signed_in_caller_may_call() -> None:
    assert identify(request(origin=ORIGIN, x_ms_client_principal=principal()), settings(**SIGN_IN)) == USER


def test_the_address_of_a_signed_in_caller_does_not_matter() -> None:
    headers = {"origin": ORIGIN, "x_ms_client_principal": principal(), "x_forwarded_for": ADDRESS}

    assert identify(request(**headers), settings(**SIGN_IN)) == USER


@pytest.mark.parametrize(
    "header",
    [
        "",
        "e30=",
        f"{principal()},{principal()}",
        encode({"identityProvider": "github", "userId": USER_ID, "userRoles": ["anonymous"]}),
        encode({"auth_typ": "aad", "claims": []}),
    ],
)
def test_who_is_not_exactly_signed_in_has_to_sign_in(header: str) -> None:
    asking = request(origin=ORIGIN, x_ms_client_principal=header)

    with pytest.raises(SignInRequired):
        identify(asking, settings(**SIGN_IN))
    assert not signed_in(asking, settings(**SIGN_IN))


def test_one_of_the_roles_is_enough() -> None:
    rule = settings(**SIGN_IN, ALLOWED_ROLES="member,owner")

    assert identify(request(origin=ORIGIN, x_ms_client_principal=principal("owner")), rule) == USER


@pytest.mark.parametrize("role", ["guest", "Member", "member,owner", "member "])
def test_without_any_of_the_roles_there_is_no_call(role: str) -> None:
    with pytest.raises(RoleRequired):
        identify(
            request(origin=ORIGIN, x_ms_client_principal=principal(role)),
            settings(**SIGN_IN, ALLOWED_ROLES="member,owner"),
        )


def test_the_same_id_at_another_provider_is_another_caller() -> None:
    rule = settings(**SIGN_IN)

    assert identify(request(origin=ORIGIN, x_ms_client_principal=principal(provider="aad")), rule) != USER
    assert identify(request(origin=ORIGIN, x_ms_client_principal=principal(user="another")), rule) != USER


def test_the_page_is_told_whether_somebody_is_signed_in_only_where_that_can_be_believed() -> None:
    asking = request(method="GET", x_ms_client_principal=principal())

    assert signed_in(asking, settings(**SIGN_IN))
    assert signed_in(asking, settings(**SIGN_IN, ALLOWED_ROLES="owner"))
    assert not signed_in(asking, settings(**ANONYMOUS))
    assert not signed_in(request(method="GET"), settings(**SIGN_IN))


def test_a_caller_s_name_is_not_printed() -> None:
    assert USER_ID not in repr(identify(request(origin=ORIGIN, x_ms_client_principal=principal()), settings(**SIGN_IN)))


RULES = [settings(), settings(**ANONYMOUS), settings(**ANONYMOUS, **TRUSTED), settings(**SIGN_IN)]
HEADERS = st.dictionaries(
    st.sampled_from(["host", "origin", "x_forwarded_for", "x_ms_client_principal", "sec_fetch_site"]),
    st.text(st.characters(codec="latin-1"), max_size=60) | st.sampled_from([ORIGIN, ADDRESS, principal()]),
)


@given(st.sampled_from(RULES), HEADERS)
def test_no_headers_get_past_the_origin_or_make_an_account_where_none_is_trusted(
    rule: Settings, headers: dict[str, str]
) -> None:
    try:
        caller = identify(request(**headers), rule)
    except (OriginNotAllowed, SignInRequired):
        return
    assert headers.get("origin") in rule.allowed_origins or not rule.hosted
    assert caller.kind != "user" or (rule.trust_client_principal and headers["x_ms_client_principal"] == principal())
