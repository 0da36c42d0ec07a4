"""The main job through the verbs, beside its floor: the very same rows written by hand with asyncpg, in the same run.

    .venv/bin/python bench/bench_flow.py [CASES [ROUNDS]]

A newborn case of Longjing: accepted, then three tasks claimed and granted one after the other; the last concludes it.
The floor knows beforehand what to write (taken from a case that the verbs have worked) and sends one statement a
transaction, with the same locks, numbers and commits; it reads nothing, checks nothing and computes nothing. Verbs and
floor take turns; every client works cases of its own.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from ground import (
    AT,
    CLERK,
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

from lianban.casework import intake
from lianban.outside import clock, database

# Table, the columns that make a row, those that a later step changes.
WRITTEN = {
    "tasks": ("id", "status dispatched_at claimed_at claimed_by claimed_by_name decided_at decided_by decided_by_name "
              "opinion due_at version"),
    "facts": ("id", ""),
    "parties": ("id", ""),
    "duplicate_keys": ("case_id, key", ""),
    "clocks": ("id", "stopped_at"),
    "papers": ("id", ""),
    "results": ("id", ""),
    "outbox": ("id", ""),
    "idempotency_keys": ("key", ""),
    "cases": ("id", "status outcome number query_code plan received_at accepted_at accepted_by applicant subject "
              "decided_at updated_at"),
    "journal": ("position", ""),
}  # fmt: skip
OF_CASE = {"cases": "id = $1", "journal": "subject = $1::text", "idempotency_keys": "key LIKE '%' || $1::text || '%'"}
SERIES = "UPDATE number_series SET last = last + 1 WHERE kind IN ('case', 'receipt', 'acceptance')"
LOCK = "SELECT 1 FROM cases WHERE id = $1 FOR UPDATE"

Rows = dict[str, dict[str, str]]
Step = tuple[str, list[str], bool]


async def _rows(conn: asyncpg.Connection[asyncpg.Record], id: UUID) -> Rows:
    """Every row of a case, as JSON, by table and key; a line of the journal with its content."""
    found: Rows = {}
    for name, (key, _) in WRITTEN.items():
        where = OF_CASE.get(name, "case_id = $1").replace("$1", f"'{id}'")
        extra = " JOIN journal_contents USING (position)" if name == "journal" else ""
        rows = await conn.fetch(f"SELECT concat_ws(' ', {key}) AS key, to_jsonb(x) AS row FROM"
                                f" (SELECT * FROM {name}{extra} WHERE {where}) x ORDER BY 1")  # fmt: skip
        found[name] = {row["key"]: row["row"] for row in rows}
    return found


async def _columns(conn: asyncpg.Connection[asyncpg.Record], name: str) -> list[str]:
    rows = await conn.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND column_name NOT IN"
        " ('position', 'txid') ORDER BY ordinal_position",
        name,
    )
    return [row["column_name"] for row in rows]


async def _step(conn: asyncpg.Connection[asyncpg.Record], before: Rows, after: Rows) -> Step:
    """One statement that makes `after` out of `before`, its parameters, and whether numbers were taken."""
    parts, rows = [], []
    for name, (key, changing) in WRITTEN.items():
        new = [row for id, row in after[name].items() if id not in before[name]]
        old = [row for id, row in after[name].items() if id in before[name] and before[name][id] != row]
        names = ", ".join(await _columns(conn, name))
        if new and name == "journal":
            rows.append(f"[{', '.join(new)}]")
            both = f"jsonb_to_recordset(${len(rows)}::jsonb) AS r(seq integer, salt text, content jsonb)"
            parts.append(f"j AS (INSERT INTO journal ({names}) SELECT {names} FROM jsonb_populate_recordset("
                         f"NULL::journal, ${len(rows)}::jsonb) RETURNING position, seq)")  # fmt: skip
            parts.append(f"n AS (INSERT INTO journal_contents SELECT position, salt, content FROM j JOIN {both}"
                         " USING (seq))")  # fmt: skip
        elif new:
            rows.append(f"[{', '.join(new)}]")
            parts.append(f"i_{name} AS (INSERT INTO {name} ({names}) SELECT {names} FROM jsonb_populate_recordset("
                         f"NULL::{name}, ${len(rows)}::jsonb))")  # fmt: skip
        if old:
            rows.append(f"[{', '.join(old)}]")
            sets = ", ".join(f"{column} = r.{column}" for column in changing.split())
            parts.append(f"u_{name} AS (UPDATE {name} x SET {sets} FROM jsonb_populate_recordset(NULL::{name},"
                         f" ${len(rows)}::jsonb) r WHERE x.{key} = r.{key})")  # fmt: skip
    numbered = len(after["papers"]) > len(before["papers"])
    return f"WITH {', '.join(parts)} SELECT 1", rows, numbered


async def _decide_all(id: UUID) -> None:
    while open := await open_tasks(id):
        for task, item, department, survey in open:
            await claim(task, department, survey)
            await grant(id, task, item, department, key=f"grant {task}")


async def _accept(id: UUID) -> None:
    await intake.accept(id, by=CLERK, at=AT, key=f"accept {id}")


async def _recorded(dsn: str, id: UUID) -> list[Step]:
    """The seven transactions of a case, as the verbs write them."""
    conn, steps = await asyncpg.connect(dsn), []
    async with database.pool(1):
        state = await _rows(conn, id)

        async def seen() -> None:
            nonlocal state
            now = await _rows(conn, id)
            steps.append(await _step(conn, state, now))
            state = now

        await _accept(id)
        await seen()
        while open := await open_tasks(id):
            for task, item, department, survey in open:
                await claim(task, department, survey)
                await seen()
                await grant(id, task, item, department, key=f"grant {task}")
                await seen()
    await conn.close()
    return steps


def _fresh(steps: Sequence[Step], model: UUID, ids: Sequence[UUID]) -> list[list[Step]]:
    """The steps for other cases: every id, number and code a new one."""
    known: dict[str, None] = {}
    papers: dict[str, None] = {}
    for _, rows, _ in steps:
        for row in (each for text in rows for each in json.loads(text)):
            known.update(dict.fromkeys(str(row[key]) for key in ("id",) if key in row))
            if "content_hash" in row:
                papers.update(dict.fromkeys((row["number"], row["code"])))
            if "query_code" in row:
                papers[row["number"]] = None
    known.pop(str(model), None)
    made = []
    for n, id in enumerate(ids):
        new = {str(model): str(id), **{old: str(uuid4()) for old in known}}
        new |= {f'"{old}"': f'"{old}-{id.hex[-12:]}-{n}"' for old in papers}
        made.append(
            [(statement, [_replaced(text, new) for text in rows], numbered) for statement, rows, numbered in steps]
        )
    return made


def _replaced(text: str, new: dict[str, str]) -> str:
    for old, other in new.items():
        text = text.replace(old, other)
    return text


async def _write(pool: asyncpg.Pool[asyncpg.Record], id: UUID, steps: Sequence[Step]) -> None:
    async with pool.acquire() as conn:
        for statement, rows, numbered in steps:
            async with conn.transaction():
                await conn.execute(LOCK, id)
                await conn.execute(statement, *rows)
                if numbered:
                    await conn.execute(SERIES)


async def _share(
    dsn: str, ids: list[UUID], floor: list[list[Step]] | None, clients: int, start: float
) -> dict[str, Any]:
    """One process' share of a phase: accept all its cases, then decide all of them."""
    told: dict[str, Any] = {}
    database.use(dsn)
    pool = await asyncpg.create_pool(dsn, min_size=clients, max_size=clients) if floor else None
    async with database.pool(clients):
        await asyncio.sleep(max(0, start - clock.elapsed()))
        cpu = time.process_time()
        phases: dict[str, list[Any]]
        if pool is not None and floor is not None:
            phases = {
                "accept": [partial(_write, pool, id, steps[:1]) for id, steps in zip(ids, floor, strict=True)],
                "decide": [partial(_write, pool, id, steps[1:]) for id, steps in zip(ids, floor, strict=True)],
            }
        else:
            phases = {
                "accept": [partial(_accept, id) for id in ids],
                "decide": [partial(_decide_all, id) for id in ids],
            }
        for name, work in phases.items():
            began = clock.elapsed()
            took = await gathered(work, clients)
            told[name] = (took, clock.elapsed() - began)
        told["cpu"] = time.process_time() - cpu
    if pool is not None:
        await pool.close()
    return told


