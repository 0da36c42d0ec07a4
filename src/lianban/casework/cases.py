"""Cases at the window: the list with its counts, how one stands, and its whole story (`story`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.casework.calendars import calendar_of
from lianban.casework.clocks.pauses import pauses_of
from lianban.casework.story import CaseStory, story
from lianban.errors import Forbidden, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock, lifecycles, masks
from lianban.rules.actors import Actor, Role
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Edition
from lianban.rules.clock import Pause, Remaining

__all__ = ["CaseLine", "CaseStory", "Filters", "ItemStatus", "Listing", "Status", "listing", "status", "story"]

PAGE = 50
RUNNING = ("received", "correcting", "processing")
READERS = (Role.CLERK, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)

_WHERE = """
c.region_code = $1 AND ($2 = '' OR c.bundle = $2)
  AND ($3 = '' OR c.number ILIKE $3 OR $4 AND (c.applicant ILIKE $3 OR c.subject ILIKE $3))
"""
_COUNTS = f"SELECT c.status, count(*) AS n FROM cases c WHERE {_WHERE} GROUP BY c.status"
_LINES = f"""
SELECT c.id, c.number, c.status, c.outcome, c.bundle, c.bundle_name, c.edition, c.applicant, c.subject, c.window_name,
  c.opened_by_name, c.opened_at, c.accepted_at, c.updated_at, k.promised_due, k.started_at, k.stopped_at, k.provisional,
  k.id AS clock_id, COALESCE((SELECT p.id_kind FROM parties p WHERE p.case_id = c.id AND p.role = 'applicant' LIMIT 1),
    c.draft -> 'parties' -> 'applicant' ->> 'id_kind', '') AS id_kind
FROM cases c LEFT JOIN LATERAL (SELECT k.* FROM clocks k WHERE k.case_id = c.id AND k.task_id IS NULL AND k.kind =
  CASE c.status WHEN 'received' THEN 'correction' WHEN 'correcting' THEN 'answer' ELSE 'bundle' END
  ORDER BY k.id DESC LIMIT 1) k ON true
