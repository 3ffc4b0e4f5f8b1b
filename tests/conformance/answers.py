"""A child process that answers a list of requests, through Microsoft's worker library or through the local host.

`python answers.py worker|local_host DIRECTORY` loads the app of DIRECTORY, reads JSON requests from stdin and writes
JSON replies to stdout. An HTTP request says what the client sent (`method`, `path`, `query`, `headers`, `body`) and
what the Functions host would make of its route (`function`, `params`), which only the worker is told. A queue message
has its `text` and its `attempt`, and is answered by whether its `function` has succeeded with it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Asked = dict[str, Any]
Reply = dict[str, Any]


async def through_worker(worker: Any, requests: list[Asked]) -> list[Reply]:
    """What the worker library makes of each. The first entry of `headers` is always Host."""
    from tests.conformance.worker import Message

    replies = []
    for asked in requests:
        if "text" in asked:
            metadata = {name: Message(**{kind: value}) for name, (kind, value) in as_the_host_tells(asked).items()}
            done = await worker.deliver(asked["function"], asked["text"], metadata)
            replies.append({"succeeded": done.result.status == 1})
            continue
        host = asked["headers"][0][1]
        query = "&".join(f"{name}={value}" for name, value in asked["query"])
        http = Message(
            method=asked["method"],
            url=f"http://{host}{asked['path']}" + (f"?{query}" if query else ""),
            headers=_joined([(name.lower(), value) for name, value in asked["headers"]]),
            query={name: value for name, value in _joined(asked["query"]).items() if value},
            params=asked["params"],
            body=Message(bytes=asked["body"].encode()) if asked["body"] else Message(),
        )
        answer = await worker.invoke(asked["function"], http)
        if answer.result.status != 1:
            replies.append({"status": 500, "headers": {}, "cookies": [], "body": ""})
            continue
        sent = answer.return_value.http
        headers = {name.lower(): value for name, value in sent.headers.items()}
        cookies = [cookie.name for cookie in sent.cookies or []]
        body = sent.body.bytes.decode()
        replies.append({"status": int(sent.status_code), "headers": headers, "cookies": cookies, "body": body})
    return replies


async def through_local_host(directory: Path, requests: list[Asked]) -> list[Reply]:
    """What the local host answers to each."""
    import httpx

    import function_app
    from local_host.functions import Functions, http_functions, route_prefix
    from local_host.indexing import index
    from local_host.queue_functions import queue_functions
    from local_host.queue_loop import QueueLoop
    from local_host.queue_options import QueueOptions

    indexed = index(function_app.app)
    app = Functions(http_functions(indexed["httpTrigger"], route_prefix(directory / "host.json")))
    queues = {function.name: function for function in queue_functions(indexed["queueTrigger"], os.environ)}
    replies: list[Reply] = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        client.headers.clear()
        for asked in requests:
            if "text" in asked:
                queue = OneMessage(asked)
                loop = QueueLoop(queues[asked["function"]], QueueOptions(), open_queue=lambda *_, queue=queue: queue)
                await loop.poll()
                replies.append({"succeeded": queue.deleted})
                continue
            query = "&".join(f"{name}={value}" for name, value in asked["query"])
            answer = await client.request(
                asked["method"],
                asked["path"] + (f"?{query}" if query else ""),
                headers=[tuple(header) for header in asked["headers"]],
                content=asked["body"].encode() or None,
            )
            cookies = [cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")]
            own = ("content-length", "set-cookie")
            headers = {name: value for name, value in answer.headers.items() if name not in own}
            body = answer.content.decode()
            replies.append({"status": answer.status_code, "headers": headers, "cookies": cookies, "body": body})
    return replies


INSERTED = datetime(2026, 11, 21, 14, 0, 1, tzinfo=UTC)
HIDDEN_UNTIL = datetime(2026, 11, 21, 14, 10, 1, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""When a message expires that was sent to stay, as Azurite says it."""


def as_the_host_tells(asked: Asked) -> dict[str, tuple[str, str]]:
    """The trigger metadata of a message, each as the kind of TypedData that the host makes of it and the value.

    Names and types are those of `QueueTriggerBinding.CreateBindingData` (azure-sdk-for-net). `ToRpc` (the host's
    GrpcMessageConversionExtensions) sends text as text and, for want of a case for them, numbers and times as JSON.
    """
    return {
        "QueueTrigger": ("string", asked["text"]),
        "Id": ("string", "id-1"),
        "PopReceipt": ("string", "receipt-1"),
        "DequeueCount": ("json", str(asked["attempt"])),
        "InsertionTime": ("json", json.dumps(INSERTED.isoformat())),
        "ExpirationTime": ("json", json.dumps(NEVER.isoformat())),
        "NextVisibleTime": ("json", json.dumps(HIDDEN_UNTIL.isoformat())),
    }


class OneMessage:
    """A storage queue with one message, and whether it has been deleted."""

    def __init__(self, asked: Asked) -> None:
        from azure.storage.queue import QueueMessage

        self.deleted = False
        self._message = QueueMessage(
            content=base64.b64encode(asked["text"].encode()).decode(),
            id="id-1",
            pop_receipt="receipt-1",
            dequeue_count=asked["attempt"],
            inserted_on=INSERTED,
            expires_on=NEVER,
            next_visible_on=HIDDEN_UNTIL,
        )

    def receive_messages(self, **_: int) -> OneMessage:
        return self

    def by_page(self) -> Iterator[list[Any]]:
        return iter([[self._message]])

    def delete_message(self, _: Any) -> None:
        self.deleted = True

    def update_message(self, _: Any, **__: int) -> None:
        self.deleted = False


def _joined(pairs: list[Any]) -> dict[str, str]:
    """Repeated names joined by a comma, as the Functions host does before the worker sees them."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def main() -> None:
    way, directory = sys.argv[1], Path(sys.argv[2])
    sys.path.insert(0, str(directory))
    requests = json.load(sys.stdin)
    if way == "worker":
        from tests.conformance.worker import Worker

        worker = Worker(directory)
        replies = asyncio.run(through_worker(worker, requests))
        functions = {name: [json.loads(raw) for raw in one.raw_bindings] for name, one in worker.functions.items()}
    else:
        replies = asyncio.run(through_local_host(directory, requests))
        functions = {}
    json.dump({"functions": functions, "replies": replies}, sys.stdout)


if __name__ == "__main__":
    main()
