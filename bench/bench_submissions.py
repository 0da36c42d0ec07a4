"""200 drafts, each submitted twice at the same moment from two processes: 200 cases, none twice, no gap in the numbers.

.venv/bin/python bench/bench_submissions.py [CASES]
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from uuid import UUID

from ground import AT, CLERK, asked, gathered, in_processes, installation, machine, ready, spread, table

from lianban.casework import intake
from lianban.outside import clock, database

CLIENTS = 8


async def _submit(dsn: str, ids: list[UUID], start: float) -> tuple[list[str], list[float]]:
    database.use(dsn)
    numbers: list[str] = []

    async def one(id: UUID) -> None:
        numbers.append((await intake.accept(id, by=CLERK, at=AT, key=f"submission {id}")).number)

    async with database.pool(CLIENTS):
        # Both processes begin together, with everything loaded.
        await asyncio.sleep(max(0, start - clock.elapsed()))
        took = await gathered([partial(one, id) for id in ids], CLIENTS)
    return numbers, took


def submit(dsn: str, ids: list[UUID], start: float) -> tuple[list[str], list[float]]:
    """All drafts, by one process with several clients."""
    return asyncio.run(_submit(dsn, ids, start))


def main(count: int) -> None:
    """Measure and print one table."""
    with installation() as dsn:

        async def drafts() -> list[UUID]:
            async with database.pool(2):
                return await ready("newborn", count)

        ids = asyncio.run(drafts())
        start = clock.elapsed() + 4
        both = in_processes(2, submit, [(dsn, ids, start)] * 2)
        seconds = clock.elapsed() - start
        numbers = [number for each, _ in both for number in each]
        p50, p99 = spread([one for _, took in both for one in took])
        told = "SELECT count(*) FROM journal WHERE event = 'accepted'"
        last = "SELECT last FROM number_series WHERE kind = 'case'"
        papers = "SELECT count(*) FROM papers"
        print(machine(dsn))
        table(
            ["double submissions at once", "bar", "found"],
            [
                ["answers", 2 * count, len(numbers)],
                ["different case numbers", count, len(set(numbers))],
                ["accepted in the journal", count, asyncio.run(asked(dsn, told))],
                ["last number given", count, asyncio.run(asked(dsn, last))],
                ["papers (two a case)", 2 * count, asyncio.run(asked(dsn, papers))],
                [f"p50, ms, 2 x {CLIENTS} clients", "", p50],
                ["p99, ms", "", p99],
                ["seconds for all", "", seconds],
            ],
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
