"""Who is complained of again and again: person, window or department. It rises to the next level, which has a talk.

Counted are negative ratings that were verified and not found void, within the time that the region looks back, and
since the last time it rose: each new round goes one level higher.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.casework.policies import policy
from lianban.feedback.campaigns.causes import WATCHERS, looked_back
from lianban.feedback.campaigns.keeping import said
from lianban.feedback.publication.waiting import unit_name
from lianban.outbox import Message
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import ROLE_NAMES, SYSTEM, Actor, Role
from lianban.tables.ids import new_id

KINDS = {"person": "人员", "window": "窗口", "department": "单位"}
LEVELS = (Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
"""Each round goes one level higher. Whoever has no head above in the house begins with the supervisors."""
LIMIT = 200

_SUBJECT = "SELECT region_code, department, window_name, served_by FROM rectifications WHERE id = $1"
_COLUMNS: Final = {"person": "served_by", "window": "window_name", "department": "department"}
_ROUNDS = "SELECT * FROM repeated_faults WHERE region_code = $1 AND kind = $2 AND subject = $3 ORDER BY at DESC"
_RAISE = """
INSERT INTO repeated_faults (id, region_code, kind, subject, name, department, problems, level, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LIST = f"""
SELECT * FROM repeated_faults WHERE region_code = $1 AND ($2 = '' OR department = $2) AND ($3 = '' OR subject <> $3)
ORDER BY talked_at IS NOT NULL, at DESC, id DESC LIMIT {LIMIT}
"""
_HELD = "SELECT * FROM repeated_faults WHERE id = $1 AND region_code = $2 FOR UPDATE"
_TALK = "UPDATE repeated_faults SET talked_at = $2, talked_by = $3, talked_by_name = $4, talk = $5 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Fault:
    """A round; `mine` whether this person is the one to have the talk."""

    id: UUID
    kind_name: str
    name: str
    department_name: str
    count: int
    level_name: str
    at: datetime
    talked_at: datetime | None
    talked_by_name: str
    talk: str
    mine: bool


async def follow(message: Message, at: datetime) -> None:
    """A problem was verified and passed on: count anew. A handler of the outbox; may be repeated."""
    await count(UUID(message.payload["rectification"]), at=at)


async def count(problem: UUID, *, at: datetime) -> int:
    """Count whom a verified problem concerns; how many rounds have begun."""
    begun = 0
    async with transaction():
        row = await connection().fetchrow(_SUBJECT, problem)
        if row is None:
            return 0
        least = (await policy(row["region_code"])).offender
        for kind, column in _COLUMNS.items():
            if row[column]:
                begun += await _count(kind, column, row, least, at=at)
    return begun


async def faults(*, by: Actor) -> list[Fault]:
    """The rounds that this person may see, those without a talk first: watchers all of the region, the head of a
    department those of the department; nobody the own one. Raises Forbidden."""
    if not by.may(*WATCHERS, Role.DEPARTMENT_HEAD):
        raise errors.Forbidden("反复差评的名单由监督员、政府负责人和部门负责人查看。")
    department = "" if by.may(*WATCHERS) else by.department
    names = await catalogue.departments(by.region)
    async with transaction():
        rows = await connection().fetch(_LIST, by.region, department, by.id)
    return [_view(row, names, by) for row in rows]


async def talk(id: UUID, note: str, *, by: Actor, at: datetime) -> None:
    """约谈: what was said and agreed. Raises NotFound, Forbidden when it is another level's or one's own, Conflict when
    it was had already, Invalid."""
    text = said(note, "talk", "约谈情况和要求")
    async with transaction():
        row = await connection().fetchrow(_HELD, id, by.region)
        if row is None or not by.may(*WATCHERS, Role.DEPARTMENT_HEAD):
            raise errors.NotFound("没有找到这条记录，请刷新页面。")
        if row["talked_at"] and (row["talked_by"], row["talk"]) == (by.id, text):
            return
        if row["talked_at"]:
            raise errors.Conflict(f"{row['talked_by_name']}已经约谈过了，请刷新页面。")
        if not _mine(row, by):
            raise errors.Forbidden(f"这一次由{ROLE_NAMES[Role(row['level'])]}约谈，本人不能约谈自己。")
        await connection().execute(_TALK, id, at, by.id, by.name, text)
        await journal.record(
            "rating",
            id,
            "fault talked about",
            by=by,
            at=at,
            region=row["region_code"],
            department=row["department"],
            content={},
        )


async def _count(kind: str, column: str, row: Any, least: int, *, at: datetime) -> int:
    subject, region = row[column], row["region_code"]
    # Two problems of the same person at once are counted one after the other.
    lock = f"fault {region} {kind} {subject}"
    await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)
    rounds = await connection().fetch(_ROUNDS, region, kind, subject)
    counted = [id for one in rounds for id in one["problems"]]
    rows = await connection().fetch(
        f"""SELECT id FROM rectifications WHERE region_code = $1 AND {column} = $2 AND source = 'rating'
        AND status NOT IN ('pending', 'void') AND finding <> 'unfounded' AND opened_at > $3 AND id <> ALL($4)
        ORDER BY id""",
        region,
        subject,
        await looked_back(region, at),
        counted,
    )
    if len(rows) < least:
        return 0
    department = row["department"]
    first = 0 if department and kind != "department" else 1
    level = LEVELS[min(first + len(rounds), len(LEVELS) - 1)]
    id = new_id(at)
    await connection().execute(
        _RAISE,
        id,
        region,
        kind,
        subject,
        await _name(kind, subject, region),
        department,
        [one["id"] for one in rows],
        level.value,
        at,
    )
    await journal.record(
        "rating",
        id,
        "fault raised",
        by=SYSTEM,
        at=at,
        region=region,
        department=department,
        content={"kind": kind, "level": level.value, "problems": len(rows)},
    )
    return 1


async def _name(kind: str, subject: str, region: str) -> str:
    if kind == "person":
        return str(await connection().fetchval("SELECT name FROM people WHERE id::text = $1", subject) or subject)
    return (await catalogue.departments(region)).get(subject, subject)


def _mine(row: Any, by: Actor) -> bool:
    level = Role(row["level"])
    if by.id == row["subject"] or not by.may(level):
        return False
    return level is not Role.DEPARTMENT_HEAD or by.department == row["department"]


def _view(row: Any, names: dict[str, str], by: Actor) -> Fault:
    return Fault(
        id=row["id"],
        kind_name=KINDS[row["kind"]],
        name=row["name"],
        department_name=unit_name(row["department"], names),
        count=len(row["problems"]),
        level_name=ROLE_NAMES[Role(row["level"])],
        at=local(row["at"]),
        talked_at=local(row["talked_at"]) if row["talked_at"] else None,
        talked_by_name=row["talked_by_name"],
        talk=row["talk"],
        mine=row["talked_at"] is None and _mine(row, by),
    )
