"""What may be published: the words of a counted rating, a problem that was put right with its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.feedback.ratings.giving import PERSON
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings.screening import Screened, screen
from lianban.tables.ids import day_of

KINDS = {"rating": "评价的文字", "problem": "问题和整改结果"}
GONE = "没有找到可以公开的内容，请刷新页面。"

ADDED = """
ARRAY(SELECT a.comment FROM rating_additions a WHERE a.rating_id = r.id AND a.comment <> '' ORDER BY a.at) AS added
"""
RATING = f"SELECT r.*, {ADDED} FROM ratings r WHERE r.day = $1 AND r.id = $2 FOR UPDATE OF r"
PROBLEM = """
SELECT r.*, COALESCE((SELECT s.note FROM rectification_steps s WHERE s.rectification_id = r.id
  AND s.event IN ('reply', 'explain') AND s.note <> '' ORDER BY s.id DESC LIMIT 1), '') AS result
FROM rectifications r WHERE r.id = $1 FOR UPDATE OF r
"""
_NAMES = """
SELECT name FROM people WHERE region_code = $1
UNION SELECT name FROM parties WHERE case_id = $2
UNION SELECT applicant FROM cases WHERE id = $2 UNION SELECT subject FROM cases WHERE id = $2
UNION SELECT value FROM facts WHERE case_id = $2 AND element LIKE '%name%' AND superseded_at IS NULL
"""
_PERSON = "SELECT sealed FROM rating_people WHERE rating_id = $1"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something whose words may be published, with everybody whose name must not stand in them."""

    kind: str
    id: UUID
    region: str
    day: date
    department: str
    grade: int | None
    served_by: str
    text: str
    result: str
    names: frozenset[str]

    def hidden(self, also: tuple[str, ...] = ()) -> Screened:
        """The words with what must be hidden."""
        return screen(self.text, self.names, also)

    def hidden_result(self, also: tuple[str, ...] = ()) -> Screened:
        """The result with what must be hidden."""
        return screen(self.result, self.names, also)


def screening(by: Actor) -> None:
    """Raise Forbidden unless this person screens."""
    if not by.may(Role.SUPERVISOR):
        raise errors.Forbidden("评价文字公开前的审核由监督员办理。")


async def subject(kind: str, id: UUID, *, by: Actor) -> Subject:
    """What is to be screened, locked. Raises NotFound, Conflict for what does not count or is not finished, Forbidden
    for the person whom it is about."""
    screening(by)
    if kind not in KINDS:
        raise errors.NotFound(GONE)
    row = await connection().fetchrow(RATING, day_of(id), id) if kind == "rating" else None
    row = await connection().fetchrow(PROBLEM, id) if kind == "problem" else row
    if row is None or row["region_code"] != by.region:
        raise errors.NotFound(GONE)
    if row["served_by"] and row["served_by"] == by.id:
        raise errors.Forbidden("被评价的人不能审核对自己的评价，请由其他监督员办理。")
    return await of_row(kind, row)


async def of_row(kind: str, row: Mapping[str, Any]) -> Subject:
    """A row as something to be screened. Raises Conflict for what may not be published whatever it says."""
    if kind == "rating":
        if row["standing"] != "counted" or row["source"] != "citizen":
            raise errors.Conflict("这条评价没有计入（单独列出、认定无效或者不是群众评价），不能公开。")
        text, result, day = "\n补充：".join((row["comment"], *row["added"])), "", row["day"]
    else:
        if row["status"] != "written_off":
            raise errors.Conflict("问题还没有销号，销号后才能公开整改结果。")
        text, result, day = row["problem"], row["result"], local(row["opened_at"]).date()
    return Subject(
        kind=kind,
        id=row["id"],
        region=row["region_code"],
        day=day,
        department=row["department"],
        grade=row["grade"],
        served_by=row["served_by"],
        text=text,
        result=result,
        names=await _names(row["region_code"], row["case_id"], row["id"] if kind == "rating" else row["rating_id"]),
    )


async def _names(region: str, case_id: UUID | None, rating_id: UUID | None) -> frozenset[str]:
    """Everybody whom the house, the case and the rating know."""
    found = {row["name"] for row in await connection().fetch(_NAMES, region, case_id)}
    sealed = await connection().fetchval(_PERSON, rating_id) if rating_id else None
    if sealed:
        found.add(vault.unseal(sealed, PERSON).get("name", ""))
    return frozenset(name for name in found if name)


def month_of(day: date | datetime) -> date:
    """The first day of a month."""
    return date(day.year, day.month, 1)
