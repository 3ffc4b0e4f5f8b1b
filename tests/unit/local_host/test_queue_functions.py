"""Which functions are polled for, and what a function sees of a message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import pytest
from azure.storage.queue import QueueMessage

from local_host.indexing import index
from local_host.queue_client import ManagedIdentity
from local_host.queue_functions import QueueFunction, function_message, queue_functions


def indexed(queue_name: str = "Jobs-1") -> list[Any]:
    app = func.FunctionApp()

    @app.queue_trigger(arg_name="message", queue_name=queue_name, connection="JOBS")
    async def job(message: func.QueueMessage) -> None:
        return None

    return index(app)["queueTrigger"]


def test_a_function_with_its_connection() -> None:
    (found,) = queue_functions(indexed(), {"JOBS__queueServiceUri": "http://127.0.0.1:10001/devstoreaccount1/"})
    assert (found.name, found.queue, found.parameter) == ("job", "jobs-1", "message")
    assert found.endpoint == "http://127.0.0.1:10001/devstoreaccount1"
    assert isinstance(found, QueueFunction)


@pytest.mark.parametrize(
    ("settings", "identity"),
    [
        ({}, None),
        ({"JOBS__credential": "", "JOBS__clientId": "c"}, None),
        ({"JOBS__credential": "workloadidentity"}, None),
        ({"JOBS__credential": "managedidentity"}, ManagedIdentity()),
        ({"JOBS__credential": "managedidentity", "JOBS__clientId": ""}, ManagedIdentity()),
        ({"JOBS__credential": "ManagedIdentity", "JOBS__clientId": "c"}, ManagedIdentity("c")),
    ],
)
def test_the_identity_of_a_connection(settings: dict[str, str], identity: ManagedIdentity | None) -> None:
    environment = {"JOBS__queueServiceUri": "https://account.queue.core.windows.net", **settings}
    (found,) = queue_functions(indexed(), environment)
    assert found.identity == identity


@pytest.mark.parametrize("environment", [{}, {"JOBS__queueServiceUri": ""}, {"JOBS": "x"}])
def test_without_its_connection_it_is_left_out(environment: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    assert queue_functions(indexed(), environment) == []
    assert "JOBS__queueServiceUri is not set; function job is left out." in caplog.text


@pytest.mark.parametrize("name", ["a", "a" * 64, "-jobs", "jobs-", "a--b", "jobs_1", "%NAME%", "jobs\n"])
def test_an_impossible_queue_is_a_sentence(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a queue"):
        queue_functions(indexed(name), {"JOBS__queueServiceUri": "http://127.0.0.1:1/devstoreaccount1"})


def test_a_message_as_the_function_sees_it() -> None:
    inserted, never = datetime(2026, 11, 21, 14, 0, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    message = QueueMessage(
        content="ignored",
        id="id-1",
        pop_receipt="receipt",
        dequeue_count=3,
        inserted_on=inserted,
        expires_on=never,
        next_visible_on=None,
    )
    seen = function_message(message, "grüß")
    assert isinstance(seen, func.QueueMessage)
    assert (seen.id, seen.pop_receipt, seen.dequeue_count) == ("id-1", "receipt", 3)
    assert seen.get_body() == "grüß".encode()
    assert seen.insertion_time == inserted
    assert seen.expiration_time == never
    assert seen.time_next_visible is None
