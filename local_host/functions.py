"""Serves the HTTP functions of a real `azure.functions.FunctionApp` over ASGI.

Requests and replies pass through the library's own converters, as they do in Microsoft's worker. Around them it
behaves like the Functions host where a function can notice; each such fact below names its source in the host's code.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from local_host.host_json import extension_options
from local_host.indexing import handler_of
from local_host.route_templates import RouteTemplate, parse_template

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

BODY_LIMIT_BYTES = 104_857_600
"""The host's `DefaultMaxRequestBodySize`."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HttpFunction:
    """One function with an HTTP trigger. `methods` None means all; `parameter` is what the request is passed as."""

    name: str
    route: RouteTemplate
    methods: frozenset[str] | None
    parameter: str
    handler: Callable[..., Any]


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire; header names as the function wrote them."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def route_prefix(host_json: Path) -> str:
    """`extensions.http.routePrefix` of host.json; the host's default is `api`, "" means none.

    Raises ValueError in a plain sentence if the file is there but is not a JSON object of that shape.
    """
    prefix = extension_options(host_json, "http").get("routePrefix", "api")
    if not isinstance(prefix, str):
        raise ValueError(f"{host_json.name}: routePrefix must be text.")
    return prefix.strip("/")


def http_functions(indexed: Iterable[Any], prefix: str = "api") -> list[HttpFunction]:
    """The functions with an HTTP trigger, in the order in which the host tries their routes: by name, without regard
    to case. (`FunctionMetadataManager` sorts them so, and `WebJobsRouter` takes the first route that fits.)

    Raises ValueError for a route that is not understood, or a wrong signature.
    """
    found = []
    for function in indexed:
        trigger = function.get_trigger()
        methods = None if trigger.methods is None else frozenset(method.value.upper() for method in trigger.methods)
        route = parse_template(f"{prefix}/{trigger.route}")
        name = function.get_function_name()
        found.append(HttpFunction(name, route, methods, trigger.name, handler_of(function)))
    return sorted(found, key=lambda function: function.name.lower())


class Functions:
    """The ASGI application."""

    def __init__(self, functions: Iterable[HttpFunction], *, body_limit: int = BODY_LIMIT_BYTES) -> None:
        self._functions = tuple(functions)
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode("ascii", "replace")
        function, values = self._find(path, scope["method"])
        if function is None:
            await _send(send, Reply(404))
            return
        headers = joined_headers(scope["headers"])
        length = headers.get("content-length", "")
        announced = int(length) if re.fullmatch("[0-9]{1,20}", length) else 0
        if announced > self._body_limit:
            await _send(send, Reply(413))
            return
        # Only a body with a length arrives: the host's `ToRpcHttp` looks at ContentLength alone.
        body = await _read(receive) if announced else b""
        if body is None:
            return
        await _send(send, await _invoke(function, _request(scope, path, headers, values, body)))

    def _find(self, path: str, method: str) -> tuple[HttpFunction | None, Mapping[str, str]]:
        """The first function whose route and methods fit.

        The host adds the methods to the route as a constraint (`WebScriptHostHttpRoutesManager`), so a wrong method is
        a route that does not fit: 404, never 405.
        """
        for function in self._functions:
            if function.methods is not None and method.upper() not in function.methods:
                continue
            values = function.route.match(path)
            if values is not None:
                return function, values
        return None, {}


def joined_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header names in lower case, repeated ones joined by a comma (the host's `ToRpcHttp`)."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def query_parameters(query: str) -> dict[str, str]:
    """Repeated names joined by a comma without regard to case, empty values dropped (the host's `ToRpcHttp`)."""
    names: dict[str, str] = {}
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        key = names.setdefault(name.lower(), name)
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return {name: value for name, value in joined.items() if value}


def _request(scope: Scope, path: str, headers: dict[str, str], values: Mapping[str, str], body: bytes) -> Any:
    """The request as the worker hands it over: a body is always bytes, b"" if none came with a Content-Length."""
    from azure.functions.http import HttpRequest

    query = scope["query_string"].decode("ascii", "replace")
    url = f"{scope['scheme']}://{headers.get('host', '')}{path}" + (f"?{query}" if query else "")
    return HttpRequest(
        method=scope["method"],
        url=url,
        headers=headers,
        params=query_parameters(query),
        route_params=dict(values),
        body_type="bytes",
        body=body,
    )


async def _invoke(function: HttpFunction, request: Any) -> Reply:
    """Run the handler, a plain `def` in a thread. An exception, or a reply of a wrong type, is an empty 500."""
    try:
        if inspect.iscoroutinefunction(function.handler):
            result = await function.handler(**{function.parameter: request})
        else:
            result = await asyncio.to_thread(function.handler, **{function.parameter: request})
        return _reply(result)
    except Exception:
        log.exception("Function %s failed.", function.name)
        return Reply(500)


def _reply(result: Any) -> Reply:
    """What the host makes of a return value. Text is 200 `text/plain`; the host would also look inside JSON text."""
    from azure.functions.http import HttpResponseConverter

    datum = HttpResponseConverter.encode(result, expected_type=None)
    if datum.type == "string":
        return Reply(200, (("content-type", "text/plain; charset=utf-8"),), str(datum.value).encode())
    value: dict[str, Any] = datum.value
    headers = [(name, header.value) for name, header in value["headers"].items()]
    cookies: list[SimpleCookie] = value["cookies"] or []
    headers += [("set-cookie", morsel.OutputString()) for cookie in cookies for morsel in cookie.values()]
    return Reply(int(value["status_code"].value), tuple(headers), value["body"].value)


async def _read(receive: Receive) -> bytes | None:
    """The body, None if the client left before its end. The server sees to it that no more comes than was announced."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _send(send: Send, reply: Reply) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    bodiless = reply.status in (204, 304)
    if not bodiless:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else reply.body})
