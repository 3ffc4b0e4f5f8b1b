"""Reading the header that says who is signed in: exactly its shape, or nobody."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.principals import CLAIMS, USER_ID, encode
from voicemint.callers.principal import MAX_HEADER_BYTES, Principal, read_principal

HEADER = encode(CLAIMS)
WITHOUT = {"userId", "userRoles", "identityProvider"}


def changed(**changes: object) -> str:
    return encode(CLAIMS | changes)


def test_a_principal_is_read() -> None:
    principal = read_principal(HEADER)

    assert principal == Principal("github", USER_ID, frozenset({"anonymous", "authenticated"}))
    assert principal is not None
    assert principal.signed_in
    assert principal.subject == f"github:{USER_ID}"


def test_who_has_no_role_of_the_signed_in_is_not_signed_in() -> None:
    principal = read_principal(changed(userRoles=["anonymous", "Authenticated", "owner"]))

    assert principal is not None
    assert not principal.signed_in


def test_nothing_personal_is_printed_and_no_name_is_kept() -> None:
    principal = read_principal(changed(userRoles=["authenticated", "customer-of-somebody"]))

    assert repr(principal) == "Principal(provider='github')"
    assert "somebody" not in str(vars(principal)["user_id"])
    assert set(vars(principal)) == {"provider", "user_id", "roles"}


@pytest.mark.parametrize("padding", ["", "=", "=="])
def test_padding_does_not_matter(padding: str) -> None:
    assert read_principal(HEADER.rstrip("=") + padding) == read_principal(HEADER)


def test_members_that_are_not_used_do_not_matter() -> None:
    assert read_principal(changed(claims=[{"typ": "name", "val": "x"}], userDetails=None)) == read_principal(HEADER)


@pytest.mark.parametrize("missing", sorted(WITHOUT))
def test_each_member_is_needed(missing: str) -> None:
    assert read_principal(encode({name: value for name, value in CLAIMS.items() if name != missing})) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": ""},
        {"userId": None},
        {"userId": 7},
        {"userId": "two words"},
        {"userId": "line\n"},
        {"userId": "x" * 257},
        {"identityProvider": ""},
        {"identityProvider": "git:hub"},
        {"identityProvider": "github\n"},
        {"identityProvider": "x" * 65},
        {"userRoles": "authenticated"},
        {"userRoles": None},
        {"userRoles": [None]},
        {"userRoles": [""]},
        {"userRoles": ["x" * 129]},
        {"userRoles": {"authenticated": True}},
    ],
)
def test_a_member_of_the_wrong_shape_makes_it_no_principal(changes: dict[str, object]) -> None:
    assert read_principal(changed(**changes)) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"{HEADER},{HEADER}",
        f"{HEADER}, {HEADER}",
        f" {HEADER}",
        f"{HEADER}\n",
        HEADER + "===",
        "!" + HEADER,
        HEADER[:-8],
        json.dumps(CLAIMS),
        encode(CLAIMS | {"userDetails": "???>>>"}).replace("/", "_"),
        encode([CLAIMS]),
        encode(None),
        encode("authenticated"),
        base64.b64encode(b'{"userId":"\xff"}').decode(),
        base64.b64encode(b'{"x":' + b"[" * 5000).decode(),
    ],
    ids=lambda header: header[:12],
)
def test_anything_else_is_no_principal(header: str) -> None:
    assert read_principal(header) is None


def test_app_service_s_own_sign_in_is_no_principal() -> None:
    claims = [{"typ": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "val": USER_ID}]

    assert read_principal(encode({"auth_typ": "aad", "claims": claims, "name_typ": "x", "role_typ": "y"})) is None


def test_a_header_over_the_limit_is_not_even_decoded() -> None:
    longest = encode(CLAIMS | {"userDetails": "x" * 5900})
    too_long = encode(CLAIMS | {"userDetails": "x" * 6100})

    assert len(longest) <= MAX_HEADER_BYTES < len(too_long)
    assert read_principal(longest) is not None
    assert read_principal(too_long) is None


@given(st.text(max_size=300))
@example("e30=")
def test_no_text_is_worse_than_no_principal(text: str) -> None:
    assert read_principal(text) is None


@given(st.binary(max_size=400))
def test_no_bytes_are_worse_than_no_principal(content: bytes) -> None:
    assert read_principal(base64.b64encode(content).decode()) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(CLAIMS)), inner),
    max_leaves=8,
)


@given(JSON)
def test_no_json_makes_a_principal_without_a_user(value: object) -> None:
    principal = read_principal(encode(value))

    assert principal is None or (principal.user_id and principal.provider)
