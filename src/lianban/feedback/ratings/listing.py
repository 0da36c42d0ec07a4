"""The ratings as the staff may read them: the centre's supervisors all of them, the rated side its own, masked.

The rated side learns what was said and on which day, never by whom, in which case or at what hour (R-HCP-5, R-HCP-10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.feedback.ratings import pictures
from lianban.feedback.ratings.pictures import Picture
from lianban.feedback.rectification import units
from lianban.outside import vault
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import CHANNELS, GRADES, KINDS, NEGATIVE, OPTIONS, STEPS, WITHDRAWN, option_text
from lianban.rules.ratings.screening import screen
from lianban.tables.ids import day_of

WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD)
OPENERS = (Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
READERS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, *WATCHERS)
MISSING = "没有找到这条评价，请从列表里重新打开。"
SIZE = 50
STANDINGS = {"counted": "计入", "apart": "单独列出，待核实", "invalid": "无效，不计入得分"}
EVENTS = {"rating given": "收到差评", "rating supplemented": "评价人补充", "standing changed": "是否计入有变化"}
"""The lines of the journal about a rating, in words."""
SOURCES = {"citizen": "群众评价", "default": "默认评价", "inspection": "监督查评"}
GROUPS = {"positive": (5, 4, 3), "negative": tuple(sorted(NEGATIVE))}
"""Grades that are asked for together."""
THE_CENTRE = "centre"
LAST = date(9998, 12, 30)
CODES = {str(code): code for texts in (*OPTIONS.values(), WITHDRAWN) for code in texts}
_COVER = "rating id"
"""An id tells its millisecond: the rated side gets another name for it, and its list another order within the day."""
_ORDERS = {True: "r.id", False: "md5(r.id::text)"}

# How a rating stood at the end of a day: before the first later change, it was what that change found.
_STANDING = """
COALESCE((SELECT m.was FROM rating_marks m WHERE m.rating_id = r.id AND m.at >= $3 ORDER BY m.at LIMIT 1), r.standing)
"""
_RATINGS = "FROM ratings r WHERE r.region_code = $1 AND r.day >= $2 AND r.day <= $4"
_ONE = "SELECT * FROM ratings WHERE day = $1 AND id = $2"
_MATTERS = "SELECT id, matter FROM occasions WHERE day = ANY($1) AND id = ANY($2)"
_ADDED = """
SELECT r.id, count(DISTINCT a.id) AS additions, count(DISTINCT p.id) AS pictures FROM unnest($1::uuid[]) AS r (id)
LEFT JOIN rating_additions a ON a.rating_id = r.id LEFT JOIN rating_pictures p ON p.rating_id = r.id GROUP BY r.id
"""
_ADDITIONS = "SELECT comment, at FROM rating_additions WHERE rating_id = $1 ORDER BY id"
_MARKS = """
SELECT m.was, m.standing, m.reason, m.at, COALESCE(p.name, '系统') AS by_name FROM rating_marks m
LEFT JOIN people p ON p.id::text = m.by_id WHERE m.rating_id = $1 ORDER BY m.at, m.id
"""
_PROBLEM = "SELECT id, number FROM rectifications WHERE rating_id = $1"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; an empty field asks for everything. Days are those on which ratings were entered, both
    included; `known` is the day at whose end the standing is meant. `department` "centre" is the centre itself."""

    since: date
    until: date
    department: str = ""
    window: str = ""
    item: str = ""
    channel: str = ""
    kind: str = ""
    step: str = ""
    grade: str = ""
    source: str = ""
    standing: str = ""
    option: str = ""
    known: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A rating in a list. `given` is told by the day only; `served` names window or department, never a person."""

    id: UUID
    day: date
    given: date
    grade: str
    negative: bool
    options: tuple[str, ...]
    comment: str
    matter: str
    unit: str
    channel: str
    kind: str
    step: str
    source: str
    standing: str
    reason: str
    named: bool
    additions: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: how many there are in all, and where the next page begins."""

    lines: tuple[Line, ...]
    total: int
    next: str
    masked: bool


