"""Tokens to expressions, by the usual descent: from the weakest operator to the strongest."""

from __future__ import annotations

from collections.abc import Sequence

from devtools.bicep.lexer import BicepFault, Token
from devtools.bicep.nodes import Array, Call, Index, Literal, Loop, Member, Name, Node, Object, Operation, Text

BY_STRENGTH = (("??",), ("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class ExpressionReader:
    """Reads along a row of tokens that ends with `end`."""

    def __init__(self, row: Sequence[Token]) -> None:
        self._row = row
        self._at = 0

    def peek(self) -> Token:
        return self._row[self._at]

    def take(self, kind: str) -> Token:
        token = self.peek()
        if token.kind != kind:
            raise BicepFault(f"line {token.line}: expected {kind!r}, found {token.text or token.kind!r}")
        self._at += 1
        return token

    def skip_newlines(self) -> None:
        while self.peek().kind == "newline":
            self._at += 1

    def expression(self) -> Node:
        condition = self._binary(0)
        before = self._at
        self.skip_newlines()  # a choice may go on in the next line
        if self.peek().kind != "?":
            self._at = before
            return condition
        self.take("?")
        self.skip_newlines()
        yes = self.expression()
        self.skip_newlines()
        self.take(":")
        self.skip_newlines()
        return Operation(condition.line, "?", (condition, yes, self.expression()))

    def arguments(self) -> tuple[Node, ...]:
        """`(a, b)`, over several lines if need be."""
        self.take("(")
        self.skip_newlines()
        found: list[Node] = []
        while self.peek().kind != ")":
            found.append(self.expression())
            self.skip_newlines()
            if self.peek().kind != ")":
                self.take(",")
                self.skip_newlines()
        self.take(")")
        return tuple(found)

    def _binary(self, level: int) -> Node:
        if level == len(BY_STRENGTH):
            return self._unary()
        left = self._binary(level + 1)
        while self.peek().kind in BY_STRENGTH[level]:
            operator = self.take(self.peek().kind)
            left = Operation(operator.line, operator.kind, (left, self._binary(level + 1)))
        return left

    def _unary(self) -> Node:
        if self.peek().kind == "!":
            line = self.take("!").line
            return Operation(line, "!", (self._unary(),))
        return self._postfix(self._primary())

    def _postfix(self, node: Node) -> Node:
        while True:
            token = self.peek()
            if token.kind == "!":  # "this is not null": a promise to the compiler, not to us
                self.take("!")
            elif token.kind == ".":
                self.take(".")
                name = self.take("name").text
                if self.peek().kind == "(":
                    node = Call(token.line, node, name, self.arguments())
                else:
                    node = Member(token.line, node, name)
            elif token.kind == "[":
                self.take("[")
                node = Index(token.line, node, self.expression())
                self.take("]")
            else:
                return node

    def _primary(self) -> Node:
        token = self.peek()
        if token.kind == "string":
            return self._text(self.take("string"))
        if token.kind == "number":
            return Literal(token.line, int(self.take("number").text))
        if token.kind == "name":
            self.take("name")
            if token.text in WORDS:
                return Literal(token.line, WORDS[token.text])
            if self.peek().kind == "(":
                return Call(token.line, None, token.text, self.arguments())
            return Name(token.line, token.text)
        if token.kind == "(":
            self.take("(")
            inner = self.expression()
            self.take(")")
            return inner
        if token.kind == "[":
            return self._array()
        if token.kind == "{":
            return self._object()
        raise BicepFault(f"line {token.line}: expected an expression, found {token.text or token.kind!r}")

    @staticmethod
    def _text(token: Token) -> Node:
        if all(isinstance(part, str) for part in token.parts):
            return Literal(token.line, "".join(part for part in token.parts if isinstance(part, str)))
        parts: list[str | Node] = []
        for part in token.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            reader = ExpressionReader(part)
            parts.append(reader.expression())
            reader.take("end")
        return Text(token.line, tuple(parts))

    def _array(self) -> Node:
        line = self.take("[").line
        self.skip_newlines()
        if self.peek().text == "for":
            return self._loop(line)
        items: list[Node] = []
        while self.peek().kind != "]":
            items.append(self.expression())
            self._separator("]")
        self.take("]")
        return Array(line, tuple(items))

    def _loop(self, line: int) -> Node:
        self.take("name")
        name = self.take("name").text
        if self.take("name").text != "in":
            raise BicepFault(f"line {line}: this kind of loop is not known to this model")
        items = self.expression()
        self.take(":")
        body = self.expression()
        self.skip_newlines()
        self.take("]")
        return Loop(line, name, items, body)

    def _object(self) -> Node:
        line = self.take("{").line
        self.skip_newlines()
        entries: list[tuple[Node, Node]] = []
        while self.peek().kind != "}":
            token = self.peek()
            key = self._text(self.take("string")) if token.kind == "string" else Literal(line, self.take("name").text)
            self.take(":")
            entries.append((key, self.expression()))
            self._separator("}")
        self.take("}")
        return Object(line, tuple(entries))

    def _separator(self, closing: str) -> None:
        """A comma or a newline between items; both count, and more than one newline, too."""
        if self.peek().kind == closing:
            return
        if self.peek().kind == ",":
            self.take(",")
        elif self.peek().kind != "newline":
            token = self.peek()
            raise BicepFault(f"line {token.line}: a comma or a new line is missing before {token.text!r}")
        self.skip_newlines()
