"""A key is rotated while people start calls: through the whole product and Microsoft's SDKs, nobody notices."""

from __future__ import annotations

import asyncio

from simulator.azure.doubles import SECRET_NAME, AzureDoubles, child_environment
from simulator.azure.doubles import start as start_doubles
from tests.integration.hosts import BY_ADDRESS, WIDE, address, codes, start
from tests.integration.offline_azure import bare_environment
from tests.integration.switchboard import Line, Switchboard
from tests.integration.wire import Answer
from tests.programs import Program

PER_SECOND = 50
SECONDS = 3
NEW_KEY = "0123456789abcdef0123456789abcdef-rotated"


async def load(url: str, doubles: AzureDoubles, board: Switchboard) -> list[Answer]:
    """So many people a second, whether those before them have been served or not; the key changes when a third is."""
    served = 0

    async def person(number: int) -> Answer:
        nonlocal served
        answer = await start(url, [address(number)])
        served += 1
        if served == PER_SECOND:
            doubles.vault.set(SECRET_NAME, NEW_KEY)
            board.take_only(NEW_KEY)
        return answer

    async with asyncio.TaskGroup() as people:
        tasks = []
        for number in range(PER_SECOND * SECONDS):
            tasks.append(people.create_task(person(number)))
            await asyncio.sleep(1 / PER_SECOND)
    return [task.result() for task in tasks]


def test_a_key_that_is_rotated_under_fifty_mints_a_second_costs_none_of_them() -> None:
    line = Line()
    with start_doubles(line.open) as doubles:
        settings = {**doubles.environment("key_vault"), **BY_ADDRESS, **WIDE}
        app = Program("local_host", child_environment(bare_environment(), settings))
        try:
            answers = asyncio.run(load(app.url, doubles, line.board))
        finally:
            app.stop()
    said = "\n".join(app.said)

    assert codes(answers) == {"ok": PER_SECOND * SECONDS}
    assert said.count('"upstream_refused"') > 0, "somebody met the rotated key"
    # One read that began before the rotation may have served; then one more after the pause.
    assert 2 <= doubles.vault.reads <= 3
    assert not [secret for secret in (doubles.key, NEW_KEY, *doubles.identity.issued()) if secret in said]
