"""A child process: a built function in Microsoft's worker library, with nothing else of this machine in reach.

`python -I -S -B packaged_app.py APP WORKER DRIVER NAMES` reads `{"asked": [[function, method, path, body]], "imports":
[module]}` from stdin. Packages come from APP, then from WORKER, which holds Microsoft's library, then modules from APP:
the order of Microsoft's own worker (`proxy_worker/utils/dependency.py`). DRIVER and NAMES are files of the tests: who
speaks for the host, and the names of the Azure doubles. It writes functions, replies and the file of every module.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import runpy
import sys
from types import ModuleType
from typing import Any


def load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("driver", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def ask(worker: Any, driver: ModuleType, asked: list[list[str]]) -> list[dict[str, Any]]:
    """Status and body of each reply; the library's own words where a function has failed."""
    replies = []
    for function, method, path, body in asked:
        request = driver.Message(
            method=method,
            url=f"http://127.0.0.1:7071{path}",
            headers={"host": "127.0.0.1:7071", "content-type": "application/json"},
            query={},
            params={},
            body=driver.Message(bytes=body.encode()) if body else driver.Message(),
        )
        answer = await worker.invoke(function, request)
        assert answer.result.status == 1, answer.result.exception.message
        sent = answer.return_value.http
        replies.append({"status": int(sent.status_code), "body": json.loads(sent.body.bytes)})
    await importlib.import_module("voicemint.routes").close()
    return replies


def main() -> None:
    app, library, driver_file, names = sys.argv[1:]
    given = json.load(sys.stdin)
    runpy.run_path(names)
    sys.path[:0] = [f"{app}/.python_packages/lib/site-packages", library]
    sys.path.append(app)
    driver = load(driver_file)
    worker = driver.Worker(app)
    replies = asyncio.run(ask(worker, driver, given["asked"]))
    for name in given["imports"]:
        importlib.import_module(name)
    functions = {name: [json.loads(raw) for raw in one.raw_bindings] for name, one in worker.functions.items()}
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    json.dump({"functions": functions, "replies": replies, "files": files}, sys.stdout)


if __name__ == "__main__":
    main()
