"""Appeals as pages show them. The rated side reads reasons and numbers, not who voted how; nobody reads who rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.feedback import matters
from lianban.feedback.appeals.filing import appeal, rated_unit
from lianban.feedback.appeals.rows import MISSING, NO_PROBLEM, PROBLEM, Held, held, unit_name, until
from lianban.feedback.matters import Clock, Mark
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.appeals import GROUNDS, VOTES
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import AppealLife, buttons, stage_name
from lianban.rules.ratings import GRADES, option_text
from lianban.rules.ratings.screening import screen
from lianban.tables.ids import day_of

WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD)
SIDES = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)
MOST = 200
APPEAL_WORDS = {
    "appeal filed": "提出申诉",
    "appeal withdraw": "撤回申诉",
    "appeal convene": "组成评审小组",
    "appeal replace": "更换评审小组成员",
    "appeal vote": "一名成员表决",
    "appeal uphold": "评审小组认定评价有效",
    "appeal overturn": "评审小组认定评价无效",
    "limit marked": "期限提示",
}
"""What is written into the journal of an appeal, in Chinese."""

_LISTED = f"""
SELECT a.*, r.number AS problem, EXISTS (
  SELECT 1 FROM appeal_members m WHERE m.appeal_id = a.id AND m.person = $2 AND m.left_at IS NULL
) AS seated, EXISTS (
  SELECT 1 FROM appeal_members m WHERE m.appeal_id = a.id AND m.person = $2 AND m.left_at IS NULL AND m.voted_at IS NULL
) AS owes FROM appeals a JOIN rectifications r ON r.id = a.rectification_id
WHERE a.region_code = $1 AND ($3 OR (a.department = $4 AND $5) OR EXISTS (
  SELECT 1 FROM appeal_members m WHERE m.appeal_id = a.id AND m.person = $2 AND m.left_at IS NULL))
  AND ($6 = 'all' OR (a.closed_at IS NULL) = ($6 = 'open'))
ORDER BY a.closed_at IS NOT NULL, a.filed_at DESC, a.id LIMIT {MOST}
"""
_FILES = "SELECT id, name, media_type, sha256 FROM appeal_files WHERE appeal_id = $1 ORDER BY id"
_RATING = "SELECT grade, options, comment, item, window_name, at FROM ratings WHERE day = $1 AND id = $2"
_OF = "SELECT id, number, status, told, filed_at FROM appeals WHERE rectification_id = $1 ORDER BY id"
_CITIZEN = "SELECT status, told FROM appeals WHERE rating_id = $1 AND status <> 'withdrawn' ORDER BY id"


@dataclass(frozen=True, slots=True)
class Line:
    """An appeal in a list; `owes` is whether this person still has to vote."""

    id: UUID
    number: str
    problem: str
    unit: str
    ground: str
    status: str
    status_name: str
    filed: date
    owes: bool
    remaining: Remaining | None


@dataclass(frozen=True, slots=True)
class FileView:
    """A piece of evidence."""

    id: UUID
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A member as this reader may see it; `person` is "" for those who may not know who it is."""

    person: str
    name: str
    unit: str
    voted: bool
    vote: str
    ground: str
    reason: str
    left: str


