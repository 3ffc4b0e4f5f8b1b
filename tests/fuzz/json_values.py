"""Values from a JSON Schema: those that fit, those that nearly do, and those that are plainly something else."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Mapping
from typing import Any

from tests.canaries import CANARY_INSTRUCTIONS, CANARY_KEY, CANARY_TOKEN

Schema = Mapping[str, Any]

SDP = "v=0\r\no=- 46117314 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-pwd:offerpwd73\r\n"
OFFER_MARK = "offerpwd73"
FITTING = ("en", "pt-BR", "zh-Hant-TW", "DEU", SDP, "v=0\n", SDP * 20, "0123456789abcdef" * 2)
"""For texts with a pattern: at least one of these fits each pattern of the document."""

CHARACTERS = "aZ09 _-.\t\n\r\0\x7f\x80éß\u0130\u202e\u2028\ud7ff\ufdd0\ufeff\U0001f3ba\U0010ffff\"\\{}[]<>&;'%"
NAMES = ("persona", "Persona", "voice ", "", "sdp", "instructions", "model", "__proto__", "constructor", "0", "\0", "é")
KEYS = (CANARY_KEY, CANARY_TOKEN, f"ek_{CANARY_TOKEN}", f"Bearer {CANARY_KEY}", "a" * 41, "x-y.z_1")
NUMBERS = (0, -0.0, 1, -1, 0.25, 0.24999999999999997, 1.5, 1.5000000000000002, 10**25, -(10**400), 1e308, 2**53, 5e-324)


def text(rng: random.Random, shortest: int = 0, longest: int = 40) -> str:
    """Any characters but lone surrogates, which have no JSON in UTF-8."""
    return "".join(rng.choices(CHARACTERS, k=rng.randint(shortest, min(longest, shortest + 60))))


def fitting(schema: Schema, components: Schema, rng: random.Random) -> Any:
    """A value that `schema` accepts. Knows as much of JSON Schema as the document's requests use."""
    if "$ref" in schema:
        return fitting(components[schema["$ref"].rpartition("/")[2]], components, rng)
    if "anyOf" in schema:
        return fitting(rng.choice(schema["anyOf"]), components, rng)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema["type"]
    if kind == "null":
        return None
    if kind == "number":
        return rng.choice([schema["minimum"], schema["maximum"], 1, rng.uniform(schema["minimum"], schema["maximum"])])
    if kind == "string":
        return _fitting_text(schema, rng)
    assert kind == "object"
    return {
        name: fitting(of, components, rng)
        for name, of in schema["properties"].items()
        if name in schema["required"] or rng.random() < 0.4
    }


def _fitting_text(schema: Schema, rng: random.Random) -> str:
    if "pattern" in schema:
        return rng.choice([one for one in FITTING if re.search(schema["pattern"], one)])
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 1000)
    drawn = rng.random()
    if drawn < 0.7:
        return rng.choice(["assistant", "assistant", "assistant", CANARY_INSTRUCTIONS[:longest]])
    if drawn < 0.8:
        return rng.choice(CHARACTERS[:5] + "\U0001f3ba") * rng.choice([shortest, longest])
    return text(rng, shortest, longest)


def nearly(value: Mapping[str, Any], schema: Schema, rng: random.Random) -> Any:
    """`value` with one thing wrong, or at least odd."""
    changed = dict(copy.deepcopy(value))
    names = list(schema["properties"])
    drawn = rng.randrange(6)
    if drawn == 0:
        changed[rng.choice(NAMES + KEYS)] = anything(rng)
    elif drawn == 1 and changed:
        del changed[rng.choice(list(changed))]
    elif drawn == 2:
        name = rng.choice(names)
        changed[name.upper() if rng.random() < 0.5 else name + rng.choice([" ", "\0", "s"])] = "alloy"
    elif drawn == 3:
        name = rng.choice(names)
        changed[name] = _stretched(changed.get(name), rng)
    elif drawn == 4:
        return rng.choice([[changed], {"body": changed}, str(changed), None, True, 0])
    else:
        changed[rng.choice(names)] = anything(rng)
    return changed


def _stretched(value: Any, rng: random.Random) -> Any:
    """Just over an edge, if it was a text; else a number at an edge."""
    if isinstance(value, str):
        over = rng.choice(["\n", " ", "\0", "\u2028", "x" * 64, "x" * 4001, "é" * 33_000])
        return value + over if rng.random() < 0.5 else over + value
    return rng.choice(NUMBERS)


def anything(rng: random.Random, depth: int = 3) -> Any:
    """Any JSON value."""
    drawn = rng.randrange(8 if depth else 6)
    if drawn == 0:
        return None
    if drawn == 1:
        return rng.random() < 0.5
    if drawn == 2:
        return rng.choice(NUMBERS)
    if drawn < 5:
        return text(rng)
    if drawn == 5:
        return rng.choice((*KEYS, CANARY_INSTRUCTIONS, SDP))
    if drawn == 6:
        return [anything(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {text(rng, 0, 8): anything(rng, depth - 1) for _ in range(rng.randrange(4))}
