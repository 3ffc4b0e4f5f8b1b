"""Personas: who the assistant is, as files that the server owns. The browser only ever sends a persona's name.

One TOML file a persona, its name is the file's. Every file is checked strictly when the app is built, and every fault
of every file is reported at once, with the file and the field.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from voicemint.errors import NotConfigured
from voicemint.turn_detection import TurnDetectionName

Voice = Literal["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"]
"""The ten built-in realtime voices (OpenAI's spec). `nova`, `onyx` and `fable` belong to text to speech only."""

VOICES: tuple[Voice, ...] = ("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")

DEFAULT_PERSONA = "assistant"
MAX_PERSONAS = 50
MAX_FILE_BYTES = 65_536

# In the patterns, (?!\n) is because Python's $ would allow a line end; \Z would not, but JSON Schema does not know it.
Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}(?!\n)$", max_length=35)]
"""A BCP 47 tag such as `en` or `pt-BR`: language, then script, region or variants."""

Speed = Annotated[float, Meta(ge=0.25, le=1.5)]
"""How fast the assistant speaks; the bounds are OpenAI's spec's."""


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A function that the model may call and the page runs. `parameters` is a JSON Schema of an object."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}(?!\n)$")]
    description: Annotated[str, Meta(min_length=1, max_length=1000)]
    parameters: dict[str, Any]


class Persona(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One persona file. `greeting` is for the page to show; `instructions` go to the model and to nobody else."""

    title: Annotated[str, Meta(min_length=1, max_length=60)]
    description: Annotated[str, Meta(min_length=1, max_length=300)]
    greeting: Annotated[str, Meta(min_length=1, max_length=300)]
    instructions: Annotated[str, Meta(min_length=1, max_length=20_000)]
    voice: Voice
    turn_detection: TurnDetectionName
    noise_reduction: Literal["near_field", "far_field", "none"] = "near_field"
    language: Language | None = None
    speed: Speed = 1.0
    tools: Annotated[tuple[Tool, ...], Meta(max_length=32)] = ()

    def __repr__(self) -> str:
        return f"Persona({self.title!r})"


def load_personas(directory: Path) -> Mapping[str, Persona]:
    """Every `*.toml` in `directory`, by name, the default first. Raises `NotConfigured` with every fault."""
    personas: dict[str, Persona] = {}
    faults: list[tuple[str, str]] = []
    paths = sorted(directory.glob("*.toml"), key=lambda path: (path.stem != DEFAULT_PERSONA, path.stem))
    for path in paths:
        try:
            personas[path.stem] = _read(path)
        except (ValueError, OSError) as error:
            faults.append((f"personas/{path.name}", f"is not a persona: {error}"))
    if not any(path.stem == DEFAULT_PERSONA for path in paths):
        faults.append((f"personas/{DEFAULT_PERSONA}.toml", "is missing: it is the default persona"))
    if len(paths) > MAX_PERSONAS:
        faults.append(("personas", f"holds {len(paths)} files; at most {MAX_PERSONAS} are read"))
    if faults:
        raise NotConfigured(faults, names_only=False)
    return personas


def _read(path: Path) -> Persona:
    """The persona in one file. Raises `ValueError` (which TOML's, Unicode's and msgspec's errors are) or `OSError`."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", path.stem):
        raise ValueError("a file name is 1 to 64 of a-z 0-9 _ -")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"the file is over {MAX_FILE_BYTES} bytes")
    persona = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Persona)
    names = [tool.name for tool in persona.tools]
    for number, tool in enumerate(persona.tools):
        if names.index(tool.name) != number:
            raise ValueError(f"the name is taken by another tool - at `$.tools[{number}].name`")
        if tool.parameters.get("type") != "object":
            raise ValueError(f'Expected `type = "object"` - at `$.tools[{number}].parameters`')
        if not _is_json(tool.parameters):
            raise ValueError(f"TOML dates and times are not JSON - at `$.tools[{number}].parameters`")
    return persona


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_json(entry) for entry in value.values())
    if isinstance(value, list):
        return all(_is_json(entry) for entry in value)
    return isinstance(value, str | int | float | bool)
