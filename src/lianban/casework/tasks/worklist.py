"""The list of a department's tasks, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.calendars import calendar_of
from lianban.casework.clocks.pauses import pauses_of
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock, masks
from lianban.rules.actors import Actor, Role
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Edition
from lianban.rules.clock import Pause, Remaining
from lianban.rules.lifecycles import TaskLife, stage_name

OPEN = ("waiting", "dispatched", "reviewing")
DONE = ("granted", "refused", "lapsed")
PAGE = 50
LONGEST_PAGE = 200

_SELECT = """
SELECT t.id, t.case_id, t.item, t.item_name, t.status, t.due_at, t.claimed_by, t.claimed_by_name, t.decided_at,
  t.needs_survey, CASE WHEN t.needs_survey AND t.status = 'reviewing' THEN
    (SELECT s.rectify_by FROM surveys s WHERE s.task_id = t.id ORDER BY s.at DESC, s.id DESC LIMIT 1) END AS rectify_by,
  c.number, c.bundle_name, c.edition, c.applicant, c.subject, c.accepted_at,
  COALESCE(k.started_at, b.started_at) AS started_at, COALESCE(k.provisional, b.provisional) AS provisional,
  COALESCE(k.id, b.id) AS clock_id
FROM tasks t JOIN cases c ON c.id = t.case_id
LEFT JOIN clocks k ON k.case_id = t.case_id AND COALESCE(k.task_id, k.case_id) = t.id AND k.kind = 'committed'
LEFT JOIN clocks b ON b.case_id = t.case_id AND COALESCE(b.task_id, b.case_id) = t.case_id AND b.kind = 'bundle'
WHERE t.region_code = $1 AND t.department = $2
"""
_COUNTS = """
SELECT count(*) AS open,
  count(*) FILTER (WHERE status = 'waiting') AS waiting,
  count(*) FILTER (WHERE status = 'dispatched') AS dispatched,
  count(*) FILTER (WHERE status = 'reviewing') AS reviewing,
  count(*) FILTER (WHERE status = 'reviewing' AND claimed_by = ANY($3)) AS mine,
  count(*) FILTER (WHERE due_at < $4) AS overdue, count(*) FILTER (WHERE due_at >= $4 AND due_at <= $5) AS near
FROM tasks WHERE region_code = $1 AND department = $2 AND status IN ('waiting', 'dispatched', 'reviewing')
"""
_ITEMS = """
SELECT DISTINCT item, item_name FROM tasks
WHERE region_code = $1 AND department = $2 AND status IN ('waiting', 'dispatched', 'reviewing') ORDER BY item_name, item
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list. `state`: "" all open ones, one of them, `done`, or a final one; `due`: "", overdue or near.

    `near` is today or the next working day. `text` is part of a case number.
    """

    state: str = ""
    item: str = ""
    due: str = ""
    mine: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One task in the list; names are masked."""

    task_id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    item: str
    item_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    due_at: datetime | None
    clock_id: UUID | None
    remaining: Remaining | None
    provisional: bool
    claimed_by_name: str
    mine: bool
    needs_survey: bool
    rectify_by: date | None
    """Until when what a survey found is to be put right: then it is to be looked at again."""
    recheck_overdue: bool
    accepted_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tasks the department has."""

    open: int
    waiting: int
    dispatched: int
    reviewing: int
    mine: int
    overdue: int
    near: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of the list. `next` is the cursor of the page after it, "" on the last; `items` for the filter.

    `filling` are the open tasks of those whose posts the actor fills today (AB 岗): they come first.
    """

    lines: tuple[Line, ...]
    counts: Counts
    items: tuple[tuple[str, str], ...]
    next: str
    filling: tuple[Line, ...] = ()


def require_officer(by: Actor) -> None:
    """Raise Forbidden for anybody who does not decide for a department."""
    if not by.department or not by.may(Role.APPROVER, Role.DEPARTMENT_HEAD):
        raise errors.Forbidden("这里由承办部门的审批人员使用，请用部门的账号登录。")


async def worklist(
    *, by: Actor, at: datetime, filters: Filters | None = None, after: str = "", limit: int = PAGE
) -> Worklist:
    """The tasks of the actor's own department: open ones by urgency, finished ones by date, latest first.

    Raises Forbidden for others than a department's, Invalid for a filter or cursor that does not exist.
    """
    require_officer(by)
    chosen, calendar, now = filters or Filters(), await calendar_of(by.region), local(at)
    where, arguments = _conditions(chosen, by, now, _near(now, calendar))
    done = chosen.state in ("done", *DONE)
    if after:
        where += _after(after, done, arguments)
    order = "t.decided_at DESC, t.id DESC" if done else "t.due_at, t.id"
    # The tasks of those whose posts the actor fills come first, in one piece.
    apart = "t.claimed_by = ANY($3)" if by.stands_for and chosen == Filters() else ""
    if apart:
        arguments.append(_hands(by)[1:])
        where += f" AND NOT t.claimed_by = ANY(${len(arguments) + 2})"
    size = max(1, min(limit, LONGEST_PAGE))
    async with transaction():
        conn = connection()
        rows = await conn.fetch(
            f"{_SELECT}{where} ORDER BY {order} LIMIT {size + 1}", by.region, by.department, *arguments
        )
        filling = (
            await conn.fetch(
                f"{_SELECT} AND {apart} AND t.status = 'reviewing' ORDER BY t.due_at, t.id LIMIT {LONGEST_PAGE}",
                by.region,
                by.department,
                _hands(by)[1:],
            )
            if apart and not after
            else []
        )
        counts = await conn.fetchrow(_COUNTS, by.region, by.department, _hands(by), now, _near(now, calendar))
        items = await conn.fetch(_ITEMS, by.region, by.department)
        editions = {hash: await catalogue.edition(hash) for hash in {r["edition"] for r in [*rows[:size], *filling]}}
        pauses = await pauses_of(r["clock_id"] for r in [*rows[:size], *filling])

    def shown(row: Mapping[str, Any]) -> Line:
        return _line(row, editions[row["edition"]], by, now, calendar, pauses.get(row["clock_id"], ()))

    lines = tuple(shown(row) for row in rows[:size])
    more = _cursor(rows[size - 1], done) if len(rows) > size else ""
    first = tuple(shown(row) for row in filling)
    return Worklist(lines, Counts(**dict(counts)), tuple((i["item"], i["item_name"]) for i in items), more, first)


