"""Lists of problems: my unit's, mine, all, overdue, what has come up to me; the most urgent stand first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban.casework.calendars import calendar_of
from lianban.feedback.rectification.keeping import WATCHERS, units
from lianban.feedback.rectification.words import SOURCES
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.calendar import Calendar
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import RectificationLife, stage_name
from lianban.rules.ratings import GRADES, HINTS
from lianban.tables.ids import day_of

PAGE = 50
VIEWS = {
    "todo": "待我办理",
    "unit": "本单位",
    "mine": "我承办的",
    "up": "报到我这里的",
    "all": "全部",
    "overdue": "已经逾期",
    "closed": "已经结束",
}

# Whoever sees one problem sees it in lists: the supervision all, a unit what it has or had.
_LIMIT = """
LEFT JOIN LATERAL (
  SELECT kind, due_at, started_at FROM matter_clocks c
  WHERE c.matter = 'rectification' AND c.matter_id = r.id AND c.stopped_at IS NULL ORDER BY due_at LIMIT 1
) c ON true
"""
_OF = """
WHERE r.region_code = $1 AND ($2::text IS NULL OR r.department = $2 OR ($2 <> '' AND EXISTS (
    SELECT 1 FROM rectification_steps s
    WHERE s.rectification_id = r.id AND s.department = $2 AND s.status = 'transferred')))
  AND ($3 = '' OR r.department = CASE $3 WHEN '-' THEN '' ELSE $3 END) AND ($4 = '' OR r.source = $4)
  AND ($5 = '' OR r.status = $5) AND ($6::timestamptz IS NULL OR r.opened_at >= $6)
  AND ($7::timestamptz IS NULL OR r.opened_at < $7)
"""
_OPEN = "r.closed_at IS NULL"
_CAME_UP = """
EXISTS (SELECT 1 FROM matter_marks m JOIN matter_clocks k ON k.id = m.clock_id
  WHERE m.matter_id = r.id AND k.stopped_at IS NULL AND m.level = ANY($8::text[]))
"""
# What the supervision does itself: everything else waits for a unit or for the citizen.
_TURN = "(r.status IN ('pending', 'verified', 'assigning', 'reviewed') OR (r.extension_by <> '' AND NOT r.extended))"
_WHERE = {
    "todo": f"{_OPEN} AND {_TURN} AND $8::text[] IS NOT NULL",
    "unit": f"{_OPEN} AND $8::text[] IS NOT NULL",
    "mine": f"{_OPEN} AND r.owner = ANY($8::text[])",
    "all": "$8::text[] IS NOT NULL",
    "overdue": f"{_OPEN} AND c.due_at < $9 AND c.kind <> 'rerate' AND $8::text[] IS NOT NULL",
    "up": f"{_OPEN} AND {_CAME_UP}",
    "closed": "r.closed_at IS NOT NULL AND $8::text[] IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. `department` "" is any, "-" the centre; a month is "2026-11". All and closed ones go on
    `after` a problem, the others by pages."""

    view: str = ""
    department: str = ""
    source: str = ""
    status: str = ""
    month: str = ""
    after: UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A problem in a list; nothing in it tells who rated."""

    id: UUID
    number: str
    source: str
    grade: str
    unit: str
    window: str
    status: str
    status_name: str
    opened: date
    owner: str
    due: datetime | None
    remaining: Remaining | None
    hints: tuple[str, ...]
    named: bool
    extension_waits: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, the views that this person has, and how many there are in each."""

    lines: tuple[Line, ...]
    view: str
    views: tuple[tuple[str, str, int], ...]
    departments: tuple[tuple[str, str], ...]
    after: UUID | None
    page: int
    more: bool


def views_of(by: Actor) -> tuple[str, ...]:
    """The views that this person's posts open, the first one by default."""
    oversees = by.may(*WATCHERS) and not by.department
    mine = ("unit", "mine") if by.department or by.may(Role.CLERK) else ()
    if oversees:
        # A supervisor may have taken something on for the centre.
        own = ("mine",) if by.may(Role.SUPERVISOR) and not mine else ()
        turn = ("todo",) if by.may(Role.SUPERVISOR) else ()
        return (*turn, *mine, "up", "all", *own, "overdue", "closed")
    up = ("up",) if by.may(Role.DEPARTMENT_HEAD) else ()
    return (*mine, *up, "overdue", "closed")


