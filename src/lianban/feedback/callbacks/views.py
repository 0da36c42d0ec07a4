"""What pages show of call-backs: the work list, one call-back with all that a caller should know, figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.feedback import matters
from lianban.feedback.callbacks.calling import HELD_FOR
from lianban.feedback.callbacks.keeping import MISSING, WATCHERS, subject_of, visible
from lianban.feedback.callbacks.words import LINES, SOURCES, STATES, outcome_text
from lianban.feedback.matters import Clock, Mark
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.callbacks import Question, questions
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import buttons
from lianban.rules.ratings import GRADES, option_text
from lianban.rules.ratings.rates import percent

READERS = (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR)
PAGE = 50
CENTRE = "综合窗口"
DUE = "due"
"""As a state: all that was to be called, the base of 回访率."""

_MINE = """
b.region_code = $1 AND ($2 OR ((b.window_name = '' OR b.window_name <> $3) AND NOT b.served_by && $4::text[]))
"""
_PERIOD = "($5::timestamptz IS NULL OR b.ready_at >= $5) AND ($6::timestamptz IS NULL OR b.ready_at < $6)"
_LIST = f"""
SELECT b.*, c.number AS case_number, (SELECT count(*) FROM callback_attempts a WHERE a.callback_id = b.id) AS tried
FROM callbacks b LEFT JOIN cases c ON c.id = b.case_id
WHERE {_MINE} AND {_PERIOD} AND ($7 = '' OR b.source = $7)
  AND ($8 = '' OR b.status = $8 OR $8 = 'due' AND b.status <> 'dropped')
ORDER BY b.closed_at DESC NULLS FIRST, b.ready_at NULLS LAST, b.id LIMIT $9 OFFSET $10
"""
_COUNTS = f"""
SELECT status, count(*) FROM callbacks b WHERE {_MINE} AND {_PERIOD} AND ($7 = '' OR b.source = $7) GROUP BY status
"""
_FIGURES = """
SELECT source, count(*) AS due, count(*) FILTER (WHERE status = 'done') AS done,
  count(*) FILTER (WHERE status = 'unreached') AS unreached, count(*) FILTER (WHERE status = 'pending') AS open,
  count(*) FILTER (WHERE satisfied) AS satisfied, count(*) FILTER (WHERE satisfied IS NOT NULL) AS said,
  count(rectification_id) AS problems
FROM callbacks WHERE region_code = $1 AND ready_at >= $2 AND ready_at < $3 AND status <> 'dropped' GROUP BY source
"""
_ONE = "SELECT b.*, c.number AS case_number FROM callbacks b LEFT JOIN cases c ON c.id = b.case_id WHERE b.id = $1"
_ATTEMPTS = "SELECT outcome, note, by_name, at FROM callback_attempts WHERE callback_id = $1 ORDER BY at, id"
_TWINS = "SELECT count(*) FROM callbacks WHERE case_id = $1 AND id <> $2 AND status = 'pending'"
_CASE = "SELECT number, bundle_name, window_name, closed_at FROM cases WHERE id = $1"
_PROBLEM = """
SELECT r.number, r.source, r.grade, r.options, r.problem, r.opened_at,
  (SELECT note FROM rectification_steps s
   WHERE s.rectification_id = r.id AND s.shown = 'citizen' AND s.status = 'replied'
   ORDER BY s.at DESC, s.id DESC LIMIT 1) AS reply
