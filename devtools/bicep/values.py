"""Expressions to values, in one template with its parameters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devtools.bicep import nodes
from devtools.bicep.functions import PURE, text_of
from devtools.bicep.lexer import BicepFault
from devtools.bicep.nodes import Declared, Node, Template
from devtools.bicep.world import World, answers, keys

RunModule = Callable[[Path, Mapping[str, Any], str], Any]
"""Runs a module: its file, its parameters, the id of the resource group that it goes to."""


@dataclass(frozen=True)
class Made:
    """What stands behind the name of a resource or a module. `deployment` is a module's."""

    kind: str
    version: str
    name: str
    identifier: str
    body: Mapping[str, Any] = field(default_factory=dict)
    deployment: Any = None

    def member(self, name: str) -> Any:
        """`id`, `name`, a module's `outputs`, or a property: as it was asked for, or as Azure answers."""
        if name == "id":
            return self.identifier
        if name == "name":
            return self.name.rpartition("/")[2]
        if name == "outputs" and self.deployment is not None:
            return self.deployment.outputs
        if name == "properties":
            return {**(self.body.get("properties") or {}), **answers(self.kind, self.name, self.identifier)}
        if name in self.body:
            return self.body[name]
        raise BicepFault(f"{self.kind} has no '{name}' that this model knows")