def _hands(by: Actor) -> list[str]:
    """The actor and those whose posts the actor fills."""
    return [by.id, *(away.id for away in by.stands_for)]


def _conditions(chosen: Filters, by: Actor, now: datetime, near: datetime) -> tuple[str, list[Any]]:
    """The WHERE clause after its first two arguments, and those that follow."""
    arguments: list[Any] = []

    def bind(value: Any) -> str:
        arguments.append(value)
        return f"${len(arguments) + 2}"

    match chosen.state:
        case "":
            # Spelled out, so that the partial index of open tasks serves it.
            where = " AND t.status IN ('waiting', 'dispatched', 'reviewing')"
        case "done":
            where = " AND t.decided_at IS NOT NULL"
        case state if state in OPEN:
            where = f" AND t.status IN ('waiting', 'dispatched', 'reviewing') AND t.status = {bind(state)}"
        case state if state in DONE:
            where = f" AND t.decided_at IS NOT NULL AND t.status = {bind(state)}"
        case _:
            raise errors.Invalid("没有这个任务状态，请从列表上方重新选择。", {"state": "没有这个状态。"})
    if chosen.item:
        where += f" AND t.item = {bind(chosen.item)}"
    if chosen.mine:
        where += f" AND t.claimed_by = ANY({bind(_hands(by))})"
    if chosen.due == "overdue":
        where += f" AND t.due_at < {bind(now)}"
    elif chosen.due == "near":
        where += f" AND t.due_at >= {bind(now)} AND t.due_at <= {bind(near)}"
    elif chosen.due:
        raise errors.Invalid("没有这个期限条件，请从列表上方重新选择。", {"due": "没有这个条件。"})
    if text := "".join(chosen.text.split()):
        where += f" AND strpos(c.number, {bind(text.upper())}) > 0"
    return where, arguments


def _near(now: datetime, calendar: Calendar) -> datetime:
    """The end of the next working day: what is due until then is near."""
    day = now.date() + timedelta(days=1)
    while not calendar.day(day).working:
        day += timedelta(days=1)
    return datetime.combine(day, calendar.hours(day)[-1][1], clock.SHANGHAI)


def _cursor(row: Mapping[str, Any], done: bool) -> str:
    instant = row["decided_at"] if done else row["due_at"]
    return f"{instant.isoformat() if instant else ''}~{row['id']}"


def _after(cursor: str, done: bool, arguments: list[Any]) -> str:
    """The clause that goes on after a page. Due instants come first, tasks without one last."""
    text, _, id = cursor.partition("~")
    try:
        instant, key = (datetime.fromisoformat(text) if text else None), UUID(id)
        if instant is not None and instant.tzinfo is None:
            raise ValueError("an instant without a zone")
        # At the ends of the calendar there is no such instant in UTC.
        instant = instant.astimezone(UTC) if instant else None
    except (ValueError, OverflowError) as error:
        raise errors.Invalid("翻页位置无效，请回到第一页。", {"after": "翻页位置无效。"}) from error
    place = len(arguments) + 3
    if instant is None:
        arguments.append(key)
        return f" AND t.due_at IS NULL AND t.id > ${place}"
    arguments += [instant, key]
    if done:
        return f" AND (t.decided_at, t.id) < (${place}, ${place + 1})"
    return f" AND ((t.due_at, t.id) > (${place}, ${place + 1}) OR t.due_at IS NULL)"


def _line(
    row: Mapping[str, Any], edition: Edition, by: Actor, now: datetime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> Line:
    running = row["status"] in OPEN and row["due_at"] is not None
    return Line(
        task_id=row["id"],
        case_id=row["case_id"],
        number=row["number"] or "",
        bundle_name=row["bundle_name"],
        item=row["item"],
        item_name=row["item_name"],
        applicant=masks.mask_name(row["applicant"]),
        subject=masked_subject(edition, row["subject"]),
        status=row["status"],
        status_name=stage_name(TaskLife, row["status"]),
        due_at=local(row["due_at"]) if row["due_at"] else None,
        clock_id=row["clock_id"],
        remaining=clock.remaining(row["due_at"], now, calendar, started=row["started_at"], pauses=pauses)
        if running
        else None,
        provisional=bool(row["provisional"]),
        claimed_by_name=row["claimed_by_name"],
        mine=by.is_or_stands_for(row["claimed_by"]),
        needs_survey=row["needs_survey"],
        rectify_by=row["rectify_by"],
        recheck_overdue=row["rectify_by"] is not None and local(now).date() > row["rectify_by"],
        accepted_at=local(row["accepted_at"]) if row["accepted_at"] else None,
        decided_at=local(row["decided_at"]) if row["decided_at"] else None,
    )


def masked_subject(edition: Edition, subject: str) -> str:
    """What lists show of the case's subject: nothing of a newborn's name, a shop's name as it is."""
    if edition.bundle.infant:
        return masks.mask_infant(subject)
    element = edition.elements.get(edition.bundle.subject)
    return masks.mask_value(element, subject) if element else subject
