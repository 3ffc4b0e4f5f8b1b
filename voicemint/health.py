"""Whether the process lives and can be used, as `GET /api/health` and `GET /api/ready` say it."""

from __future__ import annotations

import msgspec


class Health(msgspec.Struct, frozen=True):
    """The body of both: `status` is `ok` or `ready`."""

    status: str
    version: str
