"""What must hold whatever the document says: who is let in, whose call is whose, and which bodies are taken."""

from __future__ import annotations

import json
from typing import Any

from tests.fuzz.asking import Asked
from tests.fuzz.promises import Answered, Broken, Judge
from tests.fuzz.worlds import World


class Rules:
    """The rules of one world. `calls` are (id, who) of the calls that were started in it."""

    def __init__(self, world: World, judge: Judge) -> None:
        self._world = world
        self._judge = judge
        self.calls: list[tuple[str, str]] = []

    def judge(self, asked: Asked, answered: Answered) -> None:
        """Who may: nobody whom the rule keeps out starts or ends a call, and nobody ends another's."""
        changes = asked.method in ("POST", "DELETE") and answered.status < 300
        if changes and asked.who is None:
            raise Broken("somebody was let in whom the rule keeps out")
        if answered.status == 201:
            self.calls.append((answered.headers["location"].rpartition("/")[2], str(asked.who)))
        if asked.method == "DELETE" and answered.status == 204:
            mine = (asked.parameters["id"], asked.who)
            if mine not in self.calls:
                raise Broken("somebody hung up a call that was not theirs")
        self._judge_strictness(asked, answered)

    def _judge_strictness(self, asked: Asked, answered: Answered) -> None:
        """The documented schema and the product's own check say yes to the same bodies."""
        schema = {"/api/session": "Choices", "/api/call": "CallRequest"}.get(asked.path)
        if schema is None or asked.method != "POST":
            return
        try:
            value = strictly_parsed(asked.body) if asked.body else {}
        except (ValueError, RecursionError):
            if answered.status < 300:
                raise Broken("a body that is not JSON was taken") from None
            return
        fits = self._judge.accepts(schema, value)
        if answered.status < 300 and not fits:
            raise Broken("a body was taken that the document refuses")
        if answered.status < 300 and _is_twofold(asked.body):
            raise Broken("a body was taken that has a name twice")
        if answered.code == "invalid_request" and fits and not self._has_another_reason(asked, value):
            raise Broken("a body was refused that the document takes")

    def _has_another_reason(self, asked: Asked, value: Any) -> bool:
        """Faults that no schema can say: a name twice, instructions where they are not allowed, no length announced."""
        banned = value.get("instructions") is not None and not self._world.instructions_allowed
        return _is_twofold(asked.body) or banned or (not asked.body and "Transfer-Encoding" in asked.headers)


def _is_twofold(body: bytes) -> bool:
    """Whether a JSON object has a name twice."""
    if not body:
        return False
    pairs = json.loads(body, object_pairs_hook=list)
    return isinstance(pairs, list) and len(pairs) > len(json.loads(body))


def strictly_parsed(body: bytes) -> Any:
    """JSON as RFC 8259 has it: UTF-8, no NaN, no lone surrogate. Raises ValueError or RecursionError."""
    value = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse(constant: str) -> float:
    raise ValueError(constant)
