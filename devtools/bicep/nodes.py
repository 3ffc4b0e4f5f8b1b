"""What a template says, as data: expressions and declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path


@dataclass(frozen=True)
class Node:
    """Any expression. `line` is where it begins."""

    line: int


@dataclass(frozen=True)
class Literal(Node):
    """A string without holes, a number, true, false or null."""

    value: str | int | bool | None


@dataclass(frozen=True)
class Text(Node):
    """A string with holes: texts and expressions."""

    parts: tuple[str | Node, ...]


@dataclass(frozen=True)
class Array(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Object(Node):
    """Keys are expressions, because `'${id}': {}` is one."""

    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True)
class Name(Node):
    name: str


@dataclass(frozen=True)
class Member(Node):
    """`base.name`"""

    base: Node
    name: str


@dataclass(frozen=True)
class Index(Node):
    """`base[key]`"""

    base: Node
    key: Node


@dataclass(frozen=True)
class Call(Node):
    """`name(arguments)`, or `base.name(arguments)`."""

    base: Node | None
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Operation(Node):
    """One operand (`!`), two, or three (`?`)."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Loop(Node):
    """`[for name in items: body]`"""

    name: str
    items: Node
    body: Node


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str
    default: Node | None
    decorators: Mapping[str, tuple[Node, ...]]
    line: int

    @property
    def description(self) -> str:
        (text,) = self.decorators.get("description", (Literal(self.line, ""),))
        return str(text.value) if isinstance(text, Literal) else ""


@dataclass(frozen=True)
class Declared:
    """A resource or a module: `target` is the type with its version, or the module's file."""

    name: str
    target: str
    body: Object
    line: int
    module: bool = False
    existing: bool = False
    condition: Node | None = None
    loop: Loop | None = None

    def property(self, name: str) -> Node | None:
        """The expression of one of its top-level properties."""
        for key, value in self.body.entries:
            if isinstance(key, Literal) and key.value == name:
                return value
        return None


@dataclass(frozen=True)
class Template:
    """One file."""

    path: Path
    scope: str = "resourceGroup"
    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Node] = field(default_factory=dict)
    resources: dict[str, Declared] = field(default_factory=dict)
    outputs: dict[str, tuple[str, Node]] = field(default_factory=dict)
    mentions: dict[str, frozenset[str]] = field(default_factory=dict)
    """For each resource and module, those that it mentions, itself or by way of variables."""


def names_in(node: object) -> Iterator[str]:
    """Every name that an expression, or a tuple of them, mentions."""
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, tuple):
        for item in node:
            yield from names_in(item)
    elif isinstance(node, Node):
        for one in fields(node):
            yield from names_in(getattr(node, one.name))


def mentioned(template: Template) -> dict[str, frozenset[str]]:
    """What `Template.mentions` holds."""
    return {one.name: frozenset(_resources_in(template, one)) for one in template.resources.values()}


def _resources_in(template: Template, declared: Declared) -> Iterator[str]:
    seen: set[str] = set()
    todo = list(names_in((declared.body, declared.condition, declared.loop)))
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in template.resources:
            yield name
        elif name in template.variables:
            todo += names_in(template.variables[name])
