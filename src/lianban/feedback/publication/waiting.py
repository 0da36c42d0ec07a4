"""What waits for a person to look at it, and what was decided: the lists of the one who screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.errors import NotFound
from lianban.feedback.publication.subjects import ADDED, KINDS, Subject, of_row, screening
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.ratings import GRADES

PAGE = 20
CENTRE = "政务服务中心（窗口）"
NO_PAGE = "没有这一页，请从第一页重新打开。"

_RATINGS = f"""
SELECT r.*, {ADDED} FROM ratings r WHERE r.region_code = $1 AND r.comment <> '' AND r.standing = 'counted'
  AND r.source = 'citizen' AND r.served_by <> $2 AND ($3::timestamptz IS NULL OR (r.at, r.id) < ($3, $4))
  AND NOT EXISTS (SELECT 1 FROM publications p WHERE p.kind = 'rating' AND p.subject_id = r.id)
ORDER BY r.at DESC, r.id DESC LIMIT {PAGE + 1}
"""
_PROBLEMS = f"""
SELECT r.*, COALESCE((SELECT s.note FROM rectification_steps s WHERE s.rectification_id = r.id
  AND s.event IN ('reply', 'explain') AND s.note <> '' ORDER BY s.id DESC LIMIT 1), '') AS result, r.closed_at AS at
FROM rectifications r WHERE r.region_code = $1 AND r.status = 'written_off' AND r.closed_at IS NOT NULL
  AND r.problem <> '' AND r.served_by <> $2 AND ($3::timestamptz IS NULL OR (r.closed_at, r.id) < ($3, $4))
  AND NOT EXISTS (SELECT 1 FROM publications p WHERE p.kind = 'problem' AND p.subject_id = r.id)
ORDER BY r.closed_at DESC, r.id DESC LIMIT {PAGE + 1}
"""
_DECIDED = f"""
SELECT * FROM publications WHERE region_code = $1 AND status = $2
  AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4)) ORDER BY at DESC, id DESC LIMIT {PAGE + 1}
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text to screen, as it is and as it would stand; `kinds` what was hidden, `abusive` what to look at."""

    kind: str
    kind_name: str
    id: UUID
    day: date
    department_name: str
    grade_name: str
    text: str
    hidden: str
    result: str
    hidden_result: str
    kinds: tuple[str, ...]
    abusive: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A text about which somebody has decided."""

    id: UUID
    kind: str
    kind_name: str
    subject_id: UUID
    department_name: str
    grade_name: str
    text: str
    result: str
    status: str
    reason: str
    by_name: str
    at: datetime


async def waiting(kind: str, *, by: Actor, after: str = "") -> tuple[list[Waiting], str]:
    """The texts that nobody has decided about, the latest first, and the cursor of the next page. A person's own
    ratings are not among them. Raises Forbidden, NotFound."""
    screening(by)
    moment, id = cursor(after)
    if kind not in KINDS:
        raise NotFound("没有这一类内容。")
    names = await catalogue.departments(by.region)
    async with transaction():
        rows = await connection().fetch(_RATINGS if kind == "rating" else _PROBLEMS, by.region, by.id, moment, id)
        found = [await of_row(kind, row) for row in rows[:PAGE]]
    return [_view(one, names) for one in found], following(rows)


async def decided(status: str, *, by: Actor, after: str = "") -> tuple[list[Decided], str]:
    """What was decided so, the latest first, and the cursor of the next page. Raises Forbidden, NotFound."""
    screening(by)
    moment, id = cursor(after)
    names = await catalogue.departments(by.region)
    async with transaction():
        rows = await connection().fetch(_DECIDED, by.region, status, moment, id)
    found = [
        Decided(
            id=row["id"],
            kind=row["kind"],
            kind_name=KINDS[row["kind"]],
            subject_id=row["subject_id"],
            department_name=unit_name(row["department"], names),
            grade_name=GRADES.get(row["grade"], ""),
            text=row["text"],
            result=row["result"],
            status=row["status"],
            reason=row["reason"],
            by_name=row["by_name"],
            at=local(row["at"]),
        )
        for row in rows[:PAGE]
    ]
    return found, following(rows)


def unit_name(department: str, names: dict[str, str]) -> str:
    """A unit in words; "" is the centre with its windows."""
    return names.get(department, department) or CENTRE


def cursor(text: str) -> tuple[datetime | None, UUID | None]:
    """Where a page goes on. Raises NotFound."""
    if not text:
        return None, None
    moment, _, id = text.partition("_")
    try:
        since, last = local(datetime.fromisoformat(moment)), UUID(id)
    except (ValueError, OverflowError) as error:
        raise NotFound(NO_PAGE) from error
    # Further back than this, a moment of Shanghai lies before the calendar of the database.
    if since.year < 2 or since.year > 9998:
        raise NotFound(NO_PAGE)
    return since, last


def following(rows: list[Any], size: int = PAGE, key: str = "at") -> str:
    """The cursor of the page after one of that size, "" on the last."""
    return f"{rows[size - 1][key].isoformat()}_{rows[size - 1]['id']}" if len(rows) > size else ""


def _view(one: Subject, names: dict[str, str]) -> Waiting:
    text, result = one.hidden(), one.hidden_result()
    return Waiting(
        kind=one.kind,
        kind_name=KINDS[one.kind],
        id=one.id,
        day=one.day,
        department_name=unit_name(one.department, names),
        grade_name=GRADES.get(one.grade or 0, ""),
        text=one.text,
        hidden=text.text,
        result=one.result,
        hidden_result=result.text,
        kinds=tuple(dict.fromkeys((*text.kinds, *result.kinds))),
        abusive=tuple(dict.fromkeys((*text.abusive, *result.abusive))),
    )
