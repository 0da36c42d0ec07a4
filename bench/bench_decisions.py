"""1,000 catering cases whose five departments decide at the same moment: each concluded once, no deadlock.

    .venv/bin/python bench/bench_decisions.py [CASES]

One case is accepted and claimed by the verbs, the others are laid out like it by one statement. Of each case two
decisions come from one process and three from another, all five without waiting for each other.
"""

from __future__ import annotations

import asyncio
import sys
import time
from functools import partial
from uuid import UUID

from ground import (
    AT,
    CLERK,
    asked,
    claim,
    gathered,
    grant,
    in_processes,
    installation,
    machine,
    meter,
    open_tasks,
    ready,
    spread,
    table,
)

from lianban import journal
from lianban.casework import intake
from lianban.outside import clock, database

AHEAD = 3
CLONE = """
WITH new AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, $2::int) AS n),
c AS (INSERT INTO cases (id, region_code, bundle, bundle_name, edition, status, number, query_code, applicant, subject,
    draft, plan, opened_by, received_at, accepted_at, accepted_by, opened_at, updated_at)
  SELECT new.id, region_code, bundle, bundle_name, edition, status, number || '-' || new.n, query_code, applicant,
    subject, draft, plan, opened_by, received_at, accepted_at, accepted_by, opened_at, updated_at
  FROM cases, new WHERE cases.id = $1 RETURNING id),
t AS (INSERT INTO tasks (id, case_id, region_code, item, item_name, department, status, after, needs_survey,
    dispatched_at, claimed_at, claimed_by, claimed_by_name, due_at)
  SELECT gen_random_uuid(), new.id, region_code, item, item_name, department, status, after, false,
    dispatched_at, claimed_at, claimed_by, claimed_by_name, due_at
  FROM tasks, new WHERE case_id = $1 RETURNING id, case_id, item),
k AS (INSERT INTO clocks (id, case_id, task_id, region_code, kind, amount, unit, basis, started_at, computed_due,
    promised_due, provisional, calendar)
  SELECT gen_random_uuid(), new.id, t.id, k.region_code, kind, amount, unit, basis, started_at, computed_due,
    promised_due, provisional, calendar
  FROM clocks k JOIN new ON k.case_id = $1 LEFT JOIN tasks m ON m.id = k.task_id
    LEFT JOIN t ON t.case_id = new.id AND t.item = m.item)
SELECT id FROM new
"""


async def _prepare(count: int) -> tuple[list[UUID], list[list[tuple[UUID, str, str, bool]]]]:
    async with database.pool(2):
        (model,) = await ready("catering", 1)
        await intake.accept(model, by=CLERK, at=AT)
        for task, _, department, survey in await open_tasks(model):
            await claim(task, department, survey)
        async with database.transaction():
            ids = [row["id"] for row in await database.connection().fetch(CLONE, model, count)]
            await database.connection().execute("ANALYZE")
        return ids, [await open_tasks(id, "reviewing") for id in ids]


async def _decide(
    dsn: str, work: list[tuple[UUID, list[tuple[UUID, str, str, bool]]]], start: float
) -> tuple[list[float], float]:
    database.use(dsn)
    took: list[float] = []

    async def one(id: UUID, mine: list[tuple[UUID, str, str, bool]]) -> None:
        calls = [partial(grant, id, task, item, department) for task, item, department, _ in mine]
        took.extend(await gathered(calls, len(calls)))

    async with database.pool(8):
        await asyncio.sleep(max(0, start - clock.elapsed()))
        before = time.process_time()
        await gathered([partial(one, *each) for each in work], AHEAD)
        return took, time.process_time() - before


def decide(
    dsn: str, work: list[tuple[UUID, list[tuple[UUID, str, str, bool]]]], start: float
) -> tuple[list[float], float]:
    """One process' share of every case."""
    return asyncio.run(_decide(dsn, work, start))


async def _whole() -> bool:
    async with database.pool(2):
        return (await journal.verify()).whole


def main(count: int) -> None:
    """Measure and print one table."""
    with installation() as dsn:
        ids, tasks = asyncio.run(_prepare(count))
        shares = [
            [(id, each[:2]) for id, each in zip(ids, tasks, strict=True)],
            [(id, each[2:]) for id, each in zip(ids, tasks, strict=True)],
        ]
        before = asyncio.run(meter(dsn))
        start = clock.elapsed() + 4
        both = in_processes(2, decide, [(dsn, share, start) for share in shares])
        after = asyncio.run(meter(dsn))
        took = [one for each, _ in both for one in each]
        p50, p99 = spread(took)

        def found(statement: str) -> object:
            return asyncio.run(asked(dsn, statement))

        concluded = "SELECT count(*) FROM journal WHERE event = 'case concluded'"
        print(machine(dsn))
        table(
            [f"{len(tasks[0])} decisions a case at once", "bar", "found"],
            [
                [
                    "decided, granted",
                    count,
                    found("SELECT count(*) FROM cases WHERE status || outcome='decidedgranted'"),
                ],
                ["concluded in the journal", count, found(concluded)],
                ["messages of a conclusion", count, found("SELECT count(*) FROM outbox WHERE event = 'case decided'")],
                ["decisions", len(took), found("SELECT count(*) FROM results")],
                ["deadlocks", 0, after.deadlocks - before.deadlocks],
                ["journal chains whole", "yes", "yes" if asyncio.run(_whole()) else "NO"],
                ["cases/s", "", count / (after.seconds - start)],
                ["p50 of a decision, ms", "", p50],
                ["p99, ms", "", p99],
                ["rows written a case", "", (after.written - before.written) / count],
                ["log flushes a case", "", (after.flushes - before.flushes) / count],
                ["log a case, kB", "", (after.wal - before.wal) / count / 1024],
                ["CPU of the clients, ms a case", "", sum(cpu for _, cpu in both) / count * 1000],
                ["CPU of the server, ms a case", "", (after.cpu - before.cpu) / count * 1000],
            ],
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
