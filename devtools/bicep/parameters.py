"""Are the parameters what the template asks for? And what azd makes of `main.parameters.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devtools.bicep.lexer import BicepFault
from devtools.bicep.nodes import Parameter, Template
from devtools.bicep.values import Evaluator
from devtools.bicep.world import World

TYPES: dict[str, type] = {"string": str, "int": int, "bool": bool, "array": list, "object": dict}
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:=(?P<default>[^}]*))?\}")


def checked(template: Template, given: Mapping[str, Any], world: World) -> dict[str, Any]:
    """The parameters with their defaults. Raises `BicepFault` for one too many, one missing, or a value not allowed."""
    if unknown := sorted(set(given) - set(template.parameters)):
        raise BicepFault(f"{template.path.name} has no parameter {', '.join(unknown)}")
    found: dict[str, Any] = dict(given)
    plain = Evaluator(template, found, world, world.subscription_id, None)
    for name, parameter in template.parameters.items():
        if name not in given:
            if parameter.default is None:
                raise BicepFault(f"{template.path.name}: parameter {name} is missing")
            found[name] = plain.value(parameter.default)
        if why := _wrong(parameter, found[name], plain):
            raise BicepFault(f"{template.path.name}: parameter {name} is {found[name]!r}, {why}")
    return found


def _wrong(parameter: Parameter, value: Any, plain: Evaluator) -> str:
    limits = {name: plain.value(nodes[0]) for name, nodes in parameter.decorators.items() if len(nodes) == 1}
    if type(value) is not TYPES[parameter.kind]:
        return f"no {parameter.kind}"
    if "allowed" in limits and value not in limits["allowed"]:
        return f"not one of {limits['allowed']}"
    size = value if isinstance(value, int) else len(value) if isinstance(value, (str, list)) else 0
    least = limits.get("minValue", limits.get("minLength", size))
    most = limits.get("maxValue", limits.get("maxLength", size))
    return "" if least <= size <= most else f"not between {least} and {most}"


def from_file(path: Path, template: Template, environ: Mapping[str, str]) -> dict[str, Any]:
    """What azd passes on: `${NAME=default}` replaced, then a text that means a number or a switch made one.

    azd's own source (`bicep_provider.go`, `armParameterFileValue`) does that for int and bool and leaves the rest.
    """
    entries = json.loads(path.read_text(encoding="utf-8"))["parameters"]
    return {name: _converted(template.parameters.get(name), entry["value"], environ) for name, entry in entries.items()}


def _converted(parameter: Parameter | None, value: Any, environ: Mapping[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    text = _VARIABLE.sub(lambda match: environ.get(match["name"]) or match["default"] or "", value)
    kind = parameter.kind if parameter else "string"
    if kind == "int" and re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text


def variables(path: Path) -> dict[str, tuple[str, str | None]]:
    """For each parameter that the file takes from the environment: the variable and its default, None without one."""
    entries = json.loads(path.read_text(encoding="utf-8"))["parameters"]
    found: dict[str, tuple[str, str | None]] = {}
    for name, entry in entries.items():
        if isinstance(entry["value"], str) and (match := _VARIABLE.fullmatch(entry["value"])):
            found[name] = (match["name"], match["default"])
    return found
