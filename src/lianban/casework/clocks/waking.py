"""What the timer asks: which cases have a clock to which something happens now, and when the next thing happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban.casework.clocks.rows import calendar_of, events_of, history, moments
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.clock import History

_DUE = "SELECT case_id FROM clocks WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2"
_OF_CASE = "SELECT * FROM clocks WHERE case_id = $1 AND wake_at <= $2 ORDER BY wake_at, id"


class Awake(NamedTuple):
    """A clock to which something has happened up to now: `marks` are (instant, colour), "" a step of the system."""

    row: Mapping[str, Any]
    history: History
    marks: tuple[tuple[datetime, str], ...]


async def due_cases(at: datetime, limit: int) -> list[UUID]:
    """Cases with something due at `at`, the longest due first: one look-up in one index."""
    rows: Sequence[Mapping[str, Any]] = await connection().fetch(_DUE, at, limit)
    return list(dict.fromkeys(row["case_id"] for row in rows))


async def awake(case_id: UUID, at: datetime) -> list[Awake]:
    """The clocks of a case to which something has happened, each with all that has. The case is locked."""
    rows = await connection().fetch(_OF_CASE, case_id, at)
    events = await events_of(row["id"] for row in rows)
    found = []
    for row in rows:
        told, calendar = history(row, events.get(row["id"], [])), await calendar_of(row["region_code"])
        all = moments(
            row["kind"],
            told,
            local(row["computed_due"]),
            local(row["promised_due"]),
            calendar,
            await policy(row["region_code"]),
        )
        found.append(Awake(row, told, tuple(mark for mark in all if mark[0] <= at)))
    return found


async def sleep(clock_id: UUID, at: datetime) -> None:
    """Everything up to `at` has been dealt with: the clock wakes at its next moment, or no more."""
    row = await connection().fetchrow("SELECT * FROM clocks WHERE id = $1", clock_id)
    told = history(row, (await events_of([clock_id])).get(clock_id, []))
    due, promised = local(row["computed_due"]), local(row["promised_due"])
    calendar, chosen = await calendar_of(row["region_code"]), await policy(row["region_code"])
    next_one = next(
        (when for when, _ in moments(row["kind"], told, due, promised, calendar, chosen) if when > at), None
    )
    await connection().execute("UPDATE clocks SET wake_at = $2 WHERE id = $1", clock_id, next_one)
