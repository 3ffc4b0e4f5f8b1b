"""`python -m local_host`: the function and the page of this folder on one address, with the settings of this shell.

It is not the Functions host; `func start` is. Exit codes: 0 stopped by the user, 1 the app cannot be loaded, 2 wrong
command line or port in use.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_host.one_address import OneAddress
    from local_host.queue_loop import QueueLoop


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line. Exits with 2 if it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m local_host", description="Serve the function and the page.")
    parser.add_argument("--port", type=int, default=7071, help="port (default 7071; 0 takes any free one)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument(
        "--own-name", action="append", default=[], metavar="NAME", help="answer to this host name too (may be repeated)"
    )
    return parser.parse_args(arguments)


def build(
    options: argparse.Namespace, environment: Mapping[str, str], root: Path
) -> tuple[OneAddress, list[QueueLoop]]:
    """The whole application of the folder `root`, which must be on the module path: what answers, and what polls.

    The environment must be complete by now: importing `function_app` may read it. Raises ImportError, or ValueError in
    a plain sentence if host.json, the routes, the queues or the site's configuration are wrong.
    """
    from local_host.content_security import loopback_origin
    from local_host.functions import Functions, http_functions, route_prefix
    from local_host.indexing import index
    from local_host.one_address import OneAddress
    from local_host.queue_functions import queue_functions
    from local_host.queue_loop import QueueLoop
    from local_host.queue_options import read_queue_options
    from local_host.site import Site
    from local_host.site_config import read_site_config

    prefix, queues = route_prefix(root / "host.json"), read_queue_options(root / "host.json")
    indexed = index(importlib.import_module("function_app").app)
    functions = Functions(http_functions(indexed["httpTrigger"], prefix))
    loops = [QueueLoop(function, queues) for function in queue_functions(indexed["queueTrigger"], environment)]
    public = root / "static_site" / "public"
    origin = loopback_origin(environment.get("AZURE_OPENAI_ENDPOINT"))
    site = Site(public, read_site_config(public), connect_origin=origin)
    return OneAddress(functions, site, prefix=prefix, bound_to=options.host, own_names=options.own_name), loops


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    from local_host import server
    from local_host.queue_loop import running
    from local_host.settings_file import missing_from, read_values
    from voicemint.telemetry import quieten_libraries

    quieten_libraries()
    root = Path.cwd()
    try:
        listener = server.bind(options.host, options.port)
    except server.PortError as taken:
        print(taken, file=sys.stderr)
        return 2
    with listener:
        try:
            if not (root / "function_app.py").is_file():
                raise ValueError("there is no function_app.py in this folder; start it where that file is.")
            os.environ.update(missing_from(os.environ, read_values(root / "local.settings.json")))
            app, loops = build(options, os.environ, root)
        except (ImportError, ValueError) as fault:
            print(f"The app cannot be loaded: {fault}", file=sys.stderr)
            return 1
        report_settings(os.environ)
        shown = f"[{options.host}]" if ":" in options.host else options.host
        port = listener.getsockname()[1]
        server.run(app, listener, lambda: print(f"ready http://{shown}:{port}", flush=True), beside=running(loops))
    return 0


def report_settings(environment: Mapping[str, str]) -> None:
    """Say what is wrong with the settings. The page is served all the same, so that it can say so too."""
    from voicemint.errors import NotConfigured
    from voicemint.settings import read_settings

    try:
        read_settings(environment)
    except NotConfigured as fault:
        print("The page will open, but no call can start until these settings are right:", file=sys.stderr)
        for name, problem in fault.faults:
            print(f"  {name} {problem}", file=sys.stderr)
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
