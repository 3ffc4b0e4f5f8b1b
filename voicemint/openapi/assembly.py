"""Builds the document from `operations.py`, the structs and the tree of errors.

It is the same for every deployment, so nothing of the settings can show in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import msgspec

from voicemint import __version__
from voicemint.errors import MethodNotAllowed, UpstreamError, VoicemintError, leaves
from voicemint.openapi import examples
from voicemint.openapi.fields import FIELDS
from voicemint.openapi.headers import EVERY_REPLY, HEADERS, SOMETIMES_RETRY_AFTER
from voicemint.openapi.operations import OPERATIONS, Errors, Operation, Success
from voicemint.replies import Problem

_INTRODUCTION = (
    "Starts voice calls with an Azure OpenAI realtime model. `GET /api/config` says which of two ways this deployment "
    "takes: `token`, where the browser gets a short-lived secret and calls Azure itself, or `relay`, where the server "
    "makes the call for it.\n\n"
    "Every failure is a problem document (RFC 9457) with a stable `code`. A method that a route does not answer is "
    "405 `method_not_allowed` with an `Allow` header. HEAD answers wherever GET does, without a body. Bodies are "
    "strict: a field that is not listed, or a name given twice, is refused."
)
_TAGS = {
    "calls": "Starting and ending calls.",
    "page": "What a page needs before a call.",
    "operation": "For whoever runs the server.",
}
_CALL_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The call's id: the last part of `Location`. Any other text is an unknown call.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "example": "0123456789abcdef0123456789abcdef",
}
_REQUEST_ID = {
    "name": "X-Request-Id",
    "in": "header",
    "required": False,
    "description": "A name for this request, to find it in the server's log: 8 to 64 of A-Z a-z 0-9 . _ -, beginning "
    "with a letter or digit, and nothing that looks like a key. Anything else is replaced.",
    "schema": {"type": "string"},
}


def assemble() -> dict[str, Any]:
    """The document as plain values."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Voicemint",
            "version": __version__,
            "summary": "Voice calls with an Azure OpenAI realtime model, for a page.",
            "description": _INTRODUCTION,
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "headers": HEADERS,
            "parameters": {"CallId": _CALL_ID, "RequestId": _REQUEST_ID},
            "responses": {"MethodNotAllowed": _problems((MethodNotAllowed,))},
            "examples": {kind.code: examples.of_error(kind) for kind in leaves()},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [_ref("parameters", "RequestId")],
    }
    if "{id}" in operation.path:
        described["parameters"].insert(0, _ref("parameters", "CallId"))
    if operation.mode is not None:
        described["x-voicemint-mode"] = operation.mode
        described["description"] += f" Only where CALL_MODE is `{operation.mode}`."
    if operation.body is not None:
        name = operation.body.__name__
        content = {"schema": _ref("schemas", name), "example": examples.of_requests()[name]}
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": content},
        }
    described["responses"] = {str(operation.success.status): _success(operation.success)} | {
        str(status): _problems(tuple(kinds))
        for status, kinds in groupby(sorted(operation.errors, key=_status), key=_status)
    }
    return described


def _success(success: Success) -> dict[str, Any]:
    response = {"description": success.description, "headers": _headers((*EVERY_REPLY, *success.headers))}
    if success.media_type is not None:
        response["content"] = {success.media_type: _content(success)}
    return response


def _content(success: Success) -> dict[str, Any]:
    if success.body == "sdp":
        return {"schema": {"type": "string"}, "example": examples.SDP}
    if success.body is None or success.body == "document":
        return {"schema": {"type": "object"}}
    name = success.body.__name__
    return {"schema": _ref("schemas", name), "example": examples.of_replies()[name]}


def _problems(kinds: Errors) -> dict[str, Any]:
    """The response for all errors of one status."""
    headers = _headers(EVERY_REPLY)
    if all(kind.default_retry_after is not None for kind in kinds):
        headers |= _headers(("Retry-After",))
    elif any(issubclass(kind, UpstreamError) for kind in kinds):
        headers["Retry-After"] = _ref("headers", SOMETIMES_RETRY_AFTER)
    if MethodNotAllowed in kinds:
        headers |= _headers(("Allow",))
    narrowed = {"properties": {"status": {"const": kinds[0].status}, "code": {"enum": [kind.code for kind in kinds]}}}
    content = {
        "schema": {"allOf": [_ref("schemas", "Problem"), narrowed]},
        "examples": {kind.code: _ref("examples", kind.code) for kind in kinds},
    }
    return {
        "description": "\n".join(f"- `{kind.code}`: {kind.title}." for kind in kinds),
        "headers": headers,
        "content": {"application/problem+json": content},
    }


def _schemas() -> dict[str, Any]:
    """Every struct of the contract, with what its fields mean. Requests are closed: an unknown field is refused."""
    requests = [operation.body for operation in OPERATIONS if operation.body is not None]
    replies = [o.success.body for o in OPERATIONS if isinstance(o.success.body, type)]
    structs = dict.fromkeys([*requests, *replies, Problem])
    _, schemas = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    for name, schema in schemas.items():
        for field, text in FIELDS[name].items():
            schema["properties"][field] = {"description": text, **schema["properties"][field]}
    for request in requests:
        schemas[request.__name__]["additionalProperties"] = False
    return dict(sorted(schemas.items()))


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: _ref("headers", name) for name in names}


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _status(kind: type[VoicemintError]) -> int:
    return kind.status
