"""Drives `azure-functions-runtime`, the library that Microsoft's own Python worker runs an app with.

The worker speaks protobuf with the host; here every message is a plain object with the same attributes. One process,
one app: the library keeps what it has indexed in module state.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class Message(SimpleNamespace):
    """A message of any type. `WhichOneof` names the one field that was set."""

    def WhichOneof(self, _: str) -> str | None:  # noqa: N802 - protobuf's name
        return next(iter(vars(self)), None)


class Protos:
    """Stands for the module of generated message types; enumerations have the numbers of the protocol."""

    StatusResult = type("StatusResult", (Message,), {"Failure": 0, "Success": 1})
    BindingInfo = type("BindingInfo", (Message,), {"out": 1, "inout": 2, "undefined": 0})
    RpcHttpCookie = type("RpcHttpCookie", (Message,), {"SameSite": Message(**{"None": 0}, Lax=1, Strict=2)})

    def __getattr__(self, name: str) -> type[Message]:
        return Message


class Worker:
    """One worker with one app loaded. Raises AssertionError with the library's words if it cannot be indexed."""

    def __init__(self, directory: Path) -> None:
        from azure_functions_runtime import functions_metadata_request, worker_init_request

        init = Message(function_app_directory=str(directory), capabilities={})
        properties = {"host": "127.0.0.1", "protos": Protos()}
        envelope = SimpleNamespace(properties=properties, request=Message(worker_init_request=init))
        started = asyncio.run(worker_init_request(envelope))
        assert started.result.status == 1, started.result.exception.message
        metadata = asyncio.run(functions_metadata_request(envelope))
        self.functions: dict[str, Any] = {one.name: one for one in metadata.function_metadata_results}

    async def invoke(self, function: str, request: Message) -> Message:
        """Call `function` with an RpcHttp message; the InvocationResponse."""
        return await self._call(function, Message(http=request), {})

    async def deliver(self, function: str, text: str, metadata: dict[str, Message]) -> Message:
        """Call `function` with a queue message and what the host tells about it; the InvocationResponse."""
        return await self._call(function, Message(string=text), metadata)

    async def _call(self, function: str, given: Message, metadata: dict[str, Message]) -> Message:
        from azure_functions_runtime import invocation_request

        parameter = next(name for name in self.functions[function].bindings if name != "$return")
        invocation = Message(
            invocation_id="1",
            function_id=self.functions[function].function_id,
            input_data=[_Input(name=parameter, data=given)],
            trigger_metadata=metadata,
            trace_context=Message(trace_parent="", trace_state="", attributes={}),
            retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
        )
        envelope = SimpleNamespace(properties={}, request=Message(invocation_request=invocation))
        reply: Message = await invocation_request(envelope)
        return reply


class _Input(Message):
    """A parameter whose value came along, not through shared memory."""

    def WhichOneof(self, _: str) -> str:  # noqa: N802
        return "data"
