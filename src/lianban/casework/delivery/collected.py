"""What the window sees: the cases whose results wait to be fetched, and one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.casework import catalogue, notices, progress
from lianban.casework.calendars import calendar_of
from lianban.casework.notices import PaperView
from lianban.casework.progress import Held
from lianban.casework.tasks.worklist import masked_subject
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock, masks
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Edition
from lianban.rules.clock import Remaining
from lianban.rules.lifecycles import CaseLife, buttons, stage_name
from lianban.rules.notices import METHODS

OUTCOMES = {"granted": "全部办成", "partial": "部分办成", "refused": "均未办成"}
GONE = "没有找到这个办件，请从列表里重新打开。"

_WAITING = """
SELECT c.id, c.number, c.bundle_name, c.edition, c.applicant, c.subject, c.status, c.outcome,
  COALESCE(c.decided_at, (SELECT min(t.decided_at) FROM tasks t WHERE t.case_id = c.id)) AS decided_at,
  (SELECT count(*) FROM results r WHERE r.case_id = c.id AND (r.revoked_at IS NULL OR r.delivered_at IS NOT NULL))
    AS results,
  (SELECT count(*) FROM results r WHERE r.case_id = c.id AND r.delivered_at IS NOT NULL) AS delivered,
  (SELECT min(k.promised_due) FROM clocks k
    WHERE k.case_id = c.id AND k.kind = 'delivery' AND k.stopped_at IS NULL) AS due
FROM cases c WHERE c.region_code = $1 AND ($2 = '' OR strpos(c.number, $2) > 0)
  AND (c.status IN ('decided', 'delivered') OR c.status IN ('processing', 'closed')
    AND (EXISTS (SELECT 1 FROM results r WHERE r.case_id = c.id AND r.delivered_at IS NULL AND r.revoked_at IS NULL)
      OR EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.kind = 'delivery' AND k.stopped_at IS NULL)))
ORDER BY due, decided_at, c.id LIMIT $3
"""
RESULTS = """
SELECT r.id, r.name, r.number, r.issued_on, r.valid_until, r.file_name, r.delivered_at, r.task_id,
  r.revoked_at, r.revoked_reason
FROM results r WHERE r.case_id = $1 ORDER BY r.id
"""


_DUE = "SELECT min(promised_due) FROM clocks WHERE case_id = $1 AND kind = 'delivery' AND stopped_at IS NULL"
# The written decision of what is granted goes along with its result, never before it. What was made void, replaced or
# revoked stays here.
ALONG = """
SELECT p.id, p.task_id, p.title, p.number FROM papers p
WHERE p.case_id = $1 AND p.kind = ANY($2) AND p.void_at IS NULL AND p.superseded_by IS NULL AND p.delivery_id IS NULL
  AND (p.kind <> 'grant' OR NOT EXISTS (SELECT 1 FROM results r WHERE r.task_id = p.task_id
    AND r.delivered_at IS NULL AND r.revoked_at IS NULL AND NOT r.id = ANY($3)))
