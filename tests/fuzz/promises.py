"""What the document promises of a reply, as a judge: status, type, headers, body, and nothing that is not promised."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import jsonschema_rs

from tests.canary_hunt import found_in
from tests.fuzz.asking import ADDRESS_MARK, USER_MARK, Asked
from tests.fuzz.json_values import OFFER_MARK
from tests.fuzz.upstream import ANSWER_MARK, CLIENT_SECRET, SAID
from tests.fuzz.worlds import PAGE
from voicemint.masking import redact

MARKS = (OFFER_MARK, ANSWER_MARK, CLIENT_SECRET, SAID, USER_MARK, ADDRESS_MARK)
MAX_PROBLEM_BYTES = 4096
MAX_BODY_BYTES = 131_072
MAX_KNOWN = 20
CROSS_ORIGIN = {
    "vary",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
}
"""What the document says in a sentence, and no more."""


class Broken(AssertionError):
    """A promise was not kept."""


@dataclass(frozen=True)
class Answered:
    """A reply; header names in lower case."""

    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The problem's code, or "" for a success and where there is no body."""
        return str(json.loads(self.body)["code"]) if self.body and self.status >= 400 else ""


class Judge:
    """Holds replies against one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._document = _closed(document)
        self._compile = cache(self._compiled)
        self._known: set[bytes] = set()

    def judge(self, asked: Asked, answered: Answered) -> None:
        """Raises `Broken`."""
        response = self._response(asked, answered)
        self._judge_headers(asked, answered, response)
        self._judge_body(asked, answered, response)
        _judge_silence(asked, answered)

    def accepts(self, schema_name: str, value: object) -> bool:
        """Whether the document's schema of that name takes `value`."""
        return bool(self._compile(f"#/components/schemas/{schema_name}").is_valid(value))

    def _response(self, asked: Asked, answered: Answered) -> Mapping[str, Any]:
        """What the document says of a reply of this status."""
        operations = self._document["paths"][asked.path]
        method = asked.method.lower()
        if method == "options" and "Access-Control-Request-Method" in asked.headers:
            return {"status": 204, "headers": _every_header(self._document)}
        if method == "head" and "get" in operations:
            method = "get"
        if method not in operations:
            _require(answered.status == 405, f"405 for a method that is not documented, not {answered.status}")
            return dict(self._document["components"]["responses"]["MethodNotAllowed"])
        responses = operations[method]["responses"]
        _require(str(answered.status) in responses, f"{answered.status} is not documented")
        _require(answered.status != 500, "500")
        return dict(responses[str(answered.status)])

    def _judge_headers(self, asked: Asked, answered: Answered, response: Mapping[str, Any]) -> None:
        names = {name.lower(): name for name in response["headers"]}
        for low, name in names.items():
            header = self._document["components"]["headers"][response["headers"][name]["$ref"].rpartition("/")[2]]
            if low not in answered.headers:
                _require(not header["required"], f"the header {name} is missing")
                continue
            text = answered.headers[low]
            value = int(text) if header["schema"].get("type") == "integer" and re.fullmatch("[0-9]+", text) else text
            valid = self._compile(json.dumps(header["schema"])).is_valid(value)
            _require(valid, f"{name}: {text!r} is not as documented")
        extra = answered.headers.keys() - names.keys() - CROSS_ORIGIN - {"content-type"}
        _require(not extra, f"headers that are not documented: {sorted(extra)}")
        _require(answered.headers.get("access-control-allow-origin", PAGE) == PAGE, "an origin that is not listed")
        for text in answered.headers.values():
            _require(text.isprintable() and text.isascii(), "a header that is not printable ASCII")
        _judge_request_id(asked, answered)

    def _judge_body(self, asked: Asked, answered: Answered, response: Mapping[str, Any]) -> None:
        if asked.method == "HEAD" or "content" not in response:
            _require(answered.body == b"", "a body where there is none")
            return
        _require(answered.media_type in response["content"], f"{answered.media_type!r} is not documented")
        limit = MAX_PROBLEM_BYTES if answered.status >= 400 else MAX_BODY_BYTES
        _require(len(answered.body) <= limit, f"a body of {len(answered.body)} bytes")
        if answered.media_type == "application/sdp":
            return
        if answered.status < 400 and self._is_known(answered.body):
            return
        body = json.loads(answered.body)
        validator = self._compile(json.dumps(response["content"][answered.media_type]["schema"]))
        fault = next(iter(validator.iter_errors(body)), None)
        _require(fault is None, f"the body is not as documented: {fault.message if fault else ''}")
        if answered.status >= 400:
            _require(body["request_id"] == answered.headers["x-request-id"], "two request ids")

    def _is_known(self, body: bytes) -> bool:
        """Whether these very bytes were judged before, as those of the document and the configuration will be."""
        known = body in self._known
        if len(self._known) < MAX_KNOWN:
            self._known.add(body)
        return known

    def _compiled(self, schema: str) -> Any:
        root = {"$ref": schema} if schema.startswith("#") else json.loads(schema)
        return jsonschema_rs.Draft202012Validator({**root, "components": self._document["components"]})


def secrets_in(text: str) -> list[str]:
    """The names of canaries and marks that show in `text`."""
    return found_in(text) + [mark for mark in MARKS if mark in text]


@lru_cache(maxsize=64)
def _secrets_in_body(body: bytes) -> list[str]:
    """Remembered, because the document is long and always the same."""
    return secrets_in(body.decode("utf-8"))


def _judge_silence(asked: Asked, answered: Answered) -> None:
    """A mint's reply holds its own client secret, and an SDP answer its own password; nothing else holds any."""
    own = {"application/sdp": (ANSWER_MARK,)}.get(answered.media_type, ())
    if (asked.path, answered.status) == ("/api/session", 200):
        own = (CLIENT_SECRET,)
    shown = [*_secrets_in_body(answered.body), *secrets_in("\n".join(answered.headers.values()))]
    shown = [one for one in shown if one not in own]
    _require(not shown, f"the reply shows {shown}")


def _judge_request_id(asked: Asked, answered: Answered) -> None:
    sent, got = asked.headers.get("X-Request-Id", ""), answered.headers["x-request-id"]
    well_formed = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", sent) and redact(sent) == sent
    _require(got == sent if well_formed else re.fullmatch("[0-9a-f]{24}", got) is not None, "the request id")


def _closed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with every object closed, so that a field that is not documented is a fault."""
    closed = copy.deepcopy(dict(document))
    for schema in closed["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return closed


def _every_header(document: Mapping[str, Any]) -> dict[str, Any]:
    """The headers that every reply has."""
    return dict(document["paths"]["/api/call/{id}"]["delete"]["responses"]["204"]["headers"])


def _require(kept: bool, otherwise: str) -> None:
    if not kept:
        raise Broken(otherwise)
