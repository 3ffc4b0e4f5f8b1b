"""The command line of `dev.py`: which command with which options. The work is done by one module a command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from devtools.console import Problem, say
from devtools.processes import Interrupted, ending_on_signals

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 if all is well, 1 if not, 130 if interrupted."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")  # a Windows console may lack a character that a child prints
    # What follows `test` belongs to pytest, options included, so argparse does not get to see it.
    own, for_pytest = (arguments[:1], arguments[1:]) if arguments[:1] == ["test"] else (arguments, [])
    if for_pytest in (["-h"], ["--help"]):
        own, for_pytest = arguments, []
    options = parser().parse_args(own)
    try:
        with ending_on_signals():
            return _run(options, for_pytest)
    except Problem as problem:
        say()
        say(str(problem))
        return 1
    except Interrupted:
        say()
        say("Ended.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone (`dev.py check | head`). Python would complain about it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def parser() -> argparse.ArgumentParser:
    """What `--help` shows."""
    top = argparse.ArgumentParser(prog="dev.py", description="Voicemint's one command.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    demo = commands.add_parser("demo", help="talk to it: page, function and offline service on this machine, no Azure")
    demo.add_argument("--azure", action="store_true", help="talk to real Azure instead, with your settings")
    serve = commands.add_parser("serve", help="page and function alone, with your settings")
    for command in (demo, serve):
        command.add_argument(
            "--port", type=int, metavar="N", help="the port of the page (default: 7071 or the next free)"
        )
    demo.add_argument(
        "--relay", action="store_true", help="the function makes the call and can end it; no token in the page"
    )
    demo.add_argument("--no-open", action="store_true", help="do not open the browser")
    commands.add_parser(
        "test",
        help="all tests, offline; what follows goes to pytest",
        description="All tests, offline. Anything after `test` goes to pytest, in one run: `test tests/unit -k voice`. "
        "REQUIRE_ALL=1 turns whatever could not run into a failure.",
    )
    doctor = commands.add_parser(
        "doctor",
        help="finds what is wrong with this machine, these settings or this deployment, and says what fixes it",
        description="Finds what is wrong and prints the one command or click that fixes it. Exit code 0: nothing is "
        "broken; 1: something is; 2: there was nothing to look at. docs/troubleshooting.md lists every diagnosis.",
    )
    doctor.add_argument(
        "scope", nargs="*", metavar="SCOPE", help="local, settings, deployed; default: what there are signs of"
    )
    doctor.add_argument("--url", default="", help="settings: a running local server to ask as well")
    doctor.add_argument("--json", action="store_true", help="for programs")
    hook = commands.add_parser("hook", help="what azd calls around its own steps; nothing for people")
    hook.add_argument("name", metavar="NAME")
    commands.add_parser("check", help="format, lint, types, schemas, templates, pins, links and file lengths")
    return top


def _run(options: argparse.Namespace, for_pytest: Sequence[str]) -> int:
    if options.command == "demo":
        from devtools import demo

        demo.run(options.port, open_browser=not options.no_open, azure=options.azure, relay=options.relay)
    elif options.command == "serve":
        from devtools import serve

        serve.run(options.port, open_browser=False)
    elif options.command == "doctor":
        from devtools.doctor import run as doctor

        return doctor.run(options.scope, options.url, as_json=options.json)
    elif options.command == "hook":
        from devtools.hooks import run as hooks

        return hooks.run(options.name)
    elif options.command == "test":
        from devtools import tests_run

        return tests_run.run(for_pytest)
    else:
        from devtools import check_run

        return check_run.run()
    return 0