FROM rectifications r WHERE r.id = $1
"""
_REQUEST = "SELECT number, problem, wish, reply, registered_at FROM difficulties WHERE id = $1"

_OF_PROBLEM = """
SELECT * FROM callbacks WHERE source = 'rectification' AND source_id = $1 AND region_code = $2
ORDER BY opened_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which call-backs: `since` and `until` are days on which they became due, both included."""

    state: str = "pending"
    source: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """A call-back in the list. No name and no number: those open for the one who calls."""

    id: UUID
    source: str
    matter: str
    number: str
    window: str
    department: str
    status: str
    ready_at: datetime | None
    closed_at: datetime | None
    tried: int
    remaining: Remaining | None
    satisfied: bool | None
    problem: bool
    held_by: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list, and how many there are in each state."""

    lines: tuple[CallbackLine, ...]
    counts: Mapping[str, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call: what came of it, who called, when."""

    outcome: str
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the journal, in words."""

    at: datetime
    words: str
    by_name: str


@dataclass(frozen=True, slots=True)
class CallbackView:
    """Everything about one call-back. `about` is what the caller should know; `barred` why nobody may call now."""

    line: CallbackLine
    about: tuple[tuple[str, str], ...]
    clocks: tuple[Clock, ...]
    marks: tuple[Mark, ...]
    attempts: tuple[Attempt, ...]
    most: int
    asked: tuple[Question, ...]
    answers: tuple[Mapping[str, str], ...]
    note: str
    by_name: str
    barred: str
    calls: bool
    """Whether this person may call at all."""
    mine: bool
    """The number was opened by this person."""
    twins: int
    units: Mapping[str, str]
    source_id: UUID
    rectification_id: UUID | None
    story: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """回访率 of a kind of call-back: `done` out of `due`, those that became due in the period."""

    source: str
    due: int
    done: int
    unreached: int
    open: int
    satisfied: int
    said: int
    problems: int

    @property
    def rate(self) -> str:
        """Called back of those to be called, truncated."""
        return percent(self.done, self.due)

    @property
    def content(self) -> str:
        """Content of those who said whether they are, truncated."""
        return percent(self.satisfied, self.said)


async def listing(*, by: Actor, filters: Filters, at: datetime) -> Found:
    """The call-backs of the region that this person may know of, the open ones by urgency."""
    page = max(1, filters.page)
    period = _instant(filters.since), _instant(filters.until, 1)
    mine = (by.region, by.may(*WATCHERS), by.window, [by.id, *(away.id for away in by.stands_for)])
    state = filters.state if filters.state in (*STATES, DUE) else ""
    source = filters.source if filters.source in SOURCES else ""
    async with transaction():
        rows = await connection().fetch(_LIST, *mine, *period, source, state, PAGE, (page - 1) * PAGE)
        counts = {r["status"]: r["count"] for r in await connection().fetch(_COUNTS, *mine, *period, source)}
        clocks = await matters.clocks_of([row["id"] for row in rows], at=at)
        names = await catalogue.departments(by.region) if rows else {}
    shown = [s for s in counts if state in ("", s) or (state == DUE and s != "dropped")]
    total = sum(counts[s] for s in shown)
    lines = tuple(_line(row, clocks[row["id"]], names, at) for row in rows)
    return Found(lines, counts, page, max(1, -(-total // PAGE)))


async def one(id: UUID, *, by: Actor, at: datetime) -> CallbackView:
    """One call-back. Raises NotFound for whoever may not know of it."""
    async with transaction():
        row = await connection().fetchrow(_ONE, id)
        if row is None or not visible(row, by):
            raise errors.NotFound(MISSING)
        attempts = [
            Attempt(outcome_text(a["outcome"]), a["note"], a["by_name"], local(a["at"]))
            for a in await connection().fetch(_ATTEMPTS, id)
        ]
        names = await catalogue.departments(row["region_code"])
        clocks = (await matters.clocks_of([id], at=at))[id]
        subject = await subject_of(row, [a.at for a in attempts], at=at)
        marks = (await matters.marks_of([id]))[id]
        about = await _about(row)
        story = await journal.lines("rating", id)
        twins = await connection().fetchval(_TWINS, row["case_id"], id) if row["case_id"] else 0
    line = _line({**row, "tried": len(attempts)}, clocks, names, at)
    return CallbackView(
        line=line,
        about=about,
        clocks=tuple(clocks),
        marks=tuple(marks),
        attempts=tuple(attempts),
        most=subject.most,
        asked=questions(row["region_code"], row["source"]),
        answers=tuple(json.loads(row["answers"])) if row["answers"] else (),
        note=row["note"],
        by_name=row["by_name"],
        barred=subject.barred,
        calls="reach" in buttons(subject, by),
        mine=row["held_by"] == by.id and row["status"] == "pending",
        twins=twins,
        units={"": CENTRE, **names},
        source_id=row["source_id"],
        rectification_id=row["rectification_id"],
        story=tuple(Told(local(each.at), LINES[each.event], each.by_name or SYSTEM.name) for each in story),
    )


async def of_problem(rectification_id: UUID, *, by: Actor) -> UUID | None:
    """The call-back about a problem, the last one, where this person may open it."""
    if not by.may(*READERS):
        return None
    async with transaction():
        row = await connection().fetchrow(_OF_PROBLEM, rectification_id, by.region)
    return row["id"] if row and visible(row, by) else None


async def figures(since: date, until: date, *, by: Actor) -> list[Figure]:
    """How many became due from `since` to `until` (both included), and what came of them, each kind for itself."""
    posts.require(by, *WATCHERS, region=by.region)
    async with transaction():
        rows = await connection().fetch(_FIGURES, by.region, _instant(since), _instant(until, 1))
    found = {row["source"]: Figure(**row) for row in rows}
    return [found.get(source, Figure(source, 0, 0, 0, 0, 0, 0, 0)) for source in SOURCES]


async def _about(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    conn, found = connection(), list[tuple[str, str]]()
    if row["source"] == "rectification":
        problem = await conn.fetchrow(_PROBLEM, row["source_id"])
        grade = GRADES[problem["grade"]] if problem["grade"] else ""
        found += [
            ("评价", grade),
            ("原因", "；".join(option_text(code) for code in problem["options"])),
            ("群众说", problem["problem"]),
            ("提出时间", f"{local(problem['opened_at']):%Y年%-m月%-d日}"),
            ("答复", problem["reply"] or ""),
        ]
    elif row["source"] == "difficulty":
        request = await conn.fetchrow(_REQUEST, row["source_id"])
        found += [
            ("诉求", request["problem"]),
            ("希望", request["wish"]),
            ("登记时间", f"{local(request['registered_at']):%Y年%-m月%-d日}"),
            ("答复", request["reply"]),
        ]
    case = await conn.fetchrow(_CASE, row["case_id"]) if row["case_id"] else None
    if case is not None:
        closed = f"{local(case['closed_at']):%Y-%m-%d}" if case["closed_at"] else ""
        found += [
            ("办件", f"{case['number'] or ''}　{case['bundle_name']}"),
            ("办理窗口", case["window_name"]),
            ("办结日期", closed),
        ]
    return tuple((label, text) for label, text in found if text)


def _line(row: Mapping[str, Any], clocks: list[Clock], names: Mapping[str, str], at: datetime) -> CallbackLine:
    running = next((clock for clock in clocks if clock.stopped_at is None), None)
    held = row["held_at"] is not None and at - row["held_at"] < HELD_FOR and row["closed_at"] is None
    return CallbackLine(
        id=row["id"],
        source=row["source"],
        matter=row["matter"],
        number=row["case_number"] or "",
        window=row["window_name"],
        department=names.get(row["department"], row["department"]),
        status=row["status"],
        ready_at=local(row["ready_at"]) if row["ready_at"] else None,
        closed_at=local(row["closed_at"]) if row["closed_at"] else None,
        tried=row["tried"],
        remaining=running.remaining if running else None,
        satisfied=row["satisfied"],
        problem=row["rectification_id"] is not None,
        held_by=row["held_by_name"] if held else "",
    )


def _instant(day: date | None, later: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=later), time(), SHANGHAI) if day else None
