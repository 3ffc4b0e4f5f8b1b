"""Functions are sorted by trigger; those that nobody serves are named."""

from __future__ import annotations

import azure.functions as func
import pytest

from local_host.indexing import handler_of, index


def test_functions_by_trigger_and_a_warning_for_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    app = func.FunctionApp()

    @app.route(route="x")
    async def page(req: func.HttpRequest) -> str:
        return ""

    @app.queue_trigger(arg_name="message", queue_name="jobs", connection="JOBS")
    async def job(message: func.QueueMessage) -> None:
        return None

    @app.timer_trigger(schedule="0 0 * * * *", arg_name="timer")
    async def hourly(timer: func.TimerRequest) -> None:
        return None

    names = {kind: [one.get_function_name() for one in found] for kind, found in index(app).items()}
    assert names == {"httpTrigger": ["page"], "queueTrigger": ["job"]}
    assert [record.getMessage() for record in caplog.records] == [
        "The local host has no timerTrigger; function hourly is left out."
    ]


def test_a_signature_must_match_the_bindings() -> None:
    app = func.FunctionApp()

    @app.queue_trigger(arg_name="message", queue_name="jobs", connection="JOBS")
    async def job(text: func.QueueMessage) -> None:
        return None

    (found,) = index(app)["queueTrigger"]
    with pytest.raises(ValueError, match="'job' must take exactly these parameters: message"):
        handler_of(found)
