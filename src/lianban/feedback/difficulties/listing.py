"""Lists of requests: what waits for me, what is open, overdue, done; and what every figure counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, datetime
from typing import NamedTuple
from uuid import UUID

from lianban.casework import catalogue
from lianban.casework.calendars import calendar_of
from lianban.errors import Forbidden
from lianban.feedback.difficulties.rows import READERS
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.clock import Remaining
from lianban.rules.difficulties import CATEGORIES, taxonomy

PAGE = 50
TABS = {"todo": "待我办理", "open": "未办结", "late": "已逾期", "done": "已结束", "": "全部"}

OVERRUN = """
EXISTS (SELECT 1 FROM matter_clocks k WHERE k.matter = 'difficulty' AND k.matter_id = d.id
  AND k.kind IN ('answer', 'opinion') AND COALESCE(k.stopped_at, $4) > k.due_at)
"""
LATE = """
EXISTS (SELECT 1 FROM matter_clocks k WHERE k.matter = 'difficulty' AND k.matter_id = d.id AND k.stopped_at IS NULL
  AND k.due_at < $4)
"""
COUNTED = {
    "received": "true",
    "excluded": "d.status = 'out_of_scope'",
    "open": "d.closed_at IS NULL",
    "answered": "d.replied_at IS NOT NULL AND d.status <> 'out_of_scope'",
    "in_time": f"d.replied_at IS NOT NULL AND d.status <> 'out_of_scope' AND NOT {OVERRUN}",
    "closed": "d.status = 'closed'",
    "solved": "d.status = 'closed' AND d.result = 'solved' AND d.satisfied IS NOT FALSE",
    "displeased": "d.satisfied IS FALSE",
    "referred": "EXISTS (SELECT 1 FROM difficulty_notes n WHERE n.difficulty_id = d.id AND n.kind = 'escalated')",
}
"""What a figure counts, as a condition on `d`; $4 is now."""

SEEN = """
d.region_code = $1 AND d.about_person <> $2 AND ($3 = '' OR EXISTS (SELECT 1 FROM difficulty_parts p
  WHERE p.difficulty_id = d.id AND p.department = $3 AND p.status NOT IN ('returned', 'ended')))
"""
"""What somebody may see: $1 the region, $2 who looks, $3 the department."""
_TODO = {
    "centre": "d.status IN ('registered', 'triaged', 'called_back')",
    "unit": """EXISTS (SELECT 1 FROM difficulty_parts p WHERE p.difficulty_id = d.id AND p.department = $3
      AND p.status IN ('waiting', 'accepted')) AND d.status IN ('dispatched', 'handling')""",
    "overseer": """(d.status = 'escalated' OR d.category = 'refused' AND d.valid IS NULL
      AND d.status IN ('triaged', 'dispatched', 'handling'))""",
    "government": "d.status = 'escalated'",
}
_LINES = f"""
SELECT d.id, d.number, d.status, d.category, d.kind, d.cause, d.item, d.case_number, d.source, d.lead, d.registered_at,
  d.replied_at, d.result, k.due_at, k.started_at, k.provisional
FROM difficulties d LEFT JOIN LATERAL (SELECT k.* FROM matter_clocks k WHERE k.matter = 'difficulty'
  AND k.matter_id = d.id AND k.stopped_at IS NULL ORDER BY k.kind IN ('answer', 'opinion') DESC, k.due_at LIMIT 1) k
  ON true
WHERE {SEEN} AND %s AND ($5 = '' OR $5 = '-' AND d.category = '' OR d.category = ANY($6)) AND ($7 = '' OR d.cause = $7)
  AND ($8::timestamptz IS NULL OR d.registered_at >= $8 AND d.registered_at < $9)
  AND ($10::uuid IS NULL OR d.id < $10) AND ($11 = '' OR d.number ILIKE $11 OR d.case_number ILIKE $11)
ORDER BY d.id DESC LIMIT {PAGE + 1}
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list: a tab, a group of categories, a cause, the month of registration (2026-11), a figure, words."""

    tab: str = "todo"
    group: str = ""
    cause: str = ""
    month: str = ""
    figure: str = ""
    search: str = ""
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request of the list; nothing tells who made it."""

    id: UUID
    number: str
    status: str
    category_name: str
    kind_name: str
    cause_name: str
    item: str
    case_number: str
    source: str
    lead_name: str
    registered_at: datetime
    remaining: Remaining | None
    result: str


