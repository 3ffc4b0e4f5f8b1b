"""`python -m devtools.live_smoke --endpoint URL --deployment NAME`: ask a real resource what no document says.

It costs less than a dollar: five short calls, a few answers. It prints no secret. Exit codes: 0 every answer was
expected, noted or could not be asked; 1 one was different; 2 wrong command line.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import httpx

from devtools.live_smoke import bench as benches
from devtools.live_smoke.answers import Answer, CannotAsk, Probe, Row, Verdict, plan, table
from devtools.live_smoke.bench import Bench
from devtools.live_smoke.probes import PROBES
from devtools.live_smoke.resource import Authorise, Resource

FLOOD = 250
HTTP_SECONDS = 30.0
PROBE_SECONDS = 180.0


def parser() -> argparse.ArgumentParser:
    """What `--help` shows. Endpoint and deployments default to the settings of the function."""
    top = argparse.ArgumentParser(
        prog="python -m devtools.live_smoke", description="Ask a real Azure OpenAI resource what no document says."
    )
    top.add_argument("--endpoint", default=os.environ.get("AZURE_OPENAI_ENDPOINT", ""), metavar="URL")
    top.add_argument("--deployment", default=os.environ.get("AZURE_OPENAI_DEPLOYMENT", ""), metavar="NAME")
    top.add_argument("--transcription", default="", metavar="NAME", help="a transcription deployment, if there is one")
    top.add_argument("--region", default=os.environ.get("AZURE_LOCATION", ""), help="for the catalogue, like eastus2")
    top.add_argument("--flood", type=int, default=FLOOD, metavar="N", help="most mints of question 4b; 0: do not ask")
    top.add_argument("--only", default="", metavar="1,4a", help="only these questions")
    top.add_argument("--dry-run", action="store_true", help="print what would be asked, and ask nothing")
    return top


def chosen(names: str, probes: Sequence[Probe] = PROBES) -> list[Probe]:
    """The probes with these names; all without any. Raises `ValueError` for a name that is none."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    known = {probe.name: probe for probe in probes}
    if stray := [name for name in wanted if name not in known]:
        raise ValueError(f"no question {', '.join(stray)}; there are {', '.join(known)}")
    return [probe for probe in probes if not wanted or probe.name in wanted]


def credential(environ: Mapping[str, str]) -> tuple[Authorise, bool]:
    """How to sign in, and whether that is Entra ID: AZURE_OPENAI_API_KEY if it is set, else what `az login` left."""
    key = environ.get("AZURE_OPENAI_API_KEY", "")
    if key:

        async def by_key(scope: str) -> Mapping[str, str]:
            return {"api-key": key}

        return by_key, False

    from azure.identity import AzureCliCredential

    signed_in = AzureCliCredential()

    async def by_token(scope: str) -> Mapping[str, str]:
        token = await asyncio.to_thread(signed_in.get_token, scope)
        return {"authorization": f"Bearer {token.token}"}

    return by_token, True


async def ask(probes: Sequence[Probe], bench: Bench, seconds: float = PROBE_SECONDS) -> list[Row]:
    """Ask one after the other. Whatever goes wrong in one is its answer, and the next is asked."""
    rows = []
    for probe in probes:
        try:
            async with asyncio.timeout(seconds):
                answer = await probe.ask(bench)
        except CannotAsk as reason:
            answer = Answer(str(reason), Verdict.NOT_ASKED)
        except httpx.HTTPStatusError as refused:
            answer = Answer(f"refused: {bench.resource.shown(refused.response)}", Verdict.DIFFERENT)
        except Exception as error:  # a probe that broke says so in the table; the others are still worth asking
            words = bench.resource.masked(str(error)) or "no words"
            answer = Answer(f"{type(error).__name__}: {words[:140]}", Verdict.DIFFERENT)
        print(f"{probe.name:>3}  {answer.verdict}: {answer.seen}", file=sys.stderr, flush=True)
        rows.append(Row(probe, answer))
    return rows


def _origin(endpoint: str) -> str:
    """The endpoint without the path that the portal shows with it."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


async def _run(options: argparse.Namespace, probes: Sequence[Probe]) -> list[Row]:
    authorise, entra = credential(os.environ)
    async with httpx.AsyncClient(base_url=_origin(options.endpoint), timeout=HTTP_SECONDS) as http:
        resource = Resource(http, options.deployment, authorise, options.transcription)
        bench = Bench(resource, time.time, asyncio.sleep, benches.az, entra, options.region, options.flood)
        return await ask(probes, bench)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print the table, and say by the exit code whether anything was different."""
    top = parser()
    options = top.parse_args(arguments)
    try:
        probes = chosen(options.only)
    except ValueError as fault:
        top.error(str(fault))
    if options.dry_run:
        print(plan(probes))
        return 0
    if not options.endpoint or not options.deployment:
        top.error("--endpoint and --deployment, or AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_DEPLOYMENT")
    rows = asyncio.run(_run(options, probes))
    day = time.strftime("%Y-%m-%d", time.gmtime())
    print(f"\nAsked on {day}, deployment `{options.deployment}`, region {options.region or 'not said'}.\n")
    print(table(sorted(rows, key=lambda row: (int(row.probe.name.rstrip("ab")), row.probe.name))))
    return 1 if any(row.answer.verdict is Verdict.DIFFERENT for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