ORDER BY p.issued_at, p.id
"""
OPEN = ("processing", "decided")
"""When something may lie at the window: what is decided need not wait for the rest (行政许可法 44)."""


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A case whose results wait at the window, or that waits to be closed. `remaining` of
    the ten working days of the item that was decided first."""

    case_id: UUID
    number: str
    bundle_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    outcome_name: str
    decided_at: datetime
    results: int
    delivered: int
    remaining: Remaining | None


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result to be handed over."""

    id: UUID
    name: str
    number: str
    issued_on: date
    valid_until: date | None
    has_file: bool
    delivered_at: datetime | None
    revoked: str
    """Why it was revoked (撤销); "" while it stands. What was revoked is not handed over any more."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item with what became of it."""

    item: str
    name: str
    department_name: str
    status: str
    status_name: str
    reason: str
    results: tuple[ResultView, ...]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One hand-over that has happened."""

    at: datetime
    method_name: str
    receiver: str
    relation: str
    by_name: str
    results: int


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """What the hand-over page needs. `to_deliver` are the results that still lie at the window."""

    case_id: UUID
    number: str
    bundle_name: str
    applicant: str
    subject: str
    status: str
    status_name: str
    outcome_name: str
    due: datetime | None
    remaining: Remaining | None
    items: tuple[ItemView, ...]
    to_deliver: tuple[UUID, ...]
    refusals: tuple[str, ...]
    """Written decisions and what corrects or revokes them, which have gone along with no hand-over yet."""
    over: bool
    """Everything was handed over before the last item came to its end: there only is to say so."""
    deliveries: tuple[DeliveryLine, ...]
    papers: tuple[PaperView, ...]
    buttons: dict[str, tuple[str, ...]]
    methods: dict[str, str]


async def waiting(*, by: Actor, at: datetime, text: str = "", limit: int = 100) -> tuple[WaitingLine, ...]:
    """Cases of the region whose results wait to be fetched or that wait to be closed, the longest waiting first.

    `text` is part of a case number. Raises Forbidden for others than the window.
    """
    if not by.may(Role.CLERK):
        raise errors.Forbidden("这里由综合窗口使用，请用综合窗口的账号登录。")
    wanted = "".join(text.split()).upper()
    async with transaction():
        rows = await connection().fetch(_WAITING, by.region, wanted, max(1, min(limit, 500)))
        editions = {hash: await catalogue.edition(hash) for hash in {r["edition"] for r in rows}}
        calendar = await calendar_of(by.region)
    return tuple(
        WaitingLine(
            case_id=row["id"],
            number=row["number"],
            bundle_name=row["bundle_name"],
            applicant=masks.mask_name(row["applicant"]),
            subject=masked_subject(editions[row["edition"]], row["subject"]),
            status=row["status"],
            status_name=stage_name(CaseLife, row["status"]),
            outcome_name=OUTCOMES.get(row["outcome"], ""),
            decided_at=local(row["decided_at"]),
            results=row["results"],
            delivered=row["delivered"],
            remaining=clock.remaining(row["due"], at, calendar) if row["due"] else None,
        )
        for row in rows
    )


async def handing(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> DeliveryView:
    """One case at the hand-over window; the look is recorded. A case still in work shows its items as they stand.

    Raises NotFound. Any window of the region hands over, so names are masked and no form is shown.
    """
    async with at_window(case_id, by, lock=False) as held:
        edition, case = await held.edition(), held.case
        rows = await connection().fetch(RESULTS, case_id)
        done = await connection().fetch("SELECT * FROM deliveries WHERE case_id = $1 ORDER BY at, id", case_id)
        papers = await notices.of_case(case_id)
        due = await connection().fetchval(_DUE, case_id)
        refusals = await along(case_id, [r["id"] for r in lying(rows)])
        await people.record_access(case_id, "出件", "窗口送达", by=by, at=at, address=address)
    here = tuple(r["id"] for r in lying(rows)) if held.life.state in OPEN else ()
    return DeliveryView(
        case_id=held.id,
        number=case["number"],
        bundle_name=case["bundle_name"],
        applicant=masks.mask_name(case["applicant"]),
        subject=masked_subject(edition, case["subject"]),
        status=held.life.state,
        status_name=str(held.life.stage.name),
        outcome_name=OUTCOMES.get(case["outcome"], ""),
        due=local(due) if due else None,
        remaining=clock.remaining(due, at, await calendar_of(by.region)) if due else None,
        items=tuple(_item(held, edition, id, rows) for id in held.tasks),
        to_deliver=here,
        refusals=tuple(f"{r['title']} {r['number']}" for r in refusals),
        over=held.life.state == "decided" and not here and bool(done) and not refusals,
        deliveries=tuple(
            DeliveryLine(
                local(d["at"]), METHODS[d["method"]], d["receiver"], d["relation"], d["by_name"], len(d["results"])
            )
            for d in done
        ),
        papers=tuple(papers),
        buttons={event: tuple(why) for event, why in buttons(held.life, by).items()},
        methods=dict(METHODS),
    )


def lying(rows: Sequence[Any]) -> list[Any]:
    """The results that lie at the window: neither handed over nor revoked."""
    return [r for r in rows if r["delivered_at"] is None and r["revoked_at"] is None]


async def along(case_id: UUID, taken: Sequence[UUID]) -> list[Any]:
    """The papers that go along when the results `taken` are handed over: decisions, corrections, revocations."""
    found: list[Any] = await connection().fetch(ALONG, case_id, list(notices.TO_DELIVER), list(taken))
    return found


@asynccontextmanager
async def at_window(case_id: UUID, by: Actor, *, lock: bool = True) -> AsyncIterator[Held]:
    """One transaction with the case locked (or only read), for the window of its region. Raises NotFound."""
    async with transaction():
        held = await progress.hold(case_id, lock=lock)
        # A draft has not got as far as this window: it is another page's.
        if held is None or not held.life.clerk(by) or held.life.state in ("draft", "discarded"):
            raise errors.NotFound(GONE)
        yield held


def _item(held: Held, edition: Edition, task_id: UUID, rows: Sequence[Any]) -> ItemView:
    life, task = held.lives[task_id], held.tasks[task_id]
    return ItemView(
        item=life.item,
        name=task["item_name"],
        department_name=edition.departments[life.department].name,
        status=life.state,
        status_name=str(life.stage.name),
        reason=task["reason"],
        results=tuple(
            ResultView(
                id=r["id"],
                name=r["name"],
                number=r["number"],
                issued_on=r["issued_on"],
                valid_until=r["valid_until"],
                has_file=bool(r["file_name"]),
                delivered_at=local(r["delivered_at"]) if r["delivered_at"] else None,
                revoked=(r["revoked_reason"] or "已被撤销") if r["revoked_at"] else "",
            )
            for r in rows
            if r["task_id"] == task_id
        ),
    )
