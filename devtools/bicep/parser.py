"""Tokens to a `Template`. What is not in this project's subset of Bicep is a fault, never skipped."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from devtools.bicep.expressions import ExpressionReader
from devtools.bicep.lexer import BicepFault, tokens
from devtools.bicep.nodes import Declared, Literal, Loop, Node, Object, Parameter, Template, mentioned

KINDS = ("string", "int", "bool", "array", "object")


def parse(path: Path) -> Template:
    """The template in a file. Raises `BicepFault` with file and line."""
    return _parse(path, path.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=256)
def _parse(path: Path, text: str) -> Template:
    """The same text is read once, however many combinations are tried."""
    try:
        return _TemplateReader(path, text).read()
    except BicepFault as fault:
        raise BicepFault(f"{path.name}: {fault}") from fault


class _TemplateReader(ExpressionReader):
    def __init__(self, path: Path, text: str) -> None:
        super().__init__(tokens(text))
        self._template = Template(path)
        self._scope = "resourceGroup"

    def read(self) -> Template:
        self.skip_newlines()
        while self.peek().kind != "end":
            self._declaration()
            if self.peek().kind != "end":
                self.take("newline")
            self.skip_newlines()
        return replace(self._template, scope=self._scope, mentions=mentioned(self._template))

    def _declaration(self) -> None:
        decorators = self._decorators()
        word = self.take("name")
        if word.text == "targetScope":
            self.take("=")
            scope = self.expression()
            self._scope = str(scope.value) if isinstance(scope, Literal) else ""
        elif word.text == "param":
            self._parameter(decorators)
        elif word.text == "var":
            name = self._new_name()
            self.take("=")
            self._template.variables[name] = self.expression()
        elif word.text == "output":
            name, kind = self.take("name").text, self._kind()
            self.take("=")
            self._template.outputs[name] = (kind, self.expression())
        elif word.text in ("resource", "module"):
            self._resource(module=word.text == "module")
        else:
            raise BicepFault(f"line {word.line}: '{word.text}' is not known to this model")

    def _decorators(self) -> dict[str, tuple[Node, ...]]:
        found: dict[str, tuple[Node, ...]] = {}
        while self.peek().kind == "@":
            self.take("@")
            name = self.take("name").text
            found[name] = self.arguments()
            self.skip_newlines()
        return found

    def _new_name(self) -> str:
        token = self.take("name")
        known = self._template
        if token.text in {*known.parameters, *known.variables, *known.resources}:
            raise BicepFault(f"line {token.line}: '{token.text}' is declared twice")
        return token.text

    def _kind(self) -> str:
        token = self.take("name")
        if token.text not in KINDS:
            raise BicepFault(f"line {token.line}: the type '{token.text}' is not known to this model")
        return token.text

    def _parameter(self, decorators: dict[str, tuple[Node, ...]]) -> None:
        line = self.peek().line
        name, kind = self._new_name(), self._kind()
        default = None
        if self.peek().kind == "=":
            self.take("=")
            default = self.expression()
        self._template.parameters[name] = Parameter(name, kind, default, decorators, line)

    def _resource(self, *, module: bool) -> None:
        line = self.peek().line
        name = self._new_name()
        target = self.expression()
        if not (isinstance(target, Literal) and isinstance(target.value, str)):
            raise BicepFault(f"line {line}: '{name}' needs a type or a file in plain words")
        existing = self.peek().text == "existing"
        if existing:
            self.take("name")
        self.take("=")
        condition = None
        if self.peek().text == "if":
            self.take("name")
            self.take("(")
            condition = self.expression()
            self.take(")")
        body = self.expression()
        loop = body if isinstance(body, Loop) else None
        inner = loop.body if loop else body
        if not isinstance(inner, Object):
            raise BicepFault(f"line {line}: '{name}' has no body")
        self._template.resources[name] = Declared(
            name, target.value, inner, line, module=module, existing=existing, condition=condition, loop=loop
        )
