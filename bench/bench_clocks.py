"""One million open clocks: a timer round with nothing due, and all dates anew after a notice while somebody works.

    .venv/bin/python bench/bench_clocks.py [CLOCKS]

Four clocks a case, loaded by COPY; their dates follow the calendar without the notice of 2027. A coworker claims tasks
of cases that were made like an accepted one: first alone, then while a worker in a process of its own brings the new
notice to all clocks.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Event
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from bench_decisions import CLONE
from ground import AT, CLERK, REGION, asked, claim, installation, machine, open_tasks, ready, spread, table

from lianban import timers
from lianban.casework import calendars, clocks, intake
from lianban.casework.clocks.rows import moments
from lianban.outside import clock, database
from lianban.outside.clock import elapsed
from lianban.rules.actors import SYSTEM
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import History, reckon
from lianban.rules.policy import DEFAULTS

ROUNDS = 200
CLAIMS = 300
EACH = 20_000
KINDS = (("bundle", 45, False), ("committed", 20, True), ("statutory", 66, True), ("claim", 30, True))
NOTICE = """
year: 2027
notice: 国务院办公厅关于2027年部分节假日安排的通知
off:
  - {festival: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {festival: 春节, from: 2027-02-05, to: 2027-02-12}
work: [2027-01-30, 2027-02-20]
""".encode()
LOOK = "SELECT case_id FROM clocks WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2"
CASES = "id region_code bundle bundle_name edition status number opened_by opened_at accepted_at updated_at".split()
TASKS = "id case_id region_code item item_name department status due_at".split()
CLOCKS = (
    "id case_id task_id region_code kind amount unit basis started_at computed_due promised_due provisional calendar"
    " wake_at".split()
)


def dated() -> list[list[tuple[Any, ...]]]:
    """Clocks by the day on which they began: what follows from the calendar, worked out once for each."""
    calendar, days = calendar_for(REGION), []
    for back in range(15):
        start, found = AT - timedelta(days=back), []
        for kind, amount, owned in KINDS:
            history = History(start, Limit(amount, Unit.WORKING_DAYS))
            due = reckon(history, calendar, explain=False)
            wake = next(
                when for when, _ in moments(kind, history, due.instant, due.instant, calendar, DEFAULTS) if when > AT
            )
            found.append((owned, kind, amount, "wd", "", start, due.instant, due.instant, due.provisional,
                          due.calendar, wake))  # fmt: skip
        days.append(found)
    return days


async def load(dsn: str, count: int) -> None:
    """Cases with one task and four clocks each, by COPY."""
    conn = await asyncpg.connect(dsn)
    edition = await conn.fetchval("SELECT hash FROM editions WHERE bundle = 'newborn' AND region_code = $1", REGION)
    days = dated()
    for first in range(0, count // len(KINDS), EACH):
        cases, works, rows = [], [], []
        for n in range(first, min(first + EACH, count // len(KINDS))):
            case, task, day = uuid4(), uuid4(), days[n % len(days)]
            cases.append((case, REGION, "newborn", "新生儿出生一件事", edition, "processing", f"LOAD-{n}", "clerk",
                          AT, AT, AT))  # fmt: skip
            works.append((task, case, REGION, "loaded", "事项", "loaded", "reviewing", day[1][6]))
            rows += [(uuid4(), case, task if one[0] else None, REGION, *one[1:]) for one in day]
        await conn.copy_records_to_table("cases", records=cases, columns=CASES)
        await conn.copy_records_to_table("tasks", records=works, columns=TASKS)
        await conn.copy_records_to_table("clocks", records=rows, columns=CLOCKS)
    await conn.execute("VACUUM ANALYZE")
    await conn.close()


async def own_cases(count: int) -> list[tuple[UUID, str]]:
    """Accepted cases with tasks that nobody has claimed: task and department."""
    async with database.pool(2):
        (model,) = await ready("newborn", 1)
        await intake.accept(model, by=CLERK, at=AT)
        async with database.transaction():
            ids = [row["id"] for row in await database.connection().fetch(CLONE, model, count)]
        return [(task, department) for id in ids for task, _, department, _ in await open_tasks(id)][:count]


async def quiet_rounds() -> list[list[float]]:
    """Seconds of one look-up, of the clocks' part of a round, and of a whole round, with nothing due, in turns."""
    took: list[list[float]] = [[], [], []]

    async def look_up() -> None:
        async with database.transaction():
            await database.connection().fetch(LOOK, AT, timers.CASES)

    async def part() -> None:
        async with database.transaction():
            await clocks.due_cases(AT, timers.CASES)

    async with database.pool(2):
        while await timers.round(AT):
            pass
        for _ in range(ROUNDS):
            for n, each in enumerate((look_up, part, partial(timers.round, AT))):
                began = elapsed()
                await each()
                took[n].append(elapsed() - began)
    return took


async def claims(work: list[tuple[UUID, str]], until: Event | None = None) -> list[float]:
    """Claim one task after the other, ten a second, until there is none left or the event is set; seconds of each."""
    took = []
    async with database.pool(2):
        for task, department in work:
            if until is not None and until.is_set():
                break
            began = elapsed()
            await claim(task, department, False)
            took.append(elapsed() - began)
            await asyncio.sleep(0.1)
    return took


def worker(dsn: str, done: Event, at: datetime) -> None:
    """Hand on messages until the recomputation has come to its end."""
    database.use(dsn)

    async def work() -> None:
        async with database.pool(2):
            while True:
                await timers.round(at)
                async with database.transaction():
                    left = await database.connection().fetchval(
                        "SELECT count(*) FROM recomputations WHERE finished_at IS NULL"
                    )
                if not left:
                    return

    try:
        asyncio.run(work())
    finally:
        done.set()


def main(count: int) -> None:
    """Measure and print."""
    with clock.frozen(AT), installation() as dsn:
        print(machine(dsn))
        work = asyncio.run(own_cases(2 * CLAIMS))
        asyncio.run(load(dsn, count))
        open = asyncio.run(asked(dsn, "SELECT count(*) FROM clocks WHERE stopped_at IS NULL"))
        look_up, part, whole = (median(each) * 1000 for each in asyncio.run(quiet_rounds()))
        print(f"\nA timer round with nothing due, {open} open clocks, {ROUNDS} turns")
        table(
            ["what", "median ms", "× one look-up"],
            [("one indexed look-up", look_up, 1.0), ("the look at the clocks", part, part / look_up),
             ("the whole round (clocks, outbox, chores)", whole, whole / look_up)],
        )  # fmt: skip
        quiet = asyncio.run(claims(work[:CLAIMS]))
        made = asyncio.run(calendars.import_notice(NOTICE, "2027.yaml", by=SYSTEM, at=AT))
        spawn = multiprocessing.get_context("spawn")
        done = spawn.Event()
        process = spawn.Process(target=worker, args=(dsn, done, AT))
        began = elapsed()
        process.start()
        busy = asyncio.run(claims(work[CLAIMS:], done))
        process.join()
        took = elapsed() - began
        changed = asyncio.run(asked(dsn, "SELECT changed FROM recomputations"))
        looked = asyncio.run(asked(dsn, "SELECT looked FROM recomputations"))
        print(f"\nAll dates anew after a notice: {looked} of {made.clocks} clocks looked at, {changed} dates changed,")
        print(f"{took:.0f} s, {looked / took:.0f} clocks a second")
        rows = [("alone", len(quiet), *spread(quiet)), ("while dates are recomputed", len(busy), *spread(busy))]
        table(["a coworker claims", "claims", "p50 ms", "p99 ms"], rows)
        print(f"ratio of the medians {median(busy) / median(quiet):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
