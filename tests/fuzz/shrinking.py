"""Makes a request that breaks a promise as small as it can be while it still does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.asking import Asked

MAX_TRIES = 300
IDENTITY = {"Host", "Origin", "X-Forwarded-For", "x-ms-client-principal"}
"""Headers that say who asks. Without one it would be another's request."""


def shrink(asked: Asked, breaks: Callable[[Asked], bool]) -> Asked:
    """The smallest request found: headers are left out one by one, then the body is cut in ever smaller pieces."""
    tries = 0
    found = True
    while found:
        found = False
        for smaller in _smaller(asked):
            tries += 1
            if tries > MAX_TRIES:
                return asked
            if breaks(smaller):
                asked, found = smaller, True
                break
    return asked


def _smaller(asked: Asked) -> Iterator[Asked]:
    for name in asked.headers.keys() - IDENTITY:
        yield replace(asked, headers={key: value for key, value in asked.headers.items() if key != name})
    size = len(asked.body)
    while size:
        for start in range(0, len(asked.body), size):
            yield replace(asked, body=asked.body[:start] + asked.body[start + size :])
        size //= 2
