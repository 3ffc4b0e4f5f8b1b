"""What every route needs of a request: its body within a bound, its credentials, the resource it talks to."""

from __future__ import annotations

from typing import cast

from starlette.requests import HTTPConnection, Request

from simulator.refusals import too_large
from simulator.wire.access import Credentials, credentials
from simulator.wire.resource import Resource


def resource_of(connection: HTTPConnection) -> Resource:
    """The resource that this app doubles."""
    return cast(Resource, connection.app.state.resource)


def credentials_of(connection: HTTPConnection, *, key_in_query: bool = False) -> Credentials:
    """Key and bearer of a request; the key may stand in the query where that is documented."""
    return credentials(
        connection.headers, key_in_query=connection.query_params.get("api-key") if key_in_query else None
    )


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises `Refused` 413 as soon as it passes `limit` bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)
