"""The rows behind a figure: what was counted, one by one, for those who may see the unit.

A rating is named by its day and grade, never by hour, case or person: the rated side must not learn who rated
(R-HCP-5, R-HCP-10).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.oversight.indicators.populations import POPULATIONS
from lianban.oversight.indicators.reading import ALL, Period, Sheet, just_after, sheet
from lianban.rules.actors import Actor, Role
from lianban.rules.indicators import COUNTS, WHOLE
from lianban.rules.ratings import GRADES

PAGE = 50
WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD)
READERS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)
CENTRE = "窗口和中心"
REPORTS = {"rating": "评价", "standing": "评价的认定变化", "handling": "差评的处置结果"}
"""What an upward report tells of."""
_ROWS = f"""
SELECT * FROM ({{rows}}) rows WHERE {ALL} AND ($6::text = '{WHOLE}' OR department = $6)
ORDER BY day, title, id LIMIT {PAGE + 1} OFFSET $7
"""
# Of millions only the first pages are ever looked at: in the order of their index.
_MANY = _ROWS.replace("day, title, id", "day, id")


@dataclass(frozen=True, slots=True)
class Row:
    """Something that was counted, and for how much. `to` is where it is shown, "" for nowhere."""

    day: date
    title: str
    unit: str
    amount: int
    to: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of the rows of a count; `total` is what the figure says."""

    name: str
    words: str
    unit: str
    total: int
    rows: tuple[Row, ...]
    page: int
    more: bool


def scope(by: Actor) -> str | None:
    """Whose figures somebody may open: None all units', "" the window's and the centre's, else a department's own.

    Raises Forbidden.
    """
    if by.may(*WATCHERS):
        return None
    if not by.may(*READERS):
        raise errors.Forbidden("指标由窗口、部门和监督人员查看，请用相应的账号登录。")
    return by.department


async def units(region: str) -> dict[str, str]:
    """The names of all units: departments, and "" the windows with the centre; in the caller's transaction."""
    return {"": CENTRE, **await catalogue.departments(region)}


async def rows(
    name: str, *, period: Period, known: date, department: str, page: int = 1, by: Actor, at: datetime
) -> Rows:
    """The rows of a count of a unit, exactly those that the figure counts. Raises NotFound, Forbidden."""
    if name not in POPULATIONS:
        raise errors.NotFound("没有这个指标，请从指标页面重新打开。")
    mine = scope(by)
    unit = department if mine is None else mine
    known = min(known, local(at).date())
    found: Sheet = await sheet(by.region, period, known=known, at=at)
    one = POPULATIONS[name]
    statement = _MANY if one.where else _ROWS
    async with transaction():
        lines = await connection().fetch(
            statement.format(rows=one.rows),
            by.region,
            period.since,
            period.until,
            known,
            just_after(found.counted_at),
            unit,
            (page - 1) * PAGE,
        )
        names = await units(by.region)
        ids = [line["id"] for line in lines]
        problems = await _problems(ids) if one.of == "rating" else {}
    return Rows(
        name,
        COUNTS[name],
        "全部单位" if unit == WHOLE else names.get(unit, unit),
        found.of(unit).get(name, 0),
        tuple(
            Row(
                line["day"],
                _title(one.of, line["title"]),
                names.get(line["department"], line["department"]),
                line["amount"],
                _to(one.of, line["id"], line["case_id"], problems, by),
            )
            for line in lines[:PAGE]
        ),
        page,
        len(lines) > PAGE,
    )


async def _problems(ratings: list[UUID]) -> dict[UUID, UUID]:
    """Rating → the rectification that it has opened."""
    found = await connection().fetch("SELECT rating_id, id FROM rectifications WHERE rating_id = ANY($1)", ratings)
    return {row["rating_id"]: row["id"] for row in found}


def _title(of: str, title: str) -> str:
    if of == "rating":
        return GRADES[int(title)]
    return REPORTS[title] if of == "report" else title


def _to(of: str, id: UUID, case_id: UUID | None, problems: dict[UUID, UUID], by: Actor) -> str:
    if of == "rating":
        return f"/ratings/rectifications/{problems[id]}" if id in problems else ""
    if of == "rectification":
        return f"/ratings/rectifications/{id}"
    if of == "difficulty":
        return f"/difficulties/{id}"
    if of == "report" and by.may(Role.SUPERVISOR):
        return "/admin/upward"
    if of == "task" and by.department:
        return f"/tasks/{id}"
    if case_id and not by.department and of in ("task", "case") and by.may(Role.CLERK, Role.SUPERVISOR):
        return f"/window/cases/{case_id}"
    return ""
