"""A child of `test_deployment.py`: starts the function with its environment as it is, and says what it does.

Microsoft's library indexes the functions and hands each request to them. No request gets past the question of who is
calling, so nothing is asked of Azure.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

import azure.functions as func

import function_app
from local_host.indexing import handler_of, index


async def answers(requests: list[dict[str, object]]) -> dict[str, object]:
    """The names of the functions, and what each request is answered: status and error code."""
    functions = {one.get_function_name(): one for found in index(function_app.app).values() for one in found}
    told = []
    for request in requests:
        name = str(request["function"])
        host = os.environ["WEBSITE_HOSTNAME"]
        asked = func.HttpRequest(
            method=str(request["method"]),
            url=f"https://{host}/api/{name}",
            headers=dict(request["headers"]),  # type: ignore[call-overload]
            body=b"{}",
        )
        reply = await handler_of(functions[name])(asked)
        body = json.loads(reply.get_body() or b"{}")
        told.append([reply.status_code, body.get("code")])
    return {"functions": sorted(functions), "answers": told}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(answers(json.loads(sys.argv[1])))) + "\n")
