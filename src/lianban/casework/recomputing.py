"""After a change of the calendar every open clock is looked at anew, in batches, while people go on working.

What is told to the applicant is kept: an authority's date may only become earlier, an applicant's own time only later.
A batch is one short transaction with its cursor in it, so that a worker that dies goes on where it stopped. Cases that
somebody else has in hand are passed over and met again. Whoever started a clock by the old calendar in the very moment
of the change is found by a last look some minutes later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from lianban import journal, outbox
from lianban.casework.calendars import CHANGED, calendar_of
from lianban.casework.clocks.kinds import APPLICANTS
from lianban.casework.clocks.rows import events_of, history, moments
from lianban.casework.policies import policy
from lianban.outbox import Message
from lianban.outside.clock import elapsed, local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules.actors import SYSTEM
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Unit
from lianban.rules.policy import Policy
from lianban.tables.ids import new_id

MOVED = "deadline changed"
BATCH = 200
"""Cases in one transaction."""
STRETCH = 20.0
"""Seconds after which other messages of the outbox get their turn."""
SOON = timedelta(seconds=10)
LAST_LOOK = timedelta(minutes=5)
"""Longer than any action takes that may have read the old calendar."""

_HELD = "SELECT * FROM recomputations WHERE id = $1 FOR UPDATE"
_COVERED = """
SELECT true FROM recomputations WHERE version > $1 AND (region_code = '' OR region_code = $2) LIMIT 1
"""
_NEXT = """
SELECT DISTINCT case_id FROM clocks
WHERE stopped_at IS NULL AND ($1::uuid IS NULL OR case_id > $1) AND ($2 = '' OR region_code = $2)
ORDER BY case_id LIMIT $3
"""
_LOCK = "SELECT id FROM cases WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED"
_CLOCKS = """
SELECT k.*, t.item, t.department FROM clocks k LEFT JOIN tasks t ON t.id = k.task_id
WHERE k.case_id = ANY($1) AND k.stopped_at IS NULL ORDER BY k.case_id, k.task_id NULLS FIRST, k.id
"""
_WRITE = """
UPDATE clocks k SET computed_due = n.computed, promised_due = n.promised, provisional = n.provisional,
  calendar = n.calendar, wake_at = n.wake
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::boolean[], $5::text[], $6::timestamptz[])
  AS n (id, computed, promised, provisional, calendar, wake)
WHERE k.id = n.id
"""
_TASKS_DUE = """
UPDATE tasks t SET due_at = n.due FROM unnest($1::uuid[], $2::timestamptz[]) AS n (id, due) WHERE t.id = n.id
"""
# What is told of a hearing's periods lies with the hearing as well.
_HEARINGS_DUE = """
UPDATE hearings h SET apply_by = CASE k.kind WHEN 'hearing' THEN k.promised_due ELSE h.apply_by END,
  hold_by = CASE k.kind WHEN 'hearing_held' THEN k.promised_due ELSE h.hold_by END
