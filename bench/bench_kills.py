"""200 kills (SIGKILL) at random moments of accept and decide: nothing is left half, and all of it can be finished.

    .venv/bin/python bench/bench_kills.py [KILLS]

Each process takes one newborn case from its draft to its last decision, all granted in even cases and one refused in
odd ones, and is killed at a moment drawn evenly from the time that this takes undisturbed.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sys
from collections import Counter
from uuid import UUID

import asyncpg
from ground import AT, CLERK, claim, grant, installation, machine, officer, open_tasks, ready, table

from lianban import journal
from lianban.casework import intake, tasks
from lianban.outside import clock, database

SEED = 2026
REASONS = {
    "opinion": "经查询参保登记系统，没有参保记录。",
    "reason": "未参加基本医疗保险。",
    "basis": "《社会保险法》第二十三条",
    "remedy": "六十日内可以申请行政复议。",
}
FINAL = "('granted', 'refused', 'lapsed')"
# Each statement finds what must not be; all of them together are what "half" means.
HALVES = {
    "an accepted case without one of its parts": """
SELECT c.id FROM cases c WHERE c.status <> 'draft' AND NOT (c.number IS NOT NULL AND c.query_code <> ''
  AND c.plan IS NOT NULL AND c.accepted_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id) AND EXISTS (SELECT 1 FROM facts f WHERE f.case_id = c.id)
  AND EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.kind = 'bundle')
  AND EXISTS (SELECT 1 FROM parties p WHERE p.case_id = c.id AND p.role = 'applicant')
  AND EXISTS (SELECT 1 FROM duplicate_keys d WHERE d.case_id = c.id)
  AND (SELECT count(*) FROM papers p WHERE p.case_id = c.id AND p.kind IN ('receipt', 'acceptance')) = 2
  AND (SELECT count(*) FROM journal j WHERE j.subject = c.id::text AND j.event = 'accepted') = 1
  AND (SELECT count(*) FROM outbox o WHERE o.case_id = c.id AND o.event = 'case accepted') = 1
  AND (SELECT count(*) FROM idempotency_keys i WHERE i.key = 'accept ' || c.id AND i.outcome IS NOT NULL) = 1)""",
    "a draft with parts of an accepted case": """
SELECT c.id FROM cases c WHERE c.status = 'draft' AND (c.number IS NOT NULL
  OR EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id) OR EXISTS (SELECT 1 FROM facts f WHERE f.case_id = c.id)
  OR EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id) OR EXISTS (SELECT 1 FROM papers p WHERE p.case_id = c.id)
  OR EXISTS (SELECT 1 FROM parties p WHERE p.case_id = c.id) OR EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = c.id)
  OR EXISTS (SELECT 1 FROM journal j WHERE j.subject = c.id::text AND j.event = 'accepted')
  OR EXISTS (SELECT 1 FROM idempotency_keys i WHERE i.key = 'accept ' || c.id))""",
    "a decided task without one of its parts": """
SELECT t.id FROM tasks t WHERE t.status IN ('granted', 'refused') AND NOT (t.decided_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM clocks k WHERE k.task_id = t.id AND k.stopped_at IS NULL)
  AND (SELECT count(*) FROM results r WHERE r.task_id = t.id) = (t.status = 'granted')::int
  AND (SELECT count(*) FROM papers p WHERE p.task_id = t.id AND p.kind = 'refusal') = (t.status = 'refused')::int
  AND (t.status = 'granted') = (t.reason = '')
  AND (SELECT count(*) FROM journal j JOIN journal_contents n USING (position) WHERE j.subject = t.case_id::text
    AND j.event = 'task ' || t.status AND n.content ->> 'item' = t.item) = 1
  AND (SELECT count(*) FROM outbox o WHERE o.event = 'task decided' AND o.payload ->> 'task' = t.id::text) = 1)""",
    "an open task with parts of a decision": f"""
SELECT t.id FROM tasks t WHERE t.status NOT IN {FINAL} AND (t.decided_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM results r WHERE r.task_id = t.id) OR EXISTS (SELECT 1 FROM papers p WHERE p.task_id = t.id)
  OR EXISTS (SELECT 1 FROM outbox o WHERE o.event = 'task decided' AND o.payload ->> 'task' = t.id::text))""",
    "a task that waits although nothing is before it": """
SELECT t.id FROM tasks t WHERE t.status = 'waiting' AND NOT EXISTS (SELECT 1 FROM tasks b
  WHERE b.case_id = t.case_id AND b.item = ANY (t.after) AND b.status <> 'granted')""",
    "a conclusion that is not one, or is missing": f"""