def share(dsn: str, ids: list[UUID], floor: list[list[Step]] | None, clients: int, start: float) -> dict[str, Any]:
    """See `_share`."""
    return asyncio.run(_share(dsn, ids, floor, clients, start))


def run(dsn: str, ids: list[UUID], steps: list[Step] | None, model: UUID, processes: int, clients: int) -> list[float]:
    """One turn; a row of figures."""
    floor = _fresh(steps, model, ids) if steps else None
    before, start = asyncio.run(meter(dsn)), clock.elapsed() + 1.5 + processes
    jobs = [(dsn, ids[n::processes], floor[n::processes] if floor else None, clients, start) for n in range(processes)]
    told = in_processes(processes, share, jobs)
    after, count, row = asyncio.run(meter(dsn)), len(ids), []
    for phase in ("accept", "decide"):
        took = [one for each in told for one in each[phase][0]]
        row += [count / max(each[phase][1] for each in told), *spread(took)]
    row += [
        sum(each["cpu"] for each in told) / count * 1000,
        (after.cpu - before.cpu) / count * 1000,
        (after.written - before.written) / count,
        (after.flushes - before.flushes) / count,
        (after.wal - before.wal) / count / 1024,
    ]
    return row


HEAD = ("accept/s", "p50 ms", "p99 ms", "decide/s", "p50 ms", "p99 ms", "CPU ms", "server ms", "rows", "flushes", "kB")


