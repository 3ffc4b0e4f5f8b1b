"""The OpenAPI 3.1 document of this function: `operations.py` says what each route takes and gives, the rest follows."""

from __future__ import annotations

from functools import cache

import msgspec


@cache
def document() -> bytes:
    """The document as JSON. Made at the first call, so that a cold start does not pay for it."""
    from voicemint.openapi.assembly import assemble

    return msgspec.json.encode(assemble())