SELECT c.id FROM cases c WHERE c.status <> 'draft' AND (
  (c.status = 'decided') = EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.status NOT IN {FINAL})
  OR (SELECT count(*) FROM journal j WHERE j.subject = c.id::text AND j.event = 'case concluded')
    <> (c.status = 'decided')::int
  OR (c.status = 'decided') = EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.stopped_at IS NULL))""",
    "a gap in the numbers of cases": """
SELECT 1 FROM number_series s WHERE kind = 'case' AND last <> (SELECT count(*) FROM cases WHERE number IS NOT NULL)""",
    "a gap in the numbers of papers": """
SELECT 1 FROM number_series s WHERE kind <> 'case'
  AND last <> (SELECT count(*) FROM papers p WHERE p.kind = s.kind)""",
}


async def _work(dsn: str, id: UUID, refuse: bool) -> None:
    database.use(dsn)
    async with database.pool(1):
        await intake.accept(id, by=CLERK, at=AT, key=f"accept {id}")
        for task, item, department, _ in await open_tasks(id, "reviewing"):
            await _decide(id, task, item, department, refuse)
        while open := await open_tasks(id):
            for task, item, department, survey in open:
                await claim(task, department, survey)
                await _decide(id, task, item, department, refuse)


async def _decide(id: UUID, task: UUID, item: str, department: str, refuse: bool) -> None:
    if refuse and item == "medical_insurance":
        await tasks.refuse(task, **REASONS, by=officer(department), at=AT, key=f"decide {task}")
    else:
        await grant(id, task, item, department, key=f"decide {task}")


def work(dsn: str, id: UUID, refuse: bool) -> None:
    """Take one case from where it stands to its end."""
    asyncio.run(_work(dsn, id, refuse))


def undisturbed(dsn: str, ids: list[UUID]) -> float:
    """Seconds that a process takes at most for a case when nobody kills it."""
    took = []
    for id in ids:
        started = clock.elapsed()
        process = multiprocessing.get_context("fork").Process(target=work, args=(dsn, id, False))
        process.start()
        process.join()
        took.append(clock.elapsed() - started)
    return max(took)


async def halves(dsn: str) -> Counter[str]:
    """What is half, by its name."""
    conn = await asyncpg.connect(dsn)
    try:
        return Counter({name: len(await conn.fetch(statement)) for name, statement in HALVES.items()})
    finally:
        await conn.close()


async def _stood(dsn: str, id: UUID) -> str:
    conn = await asyncpg.connect(dsn)
    try:
        status: str = await conn.fetchval("SELECT status FROM cases WHERE id = $1", id)
        decided = await conn.fetchval(f"SELECT count(*) FROM tasks WHERE case_id = $1 AND status IN {FINAL}", id)
    finally:
        await conn.close()
    return {"draft": "before the acceptance was kept", "decided": "at the end"}.get(status) or (
        f"accepted, {decided} of 3 decided"
    )


async def _whole() -> bool:
    async with database.pool(1):
        return (await journal.verify()).whole


def main(kills: int) -> None:
    """Kill, look, and print two tables."""
    with installation() as dsn:

        async def drafts() -> list[UUID]:
            async with database.pool(1):
                return await ready("newborn", 3 * kills + 5)

        ids = asyncio.run(drafts())
        dice, found, stood = random.Random(SEED), Counter[str](), Counter[str]()
        usual, fork = undisturbed(dsn, ids[-5:]), multiprocessing.get_context("fork")
        begun: list[UUID] = []
        while stood.total() < kills:
            id = ids[len(begun)]
            process = fork.Process(target=work, args=(dsn, id, bool(len(begun) % 2)))
            begun.append(id)
            process.start()
            process.join(dice.uniform(0, usual))
            if process.exitcode is not None:
                # It had come to its end: no kill.
                continue
            process.kill()
            process.join()
            stood[asyncio.run(_stood(dsn, id))] += 1
            found.update(asyncio.run(halves(dsn)))
        for n, id in enumerate(begun):
            work(dsn, id, bool(n % 2))
        found.update(asyncio.run(halves(dsn)))
        asyncio.run(_left(dsn, found))
        if not asyncio.run(_whole()):
            found["a journal chain that is broken"] += 1
        print(machine(dsn))
        print(f"seed {SEED}; a case takes a process {usual * 1000:.0f} ms undisturbed")
        table(["where the kill left the case", "kills"], sorted(stood.items()))
        table(["half (bar: 0)", "found"], [*((name, found[name]) for name in HALVES), *_more(found)])


async def _left(dsn: str, found: Counter[str]) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        statement = "SELECT count(*) FROM cases WHERE number IS NOT NULL AND status <> 'decided'"
        found["a case that could not be finished after"] += await conn.fetchval(statement)
    finally:
        await conn.close()


def _more(found: Counter[str]) -> list[tuple[str, int]]:
    names = ("a case that could not be finished after", "a journal chain that is broken")
    return [(name, found[name]) for name in names]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
