"""The document: valid OpenAPI 3.1, whole, and true to the types that it is made from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.mint_support import ROOT
from voicemint import openapi
from voicemint.choices import CallRequest, Choices
from voicemint.errors import leaves
from voicemint.openapi.assembly import assemble
from voicemint.openapi.fields import FIELDS
from voicemint.openapi.headers import EVERY_REPLY

DOCUMENT = json.loads(openapi.document())
COMPONENTS = DOCUMENT["components"]
RESPONSES = [
    (f"{method} {path} {status}", response)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    for status, response in operation["responses"].items()
]


def every(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(node, dict):
        yield node
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from every(child)


def resolved(reference: str) -> Any:
    node = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def accepts(schema: dict[str, Any], value: object) -> bool:
    """Whether a schema of the document takes `value`."""
    return bool(jsonschema_rs.Draft202012Validator({**schema, "components": COMPONENTS}).is_valid(value))


def test_it_is_openapi_by_the_specifications_own_schema() -> None:
    official = jsonschema_rs.Draft202012Validator(OPENAPI_31)

    assert OPENAPI_31["$id"].startswith("https://spec.openapis.org/oas/3.1/schema/")
    assert [error.message for error in official.iter_errors(DOCUMENT)] == []
    assert not official.is_valid(DOCUMENT | {"openapi": "3.0.0"})


def test_every_schema_is_json_schema() -> None:
    for name, schema in COMPONENTS["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": DOCUMENT["jsonSchemaDialect"], **schema})
        assert "type" in schema, name


def test_every_reference_leads_somewhere_and_every_component_is_led_to() -> None:
    led_to = {node["$ref"] for node in every(DOCUMENT) if isinstance(node.get("$ref"), str)}
    there = {f"#/components/{kind}/{name}" for kind, group in COMPONENTS.items() for name in group}

    assert all(resolved(reference) for reference in led_to)
    assert there - led_to == {"#/components/responses/MethodNotAllowed"}


def test_nothing_of_this_machine_or_deployment_is_in_it() -> None:
    text = openapi.document().decode()

    assert str(ROOT) not in text
    assert not re.search(r"instructions\": \"Help|ek_(?!example)", text)
    assert json.loads(text) == json.loads(msgspec.json.encode(assemble()))


@pytest.mark.parametrize(("where", "response"), RESPONSES)
def test_every_response_promises_the_headers_of_every_reply(where: str, response: dict[str, Any]) -> None:
    assert set(EVERY_REPLY) <= set(response["headers"]), where


@pytest.mark.parametrize(("where", "response"), RESPONSES)
def test_the_examples_of_a_response_fit_it(where: str, response: dict[str, Any]) -> None:
    for content in response.get("content", {}).values():
        examples = [resolved(example["$ref"])["value"] for example in content.get("examples", {}).values()]
        for example in examples + ([content["example"]] if "example" in content else []):
            assert accepts(content["schema"], example), where


def test_the_examples_of_requests_and_headers_fit() -> None:
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {"content": {}})["content"].values():
                assert accepts(content["schema"], content["example"])
    for header in COMPONENTS["headers"].values():
        assert accepts(header["schema"], header["example"])


def test_a_problem_must_have_a_code_of_its_status() -> None:
    schema = DOCUMENT["paths"]["/api/session"]["post"]["responses"]["429"]["content"]["application/problem+json"]
    example = resolved(schema["examples"]["rate_limited"]["$ref"])["value"]

    assert accepts(schema["schema"], example)
    assert not accepts(schema["schema"], example | {"code": "too_many_calls"})
    assert not accepts(schema["schema"], example | {"status": 503})


def test_waiting_is_promised_where_it_is_always_told() -> None:
    promised = {
        where
        for where, response in RESPONSES
        if "Retry-After" in response["headers"] and resolved(response["headers"]["Retry-After"]["$ref"])["required"]
    }

    assert {where.split()[-1] for where in promised} == {"429", "503"}
    assert {where for where, _ in RESPONSES if where.endswith(("429", "503"))} == promised


def test_every_error_has_an_example() -> None:
    assert list(COMPONENTS["examples"]) == [kind.code for kind in leaves()]
    for kind in leaves():
        assert COMPONENTS["examples"][kind.code]["value"]["status"] == kind.status


def test_every_field_is_described_and_no_other() -> None:
    assert {name: set(schema["properties"]) for name, schema in COMPONENTS["schemas"].items()} == {
        name: set(fields) for name, fields in FIELDS.items()
    }


@pytest.mark.parametrize("kind", [Choices, CallRequest])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"language": "en"},
        {"language": "pt-BR"},
        {"language": "en\n"},
        {"language": "e"},
        {"language": "zh-Hant-TW-x1"},
        {"language": "a" * 36},
        {"language": None},
        {"speed": 0.25},
        {"speed": 1},
        {"speed": 1.51},
        {"speed": True},
        {"speed": "1"},
        {"voice": "alloy"},
        {"voice": "nova"},
        {"persona": "\U0001f3ba" * 64},
        {"persona": "\U0001f3ba" * 65},
        {"persona": ""},
        {"sdp": "v=0\r\n"},
        {"sdp": "v=0"},
        {"sdp": "v=0\r\n\x00"},
        {"sdp": " v=0\r\n"},
        {"sdp": "v=0\n" + "a" * 32_764},
        {"sdp": "v=0\n" + "a" * 32_765},
        {"sdp": "v=0\r\n\u00e9"},
    ],
)
def test_a_schema_takes_what_the_type_takes(kind: type[msgspec.Struct], change: dict[str, Any]) -> None:
    body = ({"sdp": "v=0\r\n"} if kind is CallRequest else {}) | change
    known = set(body) <= {field.name for field in msgspec.structs.fields(kind)}
    try:
        msgspec.convert(body, kind)
        taken = known
    except msgspec.ValidationError:
        taken = False

    assert accepts(COMPONENTS["schemas"][kind.__name__], body) == taken


def test_it_is_made_at_the_first_request_and_not_before() -> None:
    code = "import sys, function_app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()

    assert "voicemint.openapi" in loaded
    assert "voicemint.openapi.assembly" not in loaded
