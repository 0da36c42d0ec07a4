"""What the measurements stand on: an installation of their own, cases to work on, plain tables."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import platform
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID

import asyncpg
import psutil

from lianban.casework import catalogue, intake, tasks
from lianban.casework.intake import DraftView
from lianban.casework.tasks import NewResult
from lianban.outside import clock, database, embedded
from lianban.outside.clock import SHANGHAI, elapsed
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id

REGION = "222405"
AT = datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)
BEFORE = AT - timedelta(days=50)
CLERK = Actor("clerk", "王芳", REGION, frozenset({Role.CLERK}), window="综合窗口 3 号", terminal="窗口3")
RESULT = NewResult("办理结果", date(2026, 11, 2), "222405-1")
# What tells cases of a bundle apart; each laid-out draft gets values of its own.
APART: dict[str, Callable[[int], dict[str, str]]] = {
    "newborn": lambda n: {
        "birth_datetime": f"{BEFORE + timedelta(minutes=n):%Y-%m-%dT%H:%M}",
        "birth_certificate_number": f"U{220000000 + n}",
    },
    "catering": lambda n: {"premises_address": f"安民街道海兰路{n + 1}号", "trade_name": f"海兰江冷面馆{n + 1}店"},
}
SUPPLIES = {
    "newborn_id_number": "222405202610280022",
    "uscc": "92222405MA0000012T",
    "birth_certificate_number": "U220012345",
}
CATERING = {"premises_area": "86", "kitchen_area": "30"}


@contextmanager
def installation() -> Iterator[str]:
    """A fresh embedded PostgreSQL with its stock settings (every commit durable), migrated; yields its DSN."""
    with tempfile.TemporaryDirectory(prefix="lianban-bench-") as folder:
        os.environ |= {"LIANBAN_DATA": folder, "LIANBAN_SECRET": "only-for-measurements-0123456789abcdef"}
        settings.cache_clear()
        # The server's own words about our kills are no result.
        logging.disable(logging.WARNING)
        with embedded.server(Path(folder) / "postgres") as dsn:
            database.use(dsn)
            asyncio.run(database.check_search())
            asyncio.run(database.migrate())
            yield dsn


def machine(dsn: str) -> str:
    """The line that every table begins with."""
    version = asyncio.run(asked(dsn, "SHOW server_version"))
    durable = asyncio.run(asked(dsn, "SHOW fsync"))
    cores, memory = psutil.cpu_count(), psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return (
        f"{clock.today()}, {platform.system()} {platform.machine()}, {cores} cores, {memory:.0f} GiB, load {load:.1f}, "
        f"Python {platform.python_version()}, PostgreSQL {version}, fsync {durable}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns, the first to the left and the others to the right; numbers with three figures."""
    cells = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    for row in cells:
        print("  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]))


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[98] * 1000


@dataclass(frozen=True)
class Meter:
    """What the server has counted and what processes have used up to a moment."""

    wal: int
    flushes: int
    deadlocks: int
    written: int
    seconds: float
    cpu: float


async def meter(dsn: str) -> Meter:
    """Read the server's counters, with every pool closed: a connection hands in its counts when it ends."""
    conn = await asyncpg.connect(dsn)
    try:
        row = await conn.fetchrow(
            "SELECT pg_backend_pid() AS pid, d.deadlocks,"
            " pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS wal,"
            " (SELECT COALESCE(sum(fsyncs), 0)::bigint FROM pg_stat_io WHERE object = 'wal') AS flushes,"
            " d.tup_inserted + d.tup_updated AS written"
            " FROM pg_stat_database d WHERE d.datname = current_database()"
        )
        cpu = _server_cpu(row["pid"])
    finally:
        await conn.close()
    return Meter(row["wal"], row["flushes"], row["deadlocks"], row["written"], elapsed(), cpu)


def _server_cpu(backend: int) -> float:
    """CPU seconds of the server to which a backend belongs, those of ended connections too."""
    postmaster = psutil.Process(backend).parent()
    assert postmaster is not None
    used = 0.0
    for process in [postmaster, *postmaster.children(recursive=True)]:
        times = process.cpu_times()
        used += times.user + times.system + times.children_user + times.children_system
    return used


async def asked(dsn: str, statement: str) -> Any:
    """One value."""
    conn = await asyncpg.connect(dsn)
    try:
        return await conn.fetchval(statement)
    finally:
        await conn.close()


async def ready(bundle: str, count: int) -> list[UUID]:
    """Drafts with nothing missing: one filled in by the verbs, the others laid out like it by one statement."""
    await catalogue.ship(AT)
    model = await _filled(bundle)
    ids = [new_id(AT) for _ in range(count)]
    async with database.transaction():
        await database.connection().execute(
            "INSERT INTO cases (id, region_code, bundle, bundle_name, edition, status, applicant, subject, draft,"
            " draft_version, opened_by, opened_by_name, window_name, opened_at, updated_at)"
            " SELECT n.id, c.region_code, c.bundle, c.bundle_name, c.edition, c.status, c.applicant, c.subject,"
            " jsonb_set(c.draft, '{form}', c.draft -> 'form' || n.own), c.draft_version, c.opened_by, c.opened_by_name,"
            " c.window_name, c.opened_at, c.updated_at"
            " FROM cases c, unnest($2::uuid[], $3::jsonb[]) AS n (id, own) WHERE c.id = $1",
            model,
            ids,
            [json.dumps(APART[bundle](n)) for n in range(count)],
        )
        await database.connection().execute("ANALYZE")
    return ids


async def _filled(bundle: str) -> UUID:
    """A draft filled in with the catalogue's own examples, its papers seen at the counter."""
    draft = await intake.open_draft(bundle, REGION, {}, by=CLERK, at=AT)
    given = {"consent.privacy": "yes", "consent.guardian": "yes", **(CATERING if bundle == "catering" else {})}
    while draft.problems:
        typed = _typed(draft, bundle) | given
        given = {}
        if not typed:
            raise RuntimeError(f"the draft stays incomplete: {draft.problems}")
        draft = await intake.save(draft.case_id, typed, by=CLERK, at=AT)
    return draft.case_id


def _typed(draft: DraftView, bundle: str) -> dict[str, str]:
    # In catering the last options ask for most departments, for a newborn the first ones do for the usual three.
    which = -1 if bundle == "newborn" else 0
    typed = {q.element: q.options[which].id for q in draft.questions if not q.value}
    if typed:
        return typed
    for field in (f for s in draft.sections for f in s.fields if f.asked and not f.value):
        typed[field.element] = field.example or (field.options[0].id if field.options else "海兰")
    for party in (p for p in draft.parties if p.role == "applicant"):
        said = {"name": "王芳", "id_number": "11010519491231002X", "phone": "13800138000", "relation": "母亲"}
        typed |= {f.name: said.get(f.name.rpartition(".")[2], "id_card") for f in party.fields if not f.value}
    for material in draft.materials:
        if material.required and not material.original_seen:
            typed[f"check.{material.material}.original"] = "yes"
            typed |= {f"check.{material.material}.standard.{n}": "yes" for n in range(len(material.standards))}
    return typed


def officer(department: str) -> Actor:
    """The one who decides for a department."""
    name = f"{department}-officer"
    return Actor(name, name, REGION, frozenset({Role.APPROVER}), department, terminal=department)


async def open_tasks(case_id: UUID, status: str = "dispatched") -> list[tuple[UUID, str, str, bool]]:
    """Task, item, department, whether it needs an on-site check."""
    async with database.transaction():
        rows = await database.connection().fetch(
            "SELECT id, item, department, needs_survey FROM tasks WHERE case_id = $1 AND status = $2 ORDER BY id",
            case_id,
            status,
        )
    return [tuple(row) for row in rows]


async def supplies_of(case_id: UUID, item: str) -> dict[str, str]:
    """What the item's result brings forth, with values that pass."""
    async with database.transaction():
        hash = await database.connection().fetchval("SELECT edition FROM cases WHERE id = $1", case_id)
    edition = await catalogue.edition(hash)
    return {each: SUPPLIES[each] for each in edition.items[item].result.elements}


async def claim(task: UUID, department: str, survey: bool) -> None:
    """Claim a task, and record its on-site check where the law asks for one."""
    by = officer(department)
    await tasks.claim(task, by=by, at=AT)
    if survey:
        await tasks.survey(task, surveyed_on=AT.date(), surveyors=["甲", "乙"], conclusion="pass", by=by, at=AT)


async def grant(case_id: UUID, task: UUID, item: str, department: str, key: str = "") -> tasks.Decided:
    """Grant a claimed task with one result."""
    return await tasks.grant(
        task,
        opinion="材料齐全，符合条件。",
        results=[RESULT],
        supplies=await supplies_of(case_id, item),
        by=officer(department),
        at=AT,
        key=key,
    )


async def gathered(work: Sequence[Callable[[], Awaitable[Any]]], clients: int) -> list[float]:
    """Do all of it with so many clients at a time; the seconds that each took."""
    todo, took = iter(work), []

    async def client() -> None:
        for each in todo:
            started = elapsed()
            await each()
            took.append(elapsed() - started)

    await asyncio.gather(*(client() for _ in range(clients)))
    return took


def in_processes(count: int, run: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
    """`run(*job)` for every job, each job in a process of its own, all at once."""
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as processes:
        return [each.result() for each in [processes.submit(run, *job) for job in jobs]]
