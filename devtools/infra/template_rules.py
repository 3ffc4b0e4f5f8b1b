"""Rules about the templates as they are written: descriptions, defaults, nothing unused, nothing from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from devtools.bicep.nodes import Array, Call, Literal, Member, Name, Node, Object, Parameter, Template, names_in
from devtools.bicep.parameters import variables
from devtools.bicep.parser import parse
from devtools.infra import FOLDER, MAIN, MODELS, PARAMETERS, models

AZDS_OWN = {
    "environmentName": "AZURE_ENV_NAME",
    "location": "AZURE_LOCATION",
    "principalId": "AZURE_PRINCIPAL_ID",
    "principalType": "AZURE_PRINCIPAL_TYPE",
}
"""Parameters whose variables azd itself sets."""

INNER = ("thisMonth",)
"""Parameters that are none: Bicep knows the day only in a default."""


def written(root: Path) -> list[str]:
    """All findings about the files below `infra/`."""
    found: list[str] = []
    paths = sorted((root / FOLDER).rglob("*.bicep"))
    templates = {path: parse(path) for path in paths}
    for path, template in templates.items():
        found += [f"{path.name}: {finding}" for finding in (*_descriptions(template), *_unused(template))]
        found += [f"{path.name}: {one.target} comes from elsewhere" for one in _foreign(template)]
    found += [f"{path.name} is used by nothing" for path in paths if path != root / MAIN and not _used(path, templates)]
    found += _unread(templates)
    main = templates[root / MAIN]
    return [*found, *_parameters(main, root), *_data(main, root), *_choices(main, root)]


def _descriptions(template: Template) -> list[str]:
    found = []
    for parameter in template.parameters.values():
        text = parameter.description
        if not re.fullmatch(r"[A-Z][^\n]{5,160}\.", text) or re.search(r"\. [A-Z].*\. [A-Z]", text):
            found.append(f"{parameter.name} is not described in a sentence")
    return found


def _unused(template: Template) -> list[str]:
    used = set(names_in(tuple(template.variables.values())))
    used |= set(names_in(tuple(node for _, node in template.outputs.values())))
    used |= {name for one in template.resources.values() for name in names_in((one.body, one.condition, one.loop))}
    used |= {name for one in template.parameters.values() if one.default for name in names_in(one.default)}
    declared = [*template.parameters, *template.variables]
    existing = [name for name, one in template.resources.items() if one.existing]
    return [f"{name} is declared and not used" for name in (*declared, *existing) if name not in used]


def _foreign(template: Template) -> list[Any]:
    return [one for one in template.resources.values() if one.module and re.match(r"br|ts:", one.target)]


def _used(path: Path, templates: dict[Path, Template]) -> bool:
    return any(
        (template.path.parent / one.target).resolve() == path.resolve()
        for template in templates.values()
        for one in template.resources.values()
        if one.module
    )


def _unread(templates: dict[Path, Template]) -> list[str]:
    """Outputs of modules that nobody reads."""
    found: list[str] = []
    for template in templates.values():
        read = {(text[0], text[1]) for text in _outputs_read(template)}
        for module in (one for one in template.resources.values() if one.module):
            target = templates.get(template.path.parent / module.target)
            given = target.outputs if target else {}
            found += [
                f"{module.target}: output {one} is read by nothing" for one in given if (module.name, one) not in read
            ]
    return found


def _outputs_read(template: Template) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def walk(node: object) -> None:
        if isinstance(node, Member) and isinstance(node.base, Member) and node.base.name == "outputs":
            if isinstance(node.base.base, Name):
                found.append((node.base.base.name, node.name))
        elif isinstance(node, tuple):
            for item in node:
                walk(item)
        elif isinstance(node, Node):
            for name in node.__dataclass_fields__:
                walk(getattr(node, name))

    walk(tuple(template.variables.values()))
    walk(tuple(node for _, node in template.outputs.values()))
    walk(tuple((one.body, one.condition) for one in template.resources.values()))
    return found


def _parameters(main: Template, root: Path) -> list[str]:
    """main.parameters.json names every parameter, asks for no more than azd gives, and has the template's defaults."""
    in_file = json.loads((root / PARAMETERS).read_text(encoding="utf-8"))["parameters"]
    wanted = [name for name in main.parameters if name not in INNER]
    found = [f"main.parameters.json lacks {name}" for name in wanted if name not in in_file]
    found += [f"main.parameters.json has {name}, which is no parameter" for name in in_file if name not in wanted]
    for name, (variable, default) in variables(root / PARAMETERS).items():
        parameter = main.parameters.get(name)
        if parameter is None:
            continue
        expected = AZDS_OWN.get(name, "VOICEMINT_" + re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper())
        if variable != expected:
            found.append(f"main.parameters.json: {name} comes from {variable}, not from {expected}")
        if name not in ("environmentName", "location") and (default or "") != _default(parameter):
            found.append(f"main.parameters.json: {name} is {default!r} there and {_default(parameter)!r} in main.bicep")
    return found


