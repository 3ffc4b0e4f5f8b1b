"""The offline realtime service as one ASGI app: routes, the headers that Azure adds, and how refusals are answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.refusals import Refused, gateway_error, not_found
from simulator.wire import calls, controls, websocket
from simulator.wire.mint import mint
from simulator.wire.resource import Resource

REALTIME = "/openai/v1/realtime"


def build(resource: Resource) -> Starlette:
    """The app that doubles `resource`. Its sessions end with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await resource.live.close_all("shutdown")

    app = Starlette(
        routes=[
            Route(f"{REALTIME}/client_secrets", mint, methods=["POST"]),
            Route(f"{REALTIME}/calls", calls.preflight, methods=["OPTIONS"]),
            Route(f"{REALTIME}/calls", calls.create, methods=["POST"]),
            Route(f"{REALTIME}/calls/{{call_id}}/hangup", calls.hang_up, methods=["POST"]),
            WebSocketRoute(REALTIME, websocket.connect),
            Route("/simulator/knobs", controls.read_knobs, methods=["GET"]),
            Route("/simulator/knobs", controls.write_knobs, methods=["PUT"]),
            Route("/simulator/sessions", controls.list_sessions, methods=["GET"]),
        ],
        middleware=[Middleware(_AzureHeaders, resource=resource)],
        exception_handlers={Refused: _refused, HTTPException: _no_such_route},
        lifespan=lifespan,
    )
    app.state.resource = resource
    return app


async def _refused(request: Request, error: Exception) -> Response:
    refused = cast(Refused, error)
    # Without this header a page could not tell a refusal of /calls from a dead network. Our reading.
    headers = calls.CORS if request.url.path == f"{REALTIME}/calls" else {}
    return JSONResponse(refused.body, refused.status, {**refused.headers, **headers})


async def _no_such_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    refused = not_found() if status == 404 else gateway_error(status, str(status), "The method is not allowed here.")
    return JSONResponse(refused.body, refused.status)


class _AzureHeaders:
    """What every recorded answer carried."""

    def __init__(self, app: ASGIApp, resource: Resource) -> None:
        self._app = app
        self._resource = resource

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = self._resource.clock.monotonic()

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                took = round((self._resource.clock.monotonic() - started) * 1000)
                seen = {
                    "apim-request-id": self._resource.ids.request(),
                    "azureml-served-by-cluster": "offline",
                    "openai-processing-ms": str(took),
                    "openai-version": "2020-10-01",
                    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
                }
                message["headers"] = [
                    *message.get("headers", []),
                    *((name.encode(), value.encode()) for name, value in seen.items()),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
