"""The timer's look at the limits of matters: what came near or was overrun is marked and goes up, once each."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import journal, outbox
from lianban.casework.calendars import calendar_of
from lianban.casework.policies import policy
from lianban.feedback.matters.clocks import history_of, moments
from lianban.feedback.matters.kinds import KINDS, LEVELS, STREAMS
from lianban.outbox import Message
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules.actors import SYSTEM
from lianban.tables.ids import new_id

MARKED = "matter marked"
log = logging.getLogger(__name__)
BATCH = 100
AGAIN = timedelta(minutes=5)

_DUE = "SELECT * FROM matter_clocks WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2 FOR UPDATE SKIP LOCKED"
_MARK = """
INSERT INTO matter_marks (id, clock_id, matter, matter_id, region_code, department, level, reason, due_at, at,
  recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id
"""
_SLEEP = "UPDATE matter_clocks SET wake_at = $2 WHERE id = $1"
_MARKS = "SELECT * FROM matter_marks WHERE matter_id = ANY($1) ORDER BY at, id"
_OPEN = """
SELECT * FROM matter_clocks WHERE stopped_at IS NULL AND ($1 = '' OR region_code = $1) ORDER BY id
FOR UPDATE SKIP LOCKED
"""
_MOVE = "UPDATE matter_clocks SET due_at = $2, provisional = $3, calendar = $4, wake_at = $5 WHERE id = $1"

OVER: dict[str, Callable[[UUID, datetime], Awaitable[None]]] = {}
"""Kind of a limit that is somebody's own time → what the system does when it is over; chapters enter theirs here."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A limit came near or was overrun: to whom that went, and why."""

    matter_id: UUID
    level: str
    level_name: str
    reason: str
    due: datetime
    at: datetime


async def look(at: datetime) -> int:
    """Mark what is due at `at`; how many limits were looked at. May run as often as one likes, from several workers."""
    async with transaction():
        rows = await connection().fetch(_DUE, at, BATCH)
        over = [row for row in rows if await _pass(row, at)]
    for row in over:
        # After the commit: what the system does then locks the matter first, and may be repeated.
        if row["kind"] in OVER:
            try:
                await OVER[row["kind"]](row["matter_id"], at)
            except Exception:
                log.exception("the end of limit %s of %s failed", row["id"], row["matter_id"])
    return len(rows)


async def marks_of(ids: Collection[UUID]) -> dict[UUID, list[Mark]]:
    """The marks of each of these matters, oldest first, in the caller's transaction."""
    found: dict[UUID, list[Mark]] = {id: [] for id in ids}
    for row in await connection().fetch(_MARKS, list(ids)):
        mark = Mark(
            row["matter_id"], row["level"], LEVELS[row["level"]], row["reason"], local(row["due_at"]), local(row["at"])
        )
        found[row["matter_id"]].append(mark)
    return found


async def recompute(message: Message, at: datetime) -> None:
    """The calendar has changed: every running limit of a matter is reckoned anew. Never later than it was told: these
    limits bind the authorities. A handler of the outbox; may be repeated."""
    async with transaction():
        for row in await connection().fetch(_OPEN, message.payload.get("region", "")):
            calendar, chosen = await calendar_of(row["region_code"]), await policy(row["region_code"])
            history = history_of(row, chosen)
            found = clock.reckon(history, calendar)
            due = min(found.instant, local(row["due_at"]))
            all = moments(row["kind"], history, calendar, chosen)
            later = next((when for when, _ in all if when > at), None)
            # What has passed by now and may not have been marked yet is looked at in the next round.
            wake = at if row["wake_at"] is not None and all[0][0] <= at else later
            await connection().execute(_MOVE, row["id"], due, found.provisional, found.calendar, wake)


async def _pass(row: Mapping[str, Any], at: datetime) -> bool:
    """Deal with all that has happened to a limit up to `at`; whether somebody's own time is over."""
    calendar, chosen = await calendar_of(row["region_code"]), await policy(row["region_code"])
    history = history_of(row, chosen)
    all = moments(row["kind"], history, calendar, chosen)
    end = min(at, history.stopped) if history.stopped else at
    for when, level in all:
        if when <= end and level in LEVELS:
            await _mark(row, level, when, at=at)
    running = history.stopped is None
    over = running and any(level == "over" and when <= at for when, level in all)
    later = next((when for when, _ in all if when > at), None) if running else None
    # What follows stops the limit. Until it has, it is looked at again: a worker may die in between.
    await connection().execute(_SLEEP, row["id"], at + AGAIN if over and row["kind"] in OVER else later)
    return over


async def _mark(row: Mapping[str, Any], level: str, when: datetime, *, at: datetime) -> None:
    due = local(row["due_at"])
    reason = f"{KINDS[row['kind']]}（{row['basis']}）{due:%Y-%m-%d %H:%M} 期满，{LEVELS[level]}。"
    id = await connection().fetchval(
        _MARK,
        new_id(at),
        row["id"],
        row["matter"],
        row["matter_id"],
        row["region_code"],
        row["department"],
        level,
        reason,
        due,
        when,
        at,
    )
    if id is None:
        return
    await journal.record(
        STREAMS[row["matter"]],
        row["matter_id"],
        "limit marked",
        by=SYSTEM,
        at=at,
        region=row["region_code"],
        department=row["department"],
        content={"limit": row["kind"], "level": level},
    )
    await outbox.write(MARKED, payload={"mark": str(id), "matter": row["matter"], "level": level}, at=at)
