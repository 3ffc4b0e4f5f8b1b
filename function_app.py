"""The triggers of the Function App: parse, call, reply. Everything else is in `voicemint/`.

Every route takes every method, so that a wrong one gets our 405 and not the host's; who may call is decided in
`voicemint/callers.py`, so the host's own keys are switched off.
"""

from __future__ import annotations

import azure.functions as func

from voicemint import routes
from voicemint.replies import Action, answer
from voicemint.requests import receive

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="session", methods=METHODS)
async def session(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply(req, POST=routes.create_session)


@app.route(route="config", methods=METHODS)
async def config(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply(req, GET=routes.page_config)


@app.route(route="health", methods=METHODS)
async def health(req: func.HttpRequest) -> func.HttpResponse:
    return await _reply(req, GET=routes.health)


async def _reply(req: func.HttpRequest, **actions: Action) -> func.HttpResponse:
    reply = await answer(receive(req.method, req.url, req.headers, req.get_body()), actions)
    return func.HttpResponse(
        reply.body, status_code=reply.status, headers=dict(reply.headers), mimetype=reply.media_type
    )
