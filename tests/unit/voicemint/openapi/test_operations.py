"""The table of operations says what the code does: the same routes and methods, and no error that is not real."""

from __future__ import annotations

from azure.functions.decorators.function_app import FunctionBuilder

import function_app
from voicemint.errors import LimitReached, MethodNotAllowed, leaves
from voicemint.openapi.operations import OPERATIONS


def test_the_paths_are_the_functions_routes() -> None:
    builders = [builder for builder in vars(function_app).values() if isinstance(builder, FunctionBuilder)]
    triggers = [builder._function.get_trigger() for builder in builders]

    assert {f"/api/{trigger.route}" for trigger in triggers if hasattr(trigger, "route")} == {
        operation.path for operation in OPERATIONS
    }


def test_the_methods_are_the_contracts() -> None:
    assert {operation.id: f"{operation.method} {operation.path}" for operation in OPERATIONS} == {
        "create_session": "post /api/session",
        "start_call": "post /api/call",
        "hang_up_call": "delete /api/call/{id}",
        "page_config": "get /api/config",
        "health": "get /api/health",
        "ready": "get /api/ready",
        "openapi": "get /api/openapi.json",
    }


def test_every_error_belongs_to_some_route_but_the_one_of_wrong_methods() -> None:
    listed = {kind for operation in OPERATIONS for kind in operation.errors}

    assert set(leaves()) - listed == {MethodNotAllowed}


def test_no_route_lists_an_error_twice() -> None:
    assert [o.id for o in OPERATIONS if len(set(o.errors)) != len(o.errors)] == []


def test_only_what_starts_a_call_is_limited() -> None:
    limited = {o.id for o in OPERATIONS if any(issubclass(kind, LimitReached) for kind in o.errors)}

    assert limited == {"create_session", "start_call"}


def test_each_way_of_calling_belongs_to_one_mode() -> None:
    assert {o.id: o.mode for o in OPERATIONS if o.mode} == {
        "create_session": "token",
        "start_call": "relay",
        "hang_up_call": "relay",
    }