def _default(parameter: Parameter) -> str:
    """A parameter's default as azd's file would write it."""
    node = parameter.default
    if not isinstance(node, Literal):
        return ""
    return json.dumps(node.value) if isinstance(node.value, (bool, int)) else str(node.value)


def _data(main: Template, root: Path) -> list[str]:
    """The templates read the very file that the page reads, not one of their own."""
    calls = [one for one in main.variables.values() if isinstance(one, Call) and one.name == "loadJsonContent"]
    read = [str(_plain(one.arguments[0])) for one in calls]
    if [(main.path.parent / name).resolve() for name in read] == [(root / MODELS).resolve()]:
        return []
    return [f"main.bicep reads {', '.join(read) or 'no data'}, and not {MODELS.as_posix()}"]


def _choices(main: Template, root: Path) -> list[str]:
    """What Bicep must have in plain words (allowed values, defaults, azd's quota hint) is what models.json says."""
    try:
        known = models.read(root / MODELS)
    except (KeyError, ValueError) as fault:
        return [f"models.json cannot be read: {fault!r}"]
    default = known.default
    expected: dict[str, object] = {
        "location allowed": sorted(known.site_places),
        "model allowed": sorted(one.name for one in known.of("realtime")),
        "transcriptionModel allowed": sorted([*(one.name for one in known.of("transcription")), "none"]),
        "model": default["realtime"],
        "modelCapacity": str(default["capacity"]),
        "transcriptionModel": default["transcription"],
        "transcriptionCapacity": str(default["transcription_capacity"]),
        "usageName": _quotas(known),
    }
    found = models.inconsistencies(known)
    for what, value in expected.items():
        name, _, allowed = what.partition(" ")
        given: object
        if what == "usageName":
            given = _usage_names(main.parameters["location"])
        elif allowed:
            given = sorted(map(str, _plain(main.parameters[name].decorators["allowed"][0])))
        else:
            given = _default(main.parameters[name])
        if given != value:
            found.append(f"main.bicep: {what} is {given}, but models.json says {value}")
    return found


def _quotas(known: models.Models) -> list[str]:
    """Of the defaults, those whose quota has a known name: with a wrong one azd finds no region, and ends."""
    found: list[str] = []
    for kind, capacity in (("realtime", "capacity"), ("transcription", "transcription_capacity")):
        chosen = known.named(str(known.default[kind]))
        if chosen and chosen.usage_name:
            found.append(f"{chosen.usage_name},{known.default[capacity]}")
    return found


def _usage_names(parameter: Parameter) -> object:
    """azd's hint: it offers only regions in which so much of the quota is free."""
    (metadata,) = parameter.decorators.get("metadata", (Object(0, ()),))
    azd = _plain(metadata).get("azd", {})
    return azd.get("usageName")


def _plain(node: Node) -> Any:
    """A literal, list or object without anything to work out."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Array):
        return [_plain(item) for item in node.items]
    if isinstance(node, Object):
        return {_plain(key): _plain(value) for key, value in node.entries}
    raise ValueError(f"{node!r} is not plain" if not isinstance(node, Call) else "a call is not plain")
