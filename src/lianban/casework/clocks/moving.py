"""A clock is paused, goes on earlier than told, or gets more time: each with the notice that says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban.casework.clocks.rows import Owner, calendar_of, events_of, history, moments, open_clocks
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Extension, Pause
from lianban.rules.composer import limit_text
from lianban.tables.ids import new_id

_EVENT = """
INSERT INTO clock_events (id, clock_id, case_id, kind, adjustment, since, until, amount, unit, reason, basis, paper,
  by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_MOVED = """
UPDATE clocks SET computed_due = $2, promised_due = $3, provisional = $4, calendar = $5, wake_at = $6 WHERE id = $1
"""


class Moved(NamedTuple):
    """A clock whose date was looked at anew; `old` and `new` are what the applicant was and is told."""

    clock: UUID
    kind: str
    task: UUID | None
    old: datetime
    new: datetime
    provisional: bool


async def pause(
    owner: Owner, kinds: Collection[str], stop: Pause, *, adjustment: UUID, by: Actor, at: datetime
) -> tuple[Moved, ...]:
    """Pause the owner's running clocks of these kinds for a told time (行政许可法 45)."""
    moved = []
    for row in await open_clocks(owner, kinds):
        await _event(
            row, "pause", adjustment, stop.reason, stop.basis, stop.paper, by, at, since=stop.since, until=stop.until
        )
        moved.append(await _reckon_anew(row, since=stop.since, at=at))
    return tuple(moved)


async def end_pause(case_id: UUID, adjustment: UUID, *, reason: str, by: Actor, at: datetime) -> tuple[Moved, ...]:
    """The procedure is over earlier than told: the clocks that it stopped run from now on."""
    rows = await connection().fetch(
        "SELECT * FROM clocks WHERE case_id = $1 AND stopped_at IS NULL AND id IN (SELECT clock_id FROM clock_events"
        " WHERE adjustment = $2 AND kind = 'pause') ORDER BY id",
        case_id,
        adjustment,
    )
    moved = []
    for row in rows:
        await _event(row, "pause_ended", adjustment, reason, "", "", by, at, until=at)
        moved.append(await _reckon_anew(row, since=None, at=at))
    return tuple(moved)


async def extend(
    owner: Owner, kinds: Collection[str], more: Extension, *, adjustment: UUID, by: Actor, at: datetime
) -> tuple[Moved, ...]:
    """Give the owner's running clocks of these kinds more time (行政许可法 42)."""
    moved = []
    for row in await open_clocks(owner, kinds):
        limit = more.limit
        await _event(
            row, "extension", adjustment, more.reason, more.basis, more.paper, by, at,
            amount=limit.amount, unit=limit.unit.value,
        )  # fmt: skip
        moved.append(await _reckon_anew(row, since=more.at, at=at))
    return tuple(moved)


async def cap(owner: Owner, kind: str, latest: datetime, *, at: datetime) -> None:
    """Nothing is promised for later than `latest`: the law's own limit goes before a commitment."""
    for row in await open_clocks(owner, (kind,)):
        if local(row["promised_due"]) <= latest:
            continue
        calendar, chosen = await calendar_of(row["region_code"]), await policy(row["region_code"])
        told = history(row, (await events_of([row["id"]])).get(row["id"], []))
        later = moments(kind, told, local(row["computed_due"]), latest, calendar, chosen)
        # From the first mark on: one that this has moved into the past is raised at once, one that stands is not again.
        wake = later[0][0] if later else None
        await connection().execute(
            "UPDATE clocks SET promised_due = $2, wake_at = $3 WHERE id = $1", row["id"], latest, wake
        )


async def recommit(owner: Owner, limit: Limit, basis: str, *, at: datetime) -> Moved | None:
    """The committed limit becomes another one, counted from the same start, with all that has moved the clock since.

    What was told is never put off, and the law's own limit goes before. None when no such clock runs.
    """
    rows = await open_clocks(owner, ("committed",))
    if not rows:
        return None
    row = rows[0]
    calendar, chosen = await calendar_of(owner.region), await policy(owner.region)
    told = history(row, (await events_of([row["id"]])).get(row["id"], []))
    now = replace(told, limit=limit)
    due = clock.reckon(now, calendar)
    lawful = [local(r["computed_due"]) for r in await open_clocks(owner, ("statutory",))]
    promised = min(local(row["promised_due"]), due.instant, *lawful)
    later = moments("committed", now, due.instant, promised, calendar, chosen)
    wake = later[0][0] if later else None
    await connection().execute(
        "UPDATE clocks SET amount = $2, unit = $3, basis = $4, computed_due = $5, promised_due = $6, provisional = $7,"
        " calendar = $8, wake_at = $9 WHERE id = $1",
        row["id"], limit.amount, limit.unit.value, f"{basis}：{limit_text(limit)}", due.instant, promised,
        due.provisional, due.calendar, wake,
    )  # fmt: skip
    await connection().execute("UPDATE tasks SET due_at = $2 WHERE id = $1", owner.task, promised)
    return Moved(row["id"], "committed", owner.task, local(row["promised_due"]), promised, due.provisional)


async def _event(
    row: Mapping[str, Any],
    kind: str,
    adjustment: UUID,
    reason: str,
    basis: str,
    paper: str,
    by: Actor,
    at: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    amount: int | None = None,
    unit: str | None = None,
) -> None:
    await connection().execute(
        _EVENT, new_id(at), row["id"], row["case_id"], kind, adjustment, since, until, amount, unit, reason, basis,
        paper, by.id, at,
    )  # fmt: skip


async def _reckon_anew(row: Mapping[str, Any], *, since: datetime | None, at: datetime) -> Moved:
    """Work out a clock again after a new event of its own. `since` is when a pause or extension begins to count."""
    calendar, chosen = await calendar_of(row["region_code"]), await policy(row["region_code"])
    events = (await events_of([row["id"]])).get(row["id"], [])
    now, before = history(row, events), history(row, events[:-1])
    old, new = clock.reckon(before, calendar), clock.reckon(now, calendar)
    told = local(row["promised_due"])
    promised = clock.promise(told, old, new, calendar, Unit(row["unit"]), moved=since is not None, since=since)
    later = [when for when, _ in moments(row["kind"], now, new.instant, promised, calendar, chosen)]
    # What is due already and not yet raised stays due.
    pending = row["wake_at"] if row["wake_at"] is not None and row["wake_at"] <= at else None
    wake = pending or next((when for when in later if when > at), None)
    await connection().execute(_MOVED, row["id"], new.instant, promised, new.provisional, new.calendar, wake)
    if row["kind"] == "committed":
        await connection().execute("UPDATE tasks SET due_at = $2 WHERE id = $1", row["task_id"], promised)
    return Moved(row["id"], row["kind"], row["task_id"], told, promised, new.provisional)
