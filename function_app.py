"""The triggers of the Function App: parse, call, reply. Everything else is in `voicemint/`.

Every route takes every method, so that a wrong one gets our 405 and not the host's; who may call is decided in
`voicemint/callers/`, so the host's own keys are switched off.
"""

from __future__ import annotations

import os

import azure.functions as func

from voicemint import routes
from voicemint.replies import Action, answer
from voicemint.requests import receive

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="session", methods=METHODS)
async def session(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply("session", req, POST=routes.create_session)


@app.route(route="call", methods=METHODS)
async def call(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply("call", req, POST=routes.start_call)


@app.route(route="call/{id}", methods=METHODS)
async def one_call(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply("call/{id}", req, DELETE=routes.hang_up)


@app.route(route="config", methods=METHODS)
async def config(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply("config", req, GET=routes.page_config)


@app.route(route="health", methods=METHODS)
async def health(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply("health", req, GET=routes.health)


@app.route(route="ready", methods=METHODS)
async def ready(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply("ready", req, GET=routes.ready)


@app.route(route="openapi.json", methods=METHODS)
async def openapi(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply("openapi.json", req, GET=routes.openapi_document)


# Without the queue there is nothing to listen to, and the host would report a function that it cannot start.
if os.environ.get("CALL_QUEUE__queueServiceUri"):  # noqa: SIM112 - the Functions host names connections so

    @app.queue_trigger(arg_name="message", queue_name="voicemint-call-ends", connection="CALL_QUEUE")
    async def end_call(message: func.QueueMessage) -> None:
        await routes.end_call(message.get_body())


async def _reply(route: str, req: func.HttpRequest, **actions: Action) -> func.HttpResponse:
    request = receive(req.method, req.url, req.headers, req.get_body(), req.route_params)
    reply = await answer(route, request, actions, routes.cross_origin)
    return func.HttpResponse(
        reply.body, status_code=reply.status, headers=dict(reply.headers), mimetype=reply.media_type
    )
