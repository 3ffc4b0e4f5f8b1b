"""Route templates match as the Functions host's router does, and unknown syntax is refused at load."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_host.route_templates import parse_template, split_path


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("api/health", "/api/health", {}),
        ("api/health", "/API/Health/", {}),
        ("api/health", "/api/health/x", None),
        ("api/health", "/api", None),
        ("api/call/{id}", "/api/call/rtc_1", {"id": "rtc_1"}),
        ("api/call/{id}", "/api/call/", None),
        ("api/call/{id}", "/api/call//", None),
        ("api/call/{id}", "/api/call/a%20b", {"id": "a b"}),
        ("api/call/{id}", "/api/call/a%2Fb", {"id": "a%2Fb"}),
        ("api/call/{id}", "/api/call/a%2fb", {"id": "a%2fb"}),
        ("api/call/{id}", "/api/call/%252F", {"id": "%2F"}),
        ("api/n/{id:int}", "/api/n/-12", {"id": "-12"}),
        ("api/n/{id:int}", "/api/n/2147483648", None),
        ("api/n/{id:int}", "/api/n/x", None),
        ("api/n/{id:int}", "/api/n/\u0661", None),
        ("api/n/{id:alpha}", "/api/n/abc", {"id": "abc"}),
        ("api/n/{id:alpha}", "/api/n/a1", None),
        (
            "api/n/{id:guid}",
            "/api/n/6f9619ff-8b86-d011-b42d-00c04fc964ff",
            {"id": "6f9619ff-8b86-d011-b42d-00c04fc964ff"},
        ),
        ("api/p/{name?}", "/api/p", {}),
        ("api/p/{name?}", "/api/p/x", {"name": "x"}),
        ("api/p/{name?}", "/api/p/x/y", None),
        ("api/f/{*rest}", "/api/f/a/b%20c", {"rest": "a/b c"}),
        ("api/f/{*rest}", "/api/f", {}),
        ("api/{a}/x/{b}", "/api/1/x/2", {"a": "1", "b": "2"}),
    ],
)
def test_match(template: str, path: str, values: dict[str, str] | None) -> None:
    assert parse_template(template).match(path) == values


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("api/{id:datetime}", "does not know ':datetime'"),
        ("api/a{id}b", "cannot read 'a{id}b'"),
        ("api/{id=5}", "cannot read"),
        ("api/{x?}/y", "only stand at the end"),
        ("api/{*rest}/y", "only stand at the end"),
    ],
)
def test_syntax_that_is_not_served_is_refused(template: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("{", r"\{").replace("}", r"\}")):
        parse_template(template)


@given(st.text(max_size=60))
def test_no_path_breaks_the_matcher(path: str) -> None:
    values = parse_template("api/call/{id}").match("/" + path)
    assert values is None or set(values) == {"id"}


@given(st.lists(st.from_regex(r"[a-z0-9_-]{1,8}", fullmatch=True), max_size=5))
def test_plain_segments_survive(parts: list[str]) -> None:
    assert split_path("/" + "/".join(parts)) == parts