async def listing(filters: Filters, *, by: Actor, at: datetime) -> Listing:
    """A page of the problems that this person may know of. Open ones by the end of their limit, so that what is most
    urgent stands first; all and closed ones by their age, page by page."""
    known = views_of(by)
    view = filters.view if filters.view in known else known[0]
    since, until = _month(filters.month)
    own = by.department if by.department else None if by.may(*WATCHERS) else ""
    fixed = [by.region, own, filters.department, filters.source, filters.status, since, until]
    paged = view in ("all", "closed")
    order = "r.id DESC" if paged else "c.due_at NULLS LAST, r.id"
    page = 1 if paged else max(1, filters.page)
    later = "AND ($10::uuid IS NULL OR r.id < $10)" if paged else "AND $10::uuid IS NULL"
    async with transaction():
        rows = await connection().fetch(
            f"SELECT r.*, c.kind, c.due_at, c.started_at FROM rectifications r {_LIMIT} {_OF}"
            f" AND {_WHERE[view]} AND $9::timestamptz IS NOT NULL"
            f" {later} ORDER BY {order} LIMIT {PAGE + 1} OFFSET {(page - 1) * PAGE}",
            *fixed,
            _argument(view, by),
            at,
            filters.after,
        )
        counts = {each: await _count(each, [by.region, own, "", "", "", None, None], by, at) for each in known}
        names = await units(by.region)
        calendar = await calendar_of(by.region)
    lines = tuple(_line(row, names, calendar, at) for row in rows[:PAGE])
    return Listing(
        lines=lines,
        view=view,
        views=tuple((each, VIEWS[each], counts[each]) for each in known),
        departments=tuple(("-" if id == "" else id, name) for id, name in names.items()) if own is None else (),
        after=lines[-1].id if paged and len(rows) > PAGE else None,
        page=page,
        more=not paged and len(rows) > PAGE,
    )


async def _count(view: str, fixed: list[Any], by: Actor, at: datetime) -> int:
    # Looking up the limit of every problem that ever was is for those that ask for it.
    limit = _LIMIT if "c.due_at" in _WHERE[view] else ""
    count: int = await connection().fetchval(
        f"SELECT count(*) FROM rectifications r {limit} {_OF} AND {_WHERE[view]} AND $9::timestamptz IS NOT NULL",
        *fixed,
        _argument(view, by),
        at,
    )
    return count


def _argument(view: str, by: Actor) -> list[str]:
    if view == "mine":
        return [by.id, *(away.id for away in by.stands_for)]
    if view == "up":
        if by.may(Role.SUPERVISOR, Role.AUDITOR):
            return ["red", "up"]
        return ["up"] if by.may(Role.GOVERNMENT_HEAD) else ["yellow", "red", "up"]
    return []


def _line(row: Mapping[str, Any], names: Mapping[str, str], calendar: Calendar, at: datetime) -> Line:
    due = local(row["due_at"]) if row["due_at"] else None
    return Line(
        id=row["id"],
        number=row["number"],
        source=SOURCES[row["source"]],
        grade=GRADES.get(row["grade"], ""),
        unit=names.get(row["department"], row["department"]),
        window=row["window_name"],
        status=row["status"],
        status_name=stage_name(RectificationLife, row["status"]),
        opened=day_of(row["id"]),
        owner=row["owner_name"],
        due=due,
        remaining=clock.remaining(due, at, calendar, started=local(row["started_at"])) if due else None,
        hints=tuple(HINTS[code] for code in row["options"] if code in HINTS),
        named=row["named"],
        extension_waits=row["extension_by"] != "" and not row["extended"],
    )


def _month(text: str) -> tuple[datetime | None, datetime | None]:
    """The first moment of a month as typed ("2026-11") and of the next one; nothing for what is no month."""
    try:
        first = local(datetime.fromisoformat(f"{text}-01"))
        after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    except ValueError:
        return None, None
    # Further back than this, a moment of Shanghai lies before the calendar of the database.
    return (first, after) if first.year > 1 else (None, None)
