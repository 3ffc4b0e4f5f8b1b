"""The queue-triggered functions of an app, and a message as such a function is given it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local_host.indexing import handler_of
from local_host.queue_client import ManagedIdentity

if TYPE_CHECKING:
    import azure.functions as func
    from azure.storage.queue import QueueMessage

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueueFunction:
    """One function with a queue trigger. `endpoint` is the account's queue address, `parameter` is what the message is
    passed as. Without an `identity` the queue is read as whoever is signed in on this machine."""

    name: str
    endpoint: str
    queue: str
    parameter: str
    handler: Callable[..., Any]
    identity: ManagedIdentity | None = None


def queue_functions(indexed: Iterable[Any], environment: Mapping[str, str]) -> list[QueueFunction]:
    """The functions whose connection is set in `environment`; warns of the others, which are left out.

    Raises ValueError in a plain sentence for a queue's name that cannot be one, or a wrong signature.
    """
    found = []
    for function in indexed:
        name, trigger = function.get_function_name(), function.get_trigger()
        setting = f"{trigger.connection}__queueServiceUri"
        endpoint = environment.get(setting, "").rstrip("/")
        if not endpoint:
            log.warning("%s is not set; function %s is left out.", setting, name)
            continue
        # In lower case, as the host makes it (`QueueTriggerAttributeBindingProvider`).
        queue = trigger.queue_name.lower()
        if not re.fullmatch(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*", queue):
            raise ValueError(f"Function '{name}': '{trigger.queue_name}' cannot be the name of a queue.")
        identity = _identity(environment, trigger.connection)
        found.append(QueueFunction(name, endpoint, queue, trigger.name, handler_of(function), identity))
    return found


def _identity(environment: Mapping[str, str], connection: str) -> ManagedIdentity | None:
    """The managed identity that the connection names, as the host reads it (azure-sdk-for-net, `ClientFactory`)."""
    if environment.get(f"{connection}__credential", "").lower() != "managedidentity":
        return None
    return ManagedIdentity(environment.get(f"{connection}__clientId") or None)


def function_message(message: QueueMessage, text: str) -> func.QueueMessage:
    """What the function gets for a message whose decoded content is `text`, made by the library's own converter.

    The metadata have the names and types of the host's `QueueTriggerBinding`, which its `ToRpc` sends as text or, for
    numbers and times, as JSON.
    """
    from azure.functions.meta import Datum
    from azure.functions.queue import QueueMessageInConverter

    metadata = {
        "Id": Datum(message.id, "string"),
        "PopReceipt": Datum(message.pop_receipt, "string"),
        "DequeueCount": Datum(json.dumps(message.dequeue_count), "json"),
        "InsertionTime": _time(message.inserted_on),
        "ExpirationTime": _time(message.expires_on),
        "NextVisibleTime": _time(message.next_visible_on),
    }
    converted: func.QueueMessage = QueueMessageInConverter.decode(Datum(text, "string"), trigger_metadata=metadata)
    return converted


def _time(moment: datetime | None) -> Any:
    from azure.functions.meta import Datum

    return None if moment is None else Datum(json.dumps(moment.isoformat()), "json")
