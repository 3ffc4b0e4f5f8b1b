"""What a template would deploy with given parameters: resources with their bodies, outputs, and what waits for what.

Everything is worked out when it is asked for, as Azure does: the branch not taken may mention what is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devtools.bicep.nodes import Declared
from devtools.bicep.parameters import checked
from devtools.bicep.parser import parse
from devtools.bicep.values import Evaluator, Made
from devtools.bicep.world import World


@dataclass(frozen=True)
class Resource:
    """One resource as it would be asked of Azure."""

    symbol: str
    file: str
    kind: str
    version: str
    name: str
    identifier: str
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("properties") or {}
        return found


@dataclass(frozen=True)
class Deployment:
    """One template with its parameters. `needs` says, for each of its symbols, which others must be there before."""

    file: str
    resources: tuple[Resource, ...] = ()
    modules: Mapping[str, Deployment] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def everything(self) -> tuple[Resource, ...]:
        """The resources of this template and of its modules."""
        return (*self.resources, *(one for module in self.modules.values() for one in module.everything()))

    def of(self, kind: str) -> list[Resource]:
        """The resources of one type, those of modules included."""
        return [one for one in self.everything() if one.kind == kind]

    def waits_for(self, symbol: str) -> frozenset[str]:
        """All that must be there before `symbol`, also by way of others."""
        found: set[str] = set()
        todo = [symbol]
        while todo:
            new = self.needs.get(todo.pop(), frozenset()) - found
            found |= new
            todo += new
        return frozenset(found)


def deploy(path: Path, parameters: Mapping[str, Any], world: World, place: str = "") -> Deployment:
    """Evaluate a template and its modules. `place` is the resource group's id, empty for the subscription.

    Raises `BicepFault` for what is wrong with template or parameters, `Refused` where the template itself says no.
    """
    template = parse(path)
    given = checked(template, parameters, world)
    evaluator = Evaluator(template, given, world, place or world.subscription_id, _module_outputs(world))
    there = [one for one in template.resources.values() if not one.existing and evaluator.is_there(one)]
    made = [(one, evaluator.made(one.name)) for one in there]
    return Deployment(
        path.name,
        tuple(_resource(path, one, each) for one, found in made if not one.module for each in found),
        {one.name: _deployment(found[0]) for one, found in made if one.module},
        {name: evaluator.value(node) for name, (_, node) in template.outputs.items()},
        {one.name: template.mentions[one.name] & {other.name for other in there} for one in there},
    )


def _module_outputs(world: World) -> Any:
    def run(path: Path, parameters: Mapping[str, Any], place: str) -> Deployment:
        return deploy(path, parameters, world, place)

    return run


def _resource(path: Path, declared: Declared, made: Made) -> Resource:
    return Resource(declared.name, path.name, made.kind, made.version, made.name, made.identifier, made.body)


def _deployment(made: Made) -> Deployment:
    if not isinstance(made.deployment, Deployment):
        raise TypeError(f"{made.name} is no module")
    return made.deployment