class Evaluator:
    """One template at work. `place` is the id of what its resources go into."""

    def __init__(
        self,
        template: Template,
        parameters: Mapping[str, Any],
        world: World,
        place: str,
        run_module: RunModule | None,
    ) -> None:
        self._template = template
        self._parameters = parameters
        self._world = world
        self._place = place
        self._run_module = run_module
        self._known: dict[str, Any] = {}
        self._under_way: list[str] = []

    def value(self, node: Node, local: Mapping[str, Any] | None = None) -> Any:
        """What an expression is. `local` are the names of a loop. Raises `BicepFault` with file and line."""
        match node:
            case nodes.Literal():
                return node.value
            case nodes.Text():
                parts = (part if isinstance(part, str) else text_of(self.value(part, local)) for part in node.parts)
                return "".join(parts)
            case nodes.Array():
                return [self.value(item, local) for item in node.items]
            case nodes.Object():
                return {text_of(self.value(key, local)): self.value(item, local) for key, item in node.entries}
            case nodes.Loop():
                return [
                    self.value(node.body, {**(local or {}), node.name: one}) for one in self.value(node.items, local)
                ]
            case nodes.Name():
                return self._named(node, local or {})
            case nodes.Member():
                return self._member(self.value(node.base, local), node.name, node)
            case nodes.Index():
                return self._member(self.value(node.base, local), self.value(node.key, local), node)
            case nodes.Call():
                return self._call(node, local)
            case nodes.Operation():
                return self._operation(node, local)
        raise self._fault(node, "is not known to this model")

    def is_there(self, declared: Declared) -> bool:
        """Whether its condition holds; without one it does."""
        return declared.condition is None or self.value(declared.condition) is True

    def made(self, symbol: str) -> list[Made]:
        """What a resource or module comes to; several for a loop. Worked out once."""
        key = f"resource {symbol}"
        if key not in self._known:
            with_locals = self._locals(self._template.resources[symbol])
            self._known[key] = [self._make(self._template.resources[symbol], local) for local in with_locals]
        found: list[Made] = self._known[key]
        return found

    def _locals(self, declared: Declared) -> list[dict[str, Any]]:
        if declared.loop is None:
            return [{}]
        name = declared.loop.name
        return [{name: one} for one in self.value(declared.loop.items)]

    def _make(self, declared: Declared, local: Mapping[str, Any]) -> Made:
        scope = self._scope(declared)
        if declared.module:
            return self._make_module(declared, scope)
        kind, _, version = declared.target.partition("@")
        body = self.value(_only(declared.body, "name", "parent") if declared.existing else declared.body, local)
        parent, own = body.pop("parent", None), body.pop("name")
        body.pop("scope", None)
        body.pop("dependsOn", None)
        name = f"{parent.name}/{own}" if isinstance(parent, Made) else own
        return Made(kind, version, name, _identifier(scope, kind, name), body)

    def _make_module(self, declared: Declared, place: str) -> Made:
        if self._run_module is None:
            raise BicepFault(f"{self._template.path.name}: a parameter's default cannot use a module")
        given = declared.property("params")
        parameters = self.value(given) if given else {}
        path = self._template.path.parent / declared.target
        if not path.exists():
            raise BicepFault(f"{self._template.path.name}: {declared.target} is not there")
        return Made("module", "", declared.name, "", deployment=self._run_module(path, parameters, place))

    def _scope(self, declared: Declared) -> str:
        given = declared.property("scope")
        if given is None:
            return self._place
        scope = self.value(given)
        if not isinstance(scope, Made):
            raise BicepFault(f"{self._template.path.name}: the scope of '{declared.name}' is no resource")
        return scope.identifier

    def _named(self, node: nodes.Name, local: Mapping[str, Any]) -> Any:
        name, template = node.name, self._template
        if name in local:
            return local[name]
        if name in template.parameters:
            if name not in self._parameters:
                raise self._fault(node, f"uses parameter {name}, which has no value yet")
            return self._parameters[name]
        if name in template.resources:
            declared = template.resources[name]
            return self._once(name, node, lambda: self.made(name)[0]) if self.is_there(declared) else _Absent(name)
        if name in template.variables:
            return self._once(name, node, lambda: self.value(template.variables[name]))
        raise self._fault(node, f"uses {name}, which is not declared")

    def _once(self, name: str, node: Node, work: Callable[[], Any]) -> Any:
        if name in self._under_way:
            raise self._fault(node, f"goes in a circle through {name}")
        if name not in self._known:
            self._under_way.append(name)
            self._known[name] = work()
            self._under_way.remove(name)
        return self._known[name]

    def _member(self, base: Any, name: Any, node: Node) -> Any:
        if isinstance(base, _Absent):
            raise self._fault(node, f"reads '{name}' of {base.name}, which is not deployed with these parameters")
        if isinstance(base, Made):
            return base.member(name)
        if isinstance(base, Mapping):
            if name in base:
                return base[name]
            raise self._fault(node, f"reads '{name}', which is not among {sorted(base)}")
        if isinstance(base, list) and isinstance(name, int):
            return base[name]
        raise self._fault(node, f"reads '{name}' of {base!r}")

    def _call(self, node: nodes.Call, local: Mapping[str, Any] | None) -> Any:
        if node.base is not None:
            base = self.value(node.base, local)
            if node.name == "listKeys" and isinstance(base, Made):
                return keys(base.kind)
            raise self._fault(node, f"calls {node.name}() of something that this model does not know")
        if node.name in ("loadJsonContent", "loadTextContent"):
            path = self._template.path.parent / str(self.value(node.arguments[0], local))
            text = path.read_text(encoding="utf-8")
            return json.loads(text) if node.name == "loadJsonContent" else text
        arguments = [self.value(argument, local) for argument in node.arguments]
        if node.name == "subscription":
            return {"id": self._world.subscription_id, "subscriptionId": self._world.subscription}
        if node.name == "tenant":
            return {"tenantId": self._world.tenant}
        if node.name == "utcNow" and arguments == ["yyyy-MM-01"]:
            return self._world.month
        if node.name == "subscriptionResourceId":
            return f"{self._world.subscription_id}/providers/{arguments[0]}/{arguments[1]}"
        if node.name in PURE:
            return PURE[node.name](*arguments)
        raise self._fault(node, f"calls {node.name}(), which this model does not know")

    def _operation(self, node: nodes.Operation, local: Mapping[str, Any] | None) -> Any:
        first = self.value(node.operands[0], local)
        if node.operator == "?":
            return self.value(node.operands[1 if self._truth(first, node) else 2], local)
        if node.operator == "!":
            return not self._truth(first, node)
        if node.operator == "&&":
            return self._truth(first, node) and self._truth(self.value(node.operands[1], local), node)
        if node.operator == "||":
            return self._truth(first, node) or self._truth(self.value(node.operands[1], local), node)
        second = self.value(node.operands[1], local)
        if node.operator == "==":
            return first == second
        if node.operator == "!=":
            return first != second
        if node.operator == ">" and isinstance(first, int) and isinstance(second, int):
            return first > second
        raise self._fault(node, f"uses {node.operator}, which this model does not know here")

    def _truth(self, value: Any, node: Node) -> bool:
        if not isinstance(value, bool):
            raise self._fault(node, f"takes {value!r} for true or false")
        return value

    def _fault(self, node: Node, what: str) -> BicepFault:
        return BicepFault(f"{self._template.path.name}: line {node.line} {what}")


@dataclass(frozen=True)
class _Absent:
    """A resource whose condition does not hold: it may be named, as in `dependsOn`, but not read."""

    name: str


def _only(body: nodes.Object, *wanted: str) -> nodes.Object:
    kept = [entry for entry in body.entries if isinstance(entry[0], nodes.Literal) and entry[0].value in wanted]
    return nodes.Object(body.line, tuple(kept))


def _identifier(scope: str, kind: str, name: str) -> str:
    """`{scope}/providers/{provider}/{type}/{name}…`; a resource group stands for itself."""
    if kind == "Microsoft.Resources/resourceGroups":
        return f"{scope}/resourceGroups/{name}"
    provider, *types = kind.split("/")
    pairs = "/".join(f"{one}/{part}" for one, part in zip(types, name.split("/"), strict=True))
    return f"{scope}/providers/{provider}/{pairs}"