FROM clocks k WHERE k.id = ANY($1) AND k.kind IN ('hearing', 'hearing_held') AND k.task_id = h.task_id
"""
_CHANGES = """
INSERT INTO deadline_changes (id, recomputation, clock_id, case_id, region_code, old_computed, new_computed,
  old_promised, new_promised, at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[],
  $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
ON CONFLICT (recomputation, clock_id) DO UPDATE SET new_computed = excluded.new_computed,
  new_promised = excluded.new_promised
"""
_PROGRESS = """
UPDATE recomputations SET cursor = $2, passed_over = $3, looked = looked + $4, changed = changed + $5,
  firmed = firmed + $6, finished_at = $7 WHERE id = $1
"""
_STALE = """
SELECT DISTINCT case_id FROM clocks WHERE stopped_at IS NULL AND region_code = $1 AND calendar <> $2
ORDER BY case_id LIMIT $3
"""


class State(Enum):
    """Where a recomputation stands after a batch. Busy: all that is left is in somebody's hand just now."""

    MORE = "more"
    BUSY = "busy"
    DONE = "done"


class _Looked(NamedTuple):
    """A clock that was reckoned anew."""

    row: Mapping[str, Any]
    computed: datetime
    promised: datetime
    provisional: bool
    calendar: str
    wake: datetime | None

    @property
    def changed(self) -> bool:
        return bool(self.computed != self.row["computed_due"] or self.promised != self.row["promised_due"])


async def follow(message: Message, at: datetime) -> None:
    """The handler of "calendar changed": goes on for a while, then lets others have their turn."""
    id, last = UUID(message.payload["recomputation"]), bool(message.payload.get("last"))
    began, state = elapsed(), State.MORE
    while state is State.MORE and elapsed() - began < STRETCH:
        state = await (late(id, at) if last else step(id, at))
    async with transaction():
        if state is not State.DONE:
            wait = SOON if state is State.BUSY else timedelta()
            await outbox.write(CHANGED, payload=message.payload, at=at, due=at + wait)
        elif not last:
            await outbox.write(CHANGED, payload={**message.payload, "last": True}, at=at, due=at + LAST_LOOK)


async def step(id: UUID, at: datetime) -> State:
    """One batch of a recomputation."""
    async with transaction():
        held = await connection().fetchrow(_HELD, id)
        if held is None or held["finished_at"] is not None:
            return State.DONE
        if await connection().fetchval(_COVERED, held["version"], held["region_code"]):
            # The later one looks at the same clocks, by the calendar that holds now.
            await connection().execute(_PROGRESS, id, held["cursor"], [], 0, 0, 0, at)
            return State.DONE
        found = await connection().fetch(_NEXT, held["cursor"], held["region_code"], BATCH)
        cases, cursor = [row["case_id"] for row in found], held["cursor"]
        over: list[UUID] = list(held["passed_over"])
        if cases:
            cursor = cases[-1]
        else:
            cases, over = over[:BATCH], over[BATCH:]
        locked, looked = await _look(id, cases, at)
        over += [case for case in cases if case not in locked]
        finished = not found and not over
        await connection().execute(
            _PROGRESS, id, cursor, over, len(looked), sum(one.changed for one in looked),
            sum(one.row["provisional"] and not one.provisional for one in looked), at if finished else None,
        )  # fmt: skip
    if finished:
        return State.DONE
    return State.MORE if found or locked else State.BUSY


async def late(id: UUID, at: datetime) -> State:
    """One batch of the last look: clocks that were started by an older calendar while it changed."""
    async with transaction():
        held = await connection().fetchrow(_HELD, id)
        if held is None:
            return State.DONE
        regions = await connection().fetch("SELECT DISTINCT region_code FROM editions")
        cases: list[UUID] = []
        for row in regions:
            region = row["region_code"]
            if held["region_code"] in ("", region):
                edition = (await calendar_of(region)).edition
                cases += [r["case_id"] for r in await connection().fetch(_STALE, region, edition, BATCH)]
        locked, looked = await _look(id, cases, at)
        await connection().execute(
            "UPDATE recomputations SET looked = looked + $2, changed = changed + $3 WHERE id = $1",
            id,
            len(looked),
            sum(one.changed for one in looked),
        )
    if not cases:
        return State.DONE
    return State.MORE if locked else State.BUSY


async def _look(id: UUID, cases: Sequence[UUID], at: datetime) -> tuple[set[UUID], list[_Looked]]:
    """Reckon the open clocks of those cases that nobody else has in hand; which these were."""
    locked = {row["id"] for row in await connection().fetch(_LOCK, cases)} if cases else set()
    rows = await connection().fetch(_CLOCKS, list(locked)) if locked else []
    events = await events_of(row["id"] for row in rows)
    known: dict[str, tuple[Calendar, Policy]] = {}
    looked: dict[UUID, _Looked] = {}
    for row in rows:
        region = row["region_code"]
        if region not in known:
            known[region] = await calendar_of(region), await policy(region)
        looked[row["id"]] = _reckon(row, events.get(row["id"], []), *known[region], rows, looked, at)
    await _write(id, list(looked.values()), at)
    return locked, list(looked.values())


def _reckon(
    row: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    calendar: Calendar,
    chosen: Policy,
    rows: Sequence[Mapping[str, Any]],
    looked: Mapping[UUID, _Looked],
    at: datetime,
) -> _Looked:
    told, had = local(row["promised_due"]), local(row["computed_due"])
    kept = history(row, events)
    new = clock.reckon(kept, calendar, explain=False)
    computed = new.instant
    if row["kind"] in APPLICANTS:
        # Nobody loses time that was given in writing.
        computed, promised = max(had, computed), max(told, computed)
    else:
        promised = clock.promise(told, replace(new, instant=had), new, calendar, Unit(row["unit"]))
        promised = min(promised, _cap(row, rows, looked))
    later = [when for when, _ in moments(row["kind"], kept, computed, promised, calendar, chosen)]
    return _Looked(row, computed, promised, new.provisional, new.calendar, _wake(row["wake_at"], later, at))


def _cap(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], looked: Mapping[UUID, _Looked]) -> datetime:
    """An item that was promised within the bundle's promise stays within it when that becomes earlier."""
    told: datetime = row["promised_due"]
    caps = [told]
    for other in rows:
        whole = other["case_id"] == row["case_id"] and other["task_id"] is None and other["kind"] == "bundle"
        if whole and row["kind"] == "committed" and other["promised_due"] >= told and other["id"] in looked:
            caps.append(looked[other["id"]].promised)
    return min(caps)