def main(count: int, rounds: int) -> None:
    """Measure and print a table for each number of clients."""
    with installation() as dsn:

        async def drafts() -> list[UUID]:
            async with database.pool(1):
                return await ready("newborn", 1 + rounds * 4 * count)

        model, *ids = asyncio.run(drafts())
        steps, left = asyncio.run(_recorded(dsn, model)), iter(ids)
        print(machine(dsn))
        print(f"{rounds} turns of {count} cases each; medians. decide: a whole case, 3 x claim and grant.")
        print("CPU ms, server ms, rows, flushes and kB of log are of a whole case.")
        for processes, clients in ((1, 1), (2, 4)):
            turns: dict[str, list[list[float]]] = {"the verbs": [], "floor, asyncpg": []}
            for turn in range(rounds):
                for name in sorted(turns, reverse=bool(turn % 2)):
                    mine = [next(left) for _ in range(count)]
                    known = steps if name != "the verbs" else None
                    turns[name].append(run(dsn, mine, known, model, processes, clients))
            middle = {name: [median(column) for column in zip(*rows, strict=True)] for name, rows in turns.items()}
            pairs = zip(*turns.values(), strict=True)
            ratios = [[mine / max(floor, 1e-9) for mine, floor in zip(*pair, strict=True)] for pair in pairs]
            whole = median((1 / f[0] + 1 / f[3]) / (1 / v[0] + 1 / v[3]) for v, f in zip(*turns.values(), strict=True))
            rows = [[name, *figures] for name, figures in middle.items()]
            rows.append(["verbs : floor", *[median(column) for column in zip(*ratios, strict=True)]])
            print()
            table([f"{processes * clients} client{'s' if processes > 1 else ''}", *HEAD], rows)
            print(f"whole case, verbs : floor  {whole:.2f}")


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    main(*(numbers or [60]), *([] if len(numbers) > 1 else [4]))