WHERE {_WHERE} AND CASE WHEN $5 = '' THEN c.status <> 'discarded' ELSE c.status = $5 END
ORDER BY c.updated_at DESC, c.id DESC LIMIT {PAGE} OFFSET $6
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list: a state ("" is all but discarded ones), a bundle, words from number, applicant or subject."""

    status: str = ""
    search: str = ""
    bundle: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the list; names are masked, an infant's wholly."""

    case_id: UUID
    number: str
    status: str
    outcome: str
    bundle: str
    bundle_name: str
    applicant: str
    subject: str
    window_name: str
    opened_by_name: str
    opened_at: datetime
    accepted_at: datetime | None
    updated_at: datetime
    due: datetime | None
    provisional: bool
    remaining: Remaining | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list. `counts` by state, "" all together; `total` of the chosen state."""

    rows: tuple[CaseLine, ...]
    counts: dict[str, int]
    total: int
    page: int
    pages: int


async def listing(*, by: Actor, at: datetime, filters: Filters = Filters()) -> Listing:
    """The cases of the actor's region, the latest first. Raises Forbidden for departments: they have their tasks."""
    if by.department or not by.may(*READERS):
        raise Forbidden("这里由综合窗口使用，请用综合窗口的账号登录。")
    words = filters.search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # Only the window finds by name: for others a hit alone would tell that a child has a case (PIPL 28, 31).
    common = (by.region, filters.bundle, f"%{words}%" if words else "", by.may(Role.CLERK))
    async with transaction():
        counts = {r["status"]: r["n"] for r in await connection().fetch(_COUNTS, *common)}
        counts[""] = sum(n for state, n in counts.items() if state != "discarded")
        total = counts.get(filters.status, 0)
        pages = max(1, -(-total // PAGE))
        page = min(max(1, filters.page), pages)
        rows = await connection().fetch(_LINES, *common, filters.status, (page - 1) * PAGE)
        editions = {hash: await catalogue.edition(hash) for hash in {r["edition"] for r in rows}}
        calendar, pauses = await calendar_of(by.region), await pauses_of(row["clock_id"] for row in rows)
    lines = tuple(_line(row, editions[row["edition"]], calendar, pauses.get(row["clock_id"], ()), at) for row in rows)
    return Listing(lines, counts, total, page, pages)


def _line(
    row: Mapping[str, Any], edition: Edition, calendar: Calendar, pauses: tuple[Pause, ...], at: datetime
) -> CaseLine:
    due = local(row["promised_due"]) if row["promised_due"] else None
    running = due is not None and row["stopped_at"] is None and row["status"] in RUNNING
    return CaseLine(
        case_id=row["id"],
        number=row["number"] or "",
        status=row["status"],
        outcome=row["outcome"],
        bundle=row["bundle"],
        bundle_name=row["bundle_name"],
        applicant=row["applicant"] if row["id_kind"] == "uscc" else masks.mask_name(row["applicant"]),
        subject=masked_subject(edition, row["subject"]),
        window_name=row["window_name"],
        opened_by_name=row["opened_by_name"],
        opened_at=local(row["opened_at"]),
        accepted_at=local(row["accepted_at"]) if row["accepted_at"] else None,
        updated_at=local(row["updated_at"]),
        due=due,
        provisional=bool(row["provisional"]),
        remaining=clock.remaining(due, at, calendar, started=row["started_at"], pauses=pauses)
        if running and due
        else None,
    )


def masked_subject(edition: Edition, subject: str) -> str:
    """The name of what a case is about, as lists show it."""
    element = edition.elements.get(edition.bundle.subject)
    if edition.bundle.infant:
        return masks.mask_infant(subject)
    return masks.mask_value(element, subject) if element else subject


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """How one item stands: the date it is promised for (`due_at`) beside the law's own."""

    item: str
    name: str
    department: str
    status: str
    status_name: str
    due_at: datetime | None
    provisional: bool
    statutory_due_at: datetime | None
    statutory_provisional: bool
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """How a case stands; nothing that was filled in."""

    case_id: UUID
    number: str
    bundle: str
    bundle_name: str
    status: str
    status_name: str
    outcome: str
    accepted_at: datetime | None
    due_at: datetime | None
    provisional: bool
    decided_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    items: tuple[ItemStatus, ...]


async def status(number: str, *, by: Actor, at: datetime) -> Status:
    """How the case stands, for the window of its region and the departments that have a task in it.

    Raises NotFound for everybody else.
    """
    async with transaction():
        case = await connection().fetchrow(
            "SELECT c.*, k.promised_due, k.provisional FROM cases c"
            " LEFT JOIN clocks k ON k.case_id = c.id AND k.kind = 'bundle'"
            " WHERE c.region_code = $1 AND c.number = $2",
            by.region,
            number,
        )
        tasks = await connection().fetch(
            "SELECT t.*, k.provisional, s.promised_due AS statutory_due, s.provisional AS statutory_provisional"
            " FROM tasks t LEFT JOIN clocks k ON k.case_id = t.case_id AND k.task_id = t.id AND k.kind = 'committed'"
            " LEFT JOIN clocks s ON s.case_id = t.case_id AND s.task_id = t.id AND s.kind = 'statutory'"
            " WHERE t.case_id = $1 ORDER BY t.id",
            case["id"] if case else None,
        )
    concerned = any(t["department"] == by.department for t in tasks) if by.department else by.may(*READERS)
    if case is None or not concerned:
        raise NotFound("没有找到这个办件编号，请核对后重新输入。")
    return Status(
        case_id=case["id"],
        number=number,
        bundle=case["bundle"],
        bundle_name=case["bundle_name"],
        status=case["status"],
        status_name=lifecycles.stage_name(lifecycles.CaseLife, case["status"]),
        outcome=case["outcome"],
        accepted_at=_when(case["accepted_at"]),
        due_at=_when(case["promised_due"]),
        provisional=bool(case["provisional"]),
        decided_at=_when(case["decided_at"]),
        delivered_at=_when(case["delivered_at"]),
        closed_at=_when(case["closed_at"]),
        items=tuple(
            ItemStatus(
                item=t["item"],
                name=t["item_name"],
                department=t["department"],
                status=t["status"],
                status_name=lifecycles.stage_name(lifecycles.TaskLife, t["status"]),
                due_at=_when(t["due_at"]),
                provisional=bool(t["provisional"]),
                statutory_due_at=_when(t["statutory_due"]),
                statutory_provisional=bool(t["statutory_provisional"]),
                decided_at=_when(t["decided_at"]),
            )
            for t in tasks
        ),
    )


def _when(value: datetime | None) -> datetime | None:
    return local(value) if value else None