@dataclass(frozen=True, slots=True)
class Requests:
    """A part of the list; `next` is where the following part begins, None at the end."""

    rows: tuple[RequestLine, ...]
    next: UUID | None


class About(NamedTuple):
    """A request about a case."""

    id: UUID
    number: str
    status: str


def month_of(text: str) -> tuple[datetime, datetime] | None:
    """The first instants of a month and of the one after, "2026-11"; None for anything else."""
    year, _, month = text.partition("-")
    if not (len(year) == 4 and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12):
        return None
    # Further off, there is no next month, or no such moment in the database.
    if not 1 < int(year) < MAXYEAR:
        return None
    first = datetime(int(year), int(month), 1, tzinfo=SHANGHAI)
    return first, datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=SHANGHAI)


async def listing(filters: Filters = Filters(), *, by: Actor, at: datetime) -> Requests:
    """The requests that somebody may see, the latest first. Raises Forbidden for whoever sees none at all."""
    must_read(by)
    where = COUNTED.get(filters.figure) or _tab(filters.tab, by)
    group = [id for id, category in CATEGORIES.items() if category.group == filters.group]
    period = month_of(filters.month)
    words = filters.search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    async with transaction():
        rows = await connection().fetch(
            _LINES % f"({where}) AND $4::timestamptz IS NOT NULL",
            by.region,
            by.id,
            by.department,
            at,
            filters.group,
            group,
            filters.cause,
            *(period or (None, None)),
            filters.before,
            f"%{words}%" if words else "",
        )
        names, calendar = await catalogue.departments(by.region), await calendar_of(by.region)
    lines = tuple(
        RequestLine(
            id=r["id"],
            number=r["number"],
            status=r["status"],
            category_name=category_name(r["category"]),
            kind_name=kind_name(r["kind"]),
            cause_name=cause_name(r["cause"]),
            item=r["item"],
            case_number=r["case_number"],
            source=r["source"],
            lead_name=names.get(r["lead"], r["lead"]),
            registered_at=local(r["registered_at"]),
            remaining=clock.remaining(local(r["due_at"]), at, calendar, started=local(r["started_at"]))
            if r["due_at"]
            else None,
            result=r["result"],
        )
        for r in rows[:PAGE]
    )
    return Requests(lines, lines[-1].id if len(rows) > PAGE else None)


async def of_case(case_id: UUID, *, by: Actor) -> list[About]:
    """The requests about a case that somebody may see, for its page."""
    async with transaction():
        rows = await connection().fetch(
            f"SELECT d.id, d.number, d.status FROM difficulties d WHERE {SEEN} AND d.case_id = $4 ORDER BY d.id",
            by.region,
            by.id,
            by.department,
            case_id,
        )
    return [About(row["id"], row["number"], row["status"]) for row in rows]


def must_read(by: Actor) -> None:
    """Raise Forbidden for whoever sees no requests at all."""
    if not by.may(*READERS, Role.APPROVER, Role.DEPARTMENT_HEAD):
        raise Forbidden("这里由综合窗口、承办单位和监督员使用。")


def category_name(id: str) -> str:
    """The name of a category, "" while there is none."""
    return CATEGORIES[id].name if id in CATEGORIES else ""


def kind_name(id: str) -> str:
    """What was met, in words; the id itself if the data no longer know it."""
    kinds = taxonomy().kinds
    return kinds[id].name if id in kinds else id


def cause_name(id: str) -> str:
    """The cause in words."""
    causes = taxonomy().causes
    return causes[id].name if id in causes else id


def _tab(tab: str, by: Actor) -> str:
    if tab == "todo":
        if by.department:
            return _TODO["unit"]
        sides = [("centre", Role.CLERK), ("overseer", Role.SUPERVISOR), ("government", Role.GOVERNMENT_HEAD)]
        return " OR ".join(_TODO[side] for side, role in sides if by.may(role)) or "false"
    return {
        "open": "d.closed_at IS NULL",
        "late": f"d.closed_at IS NULL AND {LATE}",
        "done": "d.closed_at IS NOT NULL",
    }.get(tab, "true")
