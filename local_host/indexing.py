"""Asks a `FunctionApp` for its functions, once: the library refuses to index the same names again."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any

SERVED = ("httpTrigger", "queueTrigger")

log = logging.getLogger(__name__)


def index(app: Any) -> dict[str, list[Any]]:
    """The functions of `app` by the type of their trigger, for each type in `SERVED`. Warns of all others."""
    functions: dict[str, list[Any]] = {served: [] for served in SERVED}
    for function in app.get_functions():
        trigger = function.get_trigger().type
        if trigger in functions:
            functions[trigger].append(function)
        else:
            log.warning("The local host has no %s; function %s is left out.", trigger, function.get_function_name())
    return functions


def handler_of(function: Any) -> Callable[..., Any]:
    """The user's function. Raises ValueError if its signature does not match the bindings; one such function stops the
    whole app, as it does in Azure."""
    handler: Callable[..., Any] = function.get_user_function()
    bound = {binding.name for binding in function.get_bindings()} - {"$return"}
    if set(inspect.signature(handler).parameters) != bound:
        name = function.get_function_name()
        raise ValueError(f"Function '{name}' must take exactly these parameters: {', '.join(sorted(bound))}.")
    return handler
