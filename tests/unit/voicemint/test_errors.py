"""The tree of errors: codes are unique, the drawing is true, waits are bounded."""

from __future__ import annotations

import re

import pytest

from voicemint import errors
from voicemint.errors import MAX_RETRY_AFTER_SECONDS, MethodNotAllowed, NotConfigured, UpstreamThrottled, leaves


def test_the_drawing_at_the_top_of_the_module_is_the_tree() -> None:
    drawn = re.findall(r"─ (\w+) +(\d{3})  (\w+)", errors.__doc__ or "")

    assert drawn == [(kind.__name__, str(kind.status), kind.code) for kind in leaves()]


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in leaves()]

    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", list(leaves()))
def test_every_leaf_has_a_title_and_a_hint_in_plain_sentences(kind: type[errors.VoicemintError]) -> None:
    assert kind.title
    assert not kind.title.endswith(".")
    assert kind.default_hint.endswith(".")


@pytest.mark.parametrize("kind", [kind for kind in leaves() if kind.status in (429, 503)])
def test_what_may_pass_says_when_to_try_again(kind: type[errors.VoicemintError]) -> None:
    assert kind.default_retry_after is not None


@pytest.mark.parametrize(("asked", "given"), [(None, 10), (0, 1), (-5, 1), (30, 30), (10**9, MAX_RETRY_AFTER_SECONDS)])
def test_retry_after_is_bounded(asked: int | None, given: int) -> None:
    assert UpstreamThrottled(retry_after=asked).retry_after == given


def test_a_detail_falls_back_to_the_title() -> None:
    assert errors.UpstreamTimeout().detail == "Azure OpenAI did not answer in time."
    assert errors.UpstreamTimeout("Other.", hint="Do that.").hint == "Do that."


def test_method_not_allowed_names_the_methods() -> None:
    error = MethodNotAllowed(["GET", "HEAD"])

    assert error.allowed == ("GET", "HEAD")
    assert error.detail == "This route answers GET, HEAD only."


def test_not_configured_tells_everything_or_names_only() -> None:
    faults = [("A", "is missing"), ("B", "is 'x'"), ("B", "is 'y'")]

    assert NotConfigured(faults, names_only=False).detail == "A is missing; B is 'x'; B is 'y'."
    assert NotConfigured(faults, names_only=True).detail == "Missing or wrong: A, B."
    assert NotConfigured(faults, names_only=True).report == "A is missing\nB is 'x'\nB is 'y'"
