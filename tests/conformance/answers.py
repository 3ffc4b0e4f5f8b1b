"""A child process that answers a list of requests, through Microsoft's worker library or through the local host.

`python answers.py worker|local_host DIRECTORY` loads the app of DIRECTORY, reads JSON requests from stdin and writes
JSON replies to stdout. A request says what the client sent (`method`, `path`, `query`, `headers`, `body`) and what the
Functions host would make of its route (`function`, `params`), which only the worker is told.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

Asked = dict[str, Any]
Reply = dict[str, Any]


async def through_worker(worker: Any, requests: list[Asked]) -> list[Reply]:
    """What the worker library makes of each. The first entry of `headers` is always Host."""
    from tests.conformance.worker import Message

    replies = []
    for asked in requests:
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

    app = Functions(http_functions(function_app.app, route_prefix(directory / "host.json")))
    replies = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        client.headers.clear()
        for asked in requests:
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