@dataclass(frozen=True, slots=True)
class Change:
    """The standing changed."""

    was: str
    standing: str
    reason: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """One rating. Pictures, the case, exact times and changes are for the centre's supervisors."""

    line: Line
    said: tuple[tuple[str, date], ...]
    pictures: tuple[Picture, ...]
    changes: tuple[Change, ...]
    events: tuple[tuple[str, datetime], ...]
    at: datetime | None
    case_id: UUID | None
    problem: tuple[UUID, str] | None
    watches: bool
    standing: str


async def listing(filters: Filters, *, by: Actor, after: str = "") -> Listed:
    """A page of ratings, latest first, with the number of all that fit. Raises Forbidden, Invalid."""
    if not by.may(*READERS):
        raise errors.Forbidden("评价由综合窗口、审批部门和监督人员查看。")
    watches = oversees(by)
    clauses, values = _clauses(filters)
    if not watches:
        clauses, values = _own(clauses, values, by)
    where = f"{_RATINGS}{''.join(f' AND {clause}' for clause in clauses)}"
    values = [by.region, *values]
    page, rest, order = "", [*values], _ORDERS[watches]
    if after:
        try:
            last = _id(UUID(after), watches=watches)
        except ValueError as error:
            raise errors.Invalid("页码不对，请从第一页重新打开。") from error
        rest += [day_of(last), last if watches else md5(str(last).encode(), usedforsecurity=False).hexdigest()]
        page = f" AND (r.day, {order}) < (${len(values) + 1}, ${len(values) + 2})"
    async with transaction():
        conn = connection()
        total = await conn.fetchval(f"SELECT count(*) {_used(where, filters)}", *values)
        rows = await conn.fetch(
            f"SELECT r.*, {_STANDING} AS stood {where}{page} ORDER BY r.day DESC, {order} DESC LIMIT {SIZE + 1}", *rest
        )
        names = await units(by.region)
        lines = await lines_of(rows[:SIZE], names, masked=not watches)
    return Listed(tuple(lines), total, str(lines[-1].id) if len(rows) > SIZE else "", not watches)


async def shown(rating_id: UUID, *, by: Actor) -> Shown:
    """One rating. Raises NotFound for whoever may not know of it."""
    watches = oversees(by)
    rating_id = _id(rating_id, watches=watches)
    async with transaction():
        conn = connection()
        row = await conn.fetchrow(_ONE, day_of(rating_id), rating_id)
        if row is None or not visible(row, by):
            raise errors.NotFound(MISSING)
        names = await units(by.region)
        (line,) = await lines_of([{**row, "stood": row["standing"]}], names, masked=not watches)
        added = await conn.fetch(_ADDITIONS, rating_id)
        marks = await conn.fetch(_MARKS, rating_id) if watches else []
        problem = await conn.fetchrow(_PROBLEM, rating_id)
        events = await journal.lines("rating", rating_id) if watches else []
        return Shown(
            line=line,
            said=tuple((a["comment"] if watches else screen(a["comment"]).text, local(a["at"]).date()) for a in added),
            pictures=tuple(await pictures.of_rating(rating_id)) if oversees(by) and by.may(*OPENERS) else (),
            changes=tuple(
                Change(STANDINGS[m["was"]], STANDINGS[m["standing"]], m["reason"], m["by_name"], local(m["at"]))
                for m in marks
            ),
            events=tuple((EVENTS[one.event], local(one.at)) for one in events if one.event in EVENTS),
            at=local(row["at"]) if watches else None,
            case_id=row["case_id"] if oversees(by) and by.may(*OPENERS) else None,
            problem=(problem["id"], problem["number"]) if problem else None,
            watches=watches,
            standing=row["standing"],
        )


def _id(shown: UUID, *, watches: bool) -> UUID:
    """The id behind what a page calls a rating."""
    return shown if watches else vault.uncover(shown, _COVER)