def _wake(was: datetime | None, later: Sequence[datetime], at: datetime) -> datetime | None:
    """When the clock wakes next. What is due already stays due; a mark that the change moved into the past is due."""
    if was is not None and was <= at:
        return was
    next_one = next((when for when in later if when > at), None)
    if next_one == was:
        return was
    return next((when for when in later if when <= at), next_one)


async def _write(id: UUID, looked: Sequence[_Looked], at: datetime) -> None:
    """Write a batch, and tell of each date that has changed."""
    if not looked:
        return
    await connection().execute(
        _WRITE,
        [one.row["id"] for one in looked],
        [one.computed for one in looked],
        [one.promised for one in looked],
        [one.provisional for one in looked],
        [one.calendar for one in looked],
        [one.wake for one in looked],
    )
    changed = [one for one in looked if one.changed]
    if not changed:
        return
    due = [one for one in changed if one.row["kind"] == "committed"]
    await connection().execute(_TASKS_DUE, [one.row["task_id"] for one in due], [one.promised for one in due])
    await connection().execute(_HEARINGS_DUE, [one.row["id"] for one in changed])
    await connection().execute(
        _CHANGES,
        [new_id(at) for _ in changed],
        [id] * len(changed),
        [one.row["id"] for one in changed],
        [one.row["case_id"] for one in changed],
        [one.row["region_code"] for one in changed],
        [one.row["computed_due"] for one in changed],
        [one.computed for one in changed],
        [one.row["promised_due"] for one in changed],
        [one.promised for one in changed],
        [at] * len(changed),
    )
    for one in changed:
        content = {
            "clock": one.row["kind"],
            "item": one.row["item"] or "",
            "old_computed": _minute(one.row["computed_due"]),
            "new_computed": _minute(one.computed),
            "old_promised": _minute(one.row["promised_due"]),
            "new_promised": _minute(one.promised),
            "calendar": one.calendar,
        }
        await journal.record(
            "case", one.row["case_id"], MOVED, by=SYSTEM, at=at, region=one.row["region_code"],
            department=one.row["department"] or "", content=content,
        )  # fmt: skip
        payload = {"clock": str(one.row["id"]), "kind": one.row["kind"], "promised": one.promised.isoformat()}
        await outbox.write(MOVED, case_id=one.row["case_id"], payload=payload, at=at)


def _minute(instant: datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}"