@dataclass(frozen=True, slots=True)
class AppealView:
    """All about an appeal that this reader may see; `steps` are the buttons of the life."""

    id: UUID
    number: str
    problem_id: UUID
    problem_number: str
    opens_problem: bool
    rated_side: bool
    watches: bool
    unit: str
    window: str
    grade: str
    options: tuple[str, ...]
    comment: str
    rated_on: date
    ground: str
    statement: str
    files: tuple[FileView, ...]
    status: str
    status_name: str
    filed_by: str
    filed_at: datetime
    convened_by: str
    least: int
    seats: tuple[Seat, ...]
    seated: bool
    told: str
    steps: dict[str, list[str]]
    clocks: list[Clock]
    marks: list[Mark]
    history: tuple[tuple[datetime, str, str], ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """Appeals about one rectification, and whether this person may file one now; `why` not."""

    problem_id: UUID
    number: str
    grade: str
    problem: str
    options: tuple[str, ...]
    there: tuple[tuple[UUID, str, str, str], ...]
    why: str
    due: datetime | None


async def listing(state: str, *, by: Actor, at: datetime) -> list[Line]:
    """The appeals this person may see (`state`: open, done, all): the own unit's, those on whose panel one sits; for
    supervisors, the auditor and the head of the government all of the region. Raises Forbidden."""
    if not by.may(*WATCHERS, *SIDES):
        raise errors.Forbidden("差评申诉由被评价的一方、评审小组和监督员办理。")
    chosen = state if state in ("open", "done") else "all"
    watches, side = _watches(by), by.may(*SIDES)
    async with transaction():
        rows = await connection().fetch(_LISTED, by.region, by.id, watches, by.department, side, chosen)
        clocks = await matters.clocks_of([row["id"] for row in rows], at=at)
    return [
        Line(
            id=row["id"],
            number=row["number"],
            problem=row["problem"],
            unit=await unit_name(by.region, row["department"]),
            ground=GROUNDS[row["ground"]],
            status=row["status"],
            status_name=stage_name(AppealLife, row["status"]),
            filed=local(row["filed_at"]).date(),
            owes=row["owes"] and row["status"] == "reviewing",
            remaining=next((one.remaining for one in clocks[row["id"]]), None),
        )
        for row in rows
    ]


async def one(appeal_id: UUID, *, by: Actor, at: datetime) -> AppealView:
    """An appeal. Raises NotFound for whoever has nothing to do with it."""
    async with transaction():
        found = await _seen(appeal_id, by)
        files = await connection().fetch(_FILES, appeal_id)
        id = found.appeal["rating_id"]
        rating = await connection().fetchrow(_RATING, day_of(id), id)
        clocks = await matters.clocks_of([appeal_id], at=at)
        marks = await matters.marks_of([appeal_id])
    lines = await journal.lines("rating", appeal_id)
    told, watches, side = found.appeal, _watches(by), found.row.rated_side(by)
    return AppealView(
        id=appeal_id,
        number=told["number"],
        problem_id=found.problem["id"],
        problem_number=found.problem["number"],
        opens_problem=watches or side,
        rated_side=side,
        watches=watches,
        unit=await unit_name(found.row.region, found.row.department),
        window=rating["window_name"],
        grade=GRADES[rating["grade"]],
        options=tuple(option_text(code) for code in rating["options"]),
        comment=rating["comment"] if watches else screen(rating["comment"]).text,
        rated_on=local(rating["at"]).date(),
        ground=GROUNDS[told["ground"]],
        statement=told["statement"],
        files=tuple(FileView(one["id"], one["name"], one["media_type"]) for one in files),
        status=found.row.state,
        status_name=found.row.stage.name,
        filed_by=told["filed_by_name"],
        filed_at=local(told["filed_at"]),
        convened_by=told["convened_by_name"],
        least=found.policy.panel_size,
        seats=_seats(found, by, watches=watches),
        seated=by.id in found.row.votes,
        told=told["told"],
        steps=buttons(found.row, by),
        clocks=clocks[appeal_id],
        marks=marks[appeal_id],
        history=tuple(
            (local(line.at), APPEAL_WORDS[line.event], line.by_name if watches and "vote" not in line.event else "")
            for line in lines
        ),
    )


async def evidence(appeal_id: UUID, file_id: UUID, *, by: Actor) -> tuple[str, str, str]:
    """Where a piece of evidence is kept, its name and type. Raises NotFound."""
    async with transaction():
        await _seen(appeal_id, by)
        rows = await connection().fetch(_FILES, appeal_id)
    row = next((one for one in rows if one["id"] == file_id), None)
    if row is None:
        raise errors.NotFound("没有找到这份证据。")
    return f"appeals/{appeal_id}/{row['sha256']}", row["name"], row["media_type"]


async def opening(rectification_id: UUID, *, by: Actor, at: datetime) -> Opening:
    """What the form of an appeal shows. Raises NotFound for who is neither the rated side nor a watcher."""
    async with transaction():
        problem = await connection().fetchrow(f"{PROBLEM} AND region_code = $2", rectification_id, by.region)
        if problem is None or not (_watches(by) or await rated_unit(problem, by) is not None):
            raise errors.NotFound(NO_PROBLEM)
        return await of_rectification(problem, by=by, at=at)


async def of_rectification(problem: Mapping[str, Any], *, by: Actor, at: datetime) -> Opening:
    """Appeals about a rectification whose row is given, in the caller's transaction."""
    rows = await connection().fetch(_OF, problem["id"])
    due = await until(problem)
    return Opening(
        problem_id=problem["id"],
        number=problem["number"],
        grade=GRADES.get(problem["grade"] or 0, ""),
        problem=problem["problem"] if _watches(by) else screen(problem["problem"]).text,
        options=tuple(option_text(code) for code in problem["options"]),
        there=tuple((row["id"], row["number"], stage_name(AppealLife, row["status"]), row["told"]) for row in rows),
        why=await appeal(problem, by=by, at=at),
        due=due.instant if due else None,
    )


async def for_citizen(rating_id: UUID) -> tuple[str, ...]:
    """What the one who rated is told about appeals against the rating."""
    async with transaction():
        rows: Sequence[Mapping[str, Any]] = await connection().fetch(_CITIZEN, rating_id)
    open = "被评价的一方对这条评价提出了申诉，由没有被评价单位的人参加的评审小组评审。评审期间整改照常进行。"
    return tuple(row["told"] or open for row in rows)


def _watches(by: Actor) -> bool:
    """Whether somebody reads for the supervision; whoever belongs to a unit besides reads as that unit does."""
    return by.may(*WATCHERS) and not by.department


async def _seen(appeal_id: UUID, by: Actor) -> Held:
    found = await held(appeal_id, by=by, lock=False)
    side = found.row.appellant(by)
    if not (_watches(by) or side or by.id in found.row.votes):
        raise errors.NotFound(MISSING)
    return found


def _seats(found: Held, by: Actor, *, watches: bool) -> tuple[Seat, ...]:
    """The panel. Nobody sees a vote before all have voted, but one's own; the rated side never sees the names."""
    decided = found.row.state in VOTES
    named = watches or by.id in found.row.votes
    seats = []
    for number, one in enumerate(found.members, 1):
        open = bool(one["vote"]) and (decided or one["person"] == by.id)
        seats.append(
            Seat(
                person=one["person"] if named else "",
                name=one["name"] if named else f"成员 {number}",
                unit=one["unit"] if named else "",
                voted=one["voted_at"] is not None,
                vote=VOTES[one["vote"]] if open else "",
                ground=GROUNDS.get(one["ground"], "") if open else "",
                reason=one["reason"] if open else "",
                left=one["left_reason"] if one["left_at"] else "",
            )
        )
    return tuple(seats)