def oversees(by: Actor) -> bool:
    """Whether somebody reads for the supervision; whoever belongs to a unit that is rated reads as that unit does."""
    return by.may(*WATCHERS) and not by.department


def visible(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether somebody may read a rating: supervisors their region's, the rated side its own."""
    if by.region != row["region_code"]:
        return False
    if oversees(by):
        return True
    if by.department:
        return by.department == row["department"] and by.may(*READERS)
    return by.may(Role.CLERK) and row["department"] == "" and row["window_name"] in ("", by.window)


async def names_of(region: str) -> dict[str, str]:
    """The units that ratings are about, by the value of the filter."""
    async with transaction():
        names = await units(region)
    return {THE_CENTRE: names.pop(""), **names}


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _clauses(filters: Filters) -> tuple[list[str], list[Any]]:
    """What the filters demand, with its values; the first four are region, since, end of `known`, until."""
    clauses: list[str] = []
    known = min(filters.known or LAST, LAST)
    values: list[Any] = [filters.since, _end(known), min(filters.until, known)]

    def demand(clause: str, value: Any) -> None:
        values.append(value)
        clauses.append(clause.format(f"${len(values) + 1}"))

    if filters.department:
        demand("r.department = {}", "" if filters.department == THE_CENTRE else filters.department)
    equals = {
        "window_name": filters.window,
        "item": filters.item,
        "channel": filters.channel,
        "kind": filters.kind,
        "step": filters.step,
        "source": filters.source,
    }
    for column, wanted in equals.items():
        if wanted:
            demand(f"r.{column} = {{}}", wanted)
    if filters.grade:
        grades = GROUPS.get(filters.grade) or tuple(g for g in GRADES if str(g) == filters.grade)
        demand("r.grade = ANY({}::smallint[])", list(grades))
    if filters.option:
        demand("{} = ANY(r.options)", CODES.get(filters.option, 0))
    if filters.standing:
        demand(f"({_STANDING.strip()}) = {{}}", filters.standing)
    return clauses, values


def _own(clauses: list[str], values: list[Any], by: Actor) -> tuple[list[str], list[Any]]:
    values = [*values, by.department]
    clauses = [*clauses, f"r.department = ${len(values) + 1}"]
    if not by.department:
        values.append(by.window)
        clauses.append(f"r.window_name IN ('', ${len(values) + 1})")
    return clauses, values


def _used(where: str, filters: Filters) -> str:
    # A statement names each of its values, or the server does not know what they are.
    return where if filters.standing else f"{where} AND $3::timestamptz IS NOT NULL"


async def lines_of(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, masked: bool) -> list[Line]:
    ids = [row["occasion_id"] for row in rows]
    found = await connection().fetch(_MATTERS, list({day_of(id) for id in ids}), ids)
    matters = {row["id"]: row["matter"] for row in found}
    added = {row["id"]: row for row in await connection().fetch(_ADDED, [row["id"] for row in rows])}
    return [
        Line(
            id=vault.cover(row["id"], _COVER) if masked else row["id"],
            day=row["day"],
            given=local(row["given_at"]).date(),
            grade=GRADES[row["grade"]],
            negative=row["grade"] in NEGATIVE,
            options=tuple(option_text(code) for code in row["options"]),
            comment=screen(row["comment"]).text if masked else row["comment"],
            matter=matters.get(row["occasion_id"], row["item"] or STEPS[row["step"]]),
            unit=row["window_name"] or names.get(row["department"], row["department"]),
            channel=CHANNELS.get(row["channel"], row["channel"]),
            kind=KINDS[row["kind"]],
            step=STEPS[row["step"]],
            source=SOURCES[row["source"]],
            standing=STANDINGS[row["stood"]],
            reason=row["reason"] if row["stood"] == row["standing"] else "",
            named=row["named"],
            additions=added[row["id"]]["additions"],
            pictures=added[row["id"]]["pictures"],
        )
        for row in rows
    ]
