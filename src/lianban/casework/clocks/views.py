"""Clocks as pages show them, and the passport of one: why its date is that date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework.clocks.kinds import APPLICANTS, KINDS, LEGAL
from lianban.casework.clocks.rows import calendar_of, events_of, history
from lianban.errors import NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Due, History, Remaining
from lianban.rules.composer import limit_text

_CLOCKS = """
SELECT k.*, COALESCE(t.item_name, '') AS item_name FROM clocks k LEFT JOIN tasks t ON t.id = k.task_id
WHERE k.case_id = $1 AND ($2::uuid IS NULL OR k.task_id = $2) ORDER BY k.task_id NULLS FIRST, k.id
"""
_CHANGES = "SELECT * FROM deadline_changes WHERE clock_id = $1 ORDER BY at, id"
_ORDER = {kind: n for n, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as pages show it. `due` is what was told, `computed` what events and calendar give today.

    `remaining` is None once it has stopped. `legal`: the law's own limit; `applicants`: the applicant's own time.
    """

    id: UUID
    task_id: UUID | None
    item_name: str
    kind: str
    kind_name: str
    subject: str
    limit: str
    basis: str
    started_at: datetime
    due: datetime
    computed: datetime
    provisional: bool
    calendar: str
    remaining: Remaining | None
    paused: bool
    moved: bool
    """A pause or an extension has touched it."""
    legal: bool
    applicants: bool
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventView:
    """One thing that moved a clock: pause (`since` to `until`), its earlier end, extension (`limit`), new calendar."""

    kind: str
    since: datetime | None
    until: datetime | None
    limit: str
    reason: str
    basis: str
    paper: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Passport:
    """Everything about one date: `due` explains it day by day or step by step; `partner` is the other limit of the
    same item (statutory beside committed)."""

    view: ClockView
    history: History
    due: Due
    events: tuple[EventView, ...]
    partner: ClockView | None


async def clocks_of(case_id: UUID, *, at: datetime, task_id: UUID | None = None) -> tuple[ClockView, ...]:
    """The clocks of a case, or of one of its tasks: the bundle's first, then by item, committed before statutory."""
    rows = await connection().fetch(_CLOCKS, case_id, task_id)
    rows = sorted(rows, key=lambda r: (r["task_id"] is not None, str(r["task_id"] or ""), _ORDER[r["kind"]], r["id"]))
    events = await events_of(row["id"] for row in rows)
    calendars = {region: await calendar_of(region) for region in {row["region_code"] for row in rows}}
    return tuple(_view(row, events.get(row["id"], []), calendars[row["region_code"]], at) for row in rows)


async def passport(clock_id: UUID, *, case_id: UUID, at: datetime) -> Passport:
    """The passport of a clock of this very case. Raises NotFound. Who may see it is the caller's to say."""
    rows = await connection().fetch(_CLOCKS, case_id, None)
    row = next((r for r in rows if r["id"] == clock_id), None)
    if row is None:
        raise NotFound("没有找到这个时限，请从办件页面重新打开。")
    views = {view.id: view for view in await clocks_of(case_id, at=at)}
    events = (await events_of([clock_id])).get(clock_id, [])
    told, calendar = history(row, events), await calendar_of(row["region_code"])
    other = {"committed": "statutory", "statutory": "committed", "bundle": "joint", "joint": "bundle"}.get(row["kind"])
    partner = next((v for v in views.values() if v.task_id == row["task_id"] and v.kind == other), None)
    changes = await connection().fetch(_CHANGES, clock_id)
    happened = [_event(e) for e in events] + [_change(c) for c in changes]
    return Passport(
        view=views[clock_id],
        history=told,
        due=clock.reckon(told, calendar),
        events=tuple(sorted(happened, key=lambda e: e.at)),
        partner=partner,
    )


def _view(row: Mapping[str, Any], events: Sequence[Mapping[str, Any]], calendar: Calendar, at: datetime) -> ClockView:
    due, started, told = local(row["promised_due"]), local(row["started_at"]), history(row, events)
    left = None
    if told.stopped is None:
        left = clock.remaining(due, at, calendar, started=started, pauses=told.pauses)
    return ClockView(
        id=row["id"],
        task_id=row["task_id"],
        item_name=row["item_name"],
        kind=row["kind"],
        kind_name=KINDS[row["kind"]],
        subject=row["subject"],
        limit=limit_text(Limit(row["amount"], Unit(row["unit"]))),
        basis=row["basis"],
        started_at=started,
        due=due,
        computed=local(row["computed_due"]),
        provisional=row["provisional"],
        calendar=row["calendar"],
        remaining=left,
        paused=told.stopped is None and any(p.since <= at < p.until for p in told.pauses),
        moved=bool(told.pauses or told.extensions),
        legal=row["kind"] in LEGAL,
        applicants=row["kind"] in APPLICANTS,
        stopped_at=told.stopped,
    )


def _event(row: Mapping[str, Any]) -> EventView:
    return EventView(
        kind=row["kind"],
        since=local(row["since"]) if row["since"] else None,
        until=local(row["until"]) if row["until"] else None,
        limit=limit_text(Limit(row["amount"], Unit(row["unit"]))) if row["amount"] else "",
        reason=row["reason"],
        basis=row["basis"],
        paper=row["paper"],
        at=local(row["at"]),
    )


def _change(row: Mapping[str, Any]) -> EventView:
    old, new = local(row["old_computed"]), local(row["new_computed"])
    kept = "，原先告知的日期更早，继续有效" if local(row["new_promised"]) < new else ""
    reason = f"工作日历更新，计算的日期由 {old:%Y-%m-%d %H:%M} 变为 {new:%Y-%m-%d %H:%M}{kept}"
    return EventView("calendar", None, None, "", reason, "", "", local(row["at"]))
