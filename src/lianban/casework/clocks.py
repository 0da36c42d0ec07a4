"""The clocks of a case: one for the bundle's promise, two for each item (committed and statutory).

First step of the legal clock: due and stop, and the start of items that wait for others (acceptance starts the rest).
What is told to the applicant (`promised_due`) is the earlier of the item's commitment and the bundle's promise;
`computed_due` is what the item's own limit gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Edition, Limit, Unit
from lianban.rules.clock import Remaining
from lianban.rules.composer import limit_text
from lianban.rules.plan import PlanItem
from lianban.tables.clocks import Clock
from lianban.tables.ids import new_id

KINDS = {"bundle": "整件事承诺时限", "committed": "承诺时限", "statutory": "法定时限"}


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that has been started."""

    kind: str
    limit: Limit
    due: datetime
    promised: datetime
    provisional: bool


class Owner(NamedTuple):
    """Whose clock it is; `task` None: the case's own."""

    case: UUID
    task: UUID | None
    region: str


async def start_task(
    case_id: UUID, task_id: UUID, edition: Edition, item: PlanItem, *, promise: datetime | None, at: datetime
) -> tuple[Running, ...]:
    """Start an item's committed clock and its statutory one, if the law sets a limit; the committed one comes first.

    `promise` is the due instant of the bundle's clock: no item is promised for later (design: the earlier of both).
    """
    owner, declared = Owner(case_id, task_id, edition.bundle.region), edition.items[item.item]
    committed = await _start(owner, "committed", item.committed, f"“{item.name}”承诺时限", at=at, promise=promise)
    if item.statutory is None:
        return (committed,)
    law = declared.statutory_basis
    basis = f"{law.document}{law.article}" if law else f"“{item.name}”法定时限"
    return committed, await _start(owner, "statutory", item.statutory, basis, at=at)


async def _start(
    owner: Owner, kind: str, limit: Limit, basis: str, *, at: datetime, promise: datetime | None = None
) -> Running:
    found = clock.due(at, limit, calendar_for(owner.region))
    running = Running(kind, limit, found.instant, min(found.instant, promise or found.instant), found.provisional)
    await Clock.insert(
        Clock(
            id=new_id(at),
            case_id=owner.case,
            task_id=owner.task,
            region_code=owner.region,
            kind=kind,
            amount=limit.amount,
            unit=limit.unit.value,
            basis=basis,
            started_at=at,
            computed_due=found.instant,
            promised_due=running.promised,
            provisional=found.provisional,
            calendar=found.calendar,
        )
    )
    return running


async def promised(case_id: UUID) -> datetime | None:
    """The due instant of the case's own clock, None when it has none."""
    found: datetime | None = await connection().fetchval(
        "SELECT promised_due FROM clocks WHERE case_id = $1 AND kind = 'bundle'", case_id
    )
    return found


async def stop(case_id: UUID, task_id: UUID | None, *, at: datetime) -> None:
    """Stop the running clocks of a task, or with None the case's own."""
    await connection().execute(
        "UPDATE clocks SET stopped_at = $3 WHERE case_id = $1 AND task_id IS NOT DISTINCT FROM $2"
        " AND stopped_at IS NULL",
        case_id,
        task_id,
        at,
    )


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as pages show it; `remaining` is None once it has stopped."""

    task_id: UUID | None
    item_name: str
    kind: str
    kind_name: str
    limit: str
    basis: str
    started_at: datetime
    due: datetime
    provisional: bool
    remaining: Remaining | None
    stopped_at: datetime | None


async def clocks_of(case_id: UUID, *, at: datetime, task_id: UUID | None = None) -> tuple[ClockView, ...]:
    """The clocks of a case, or of one of its tasks: the bundle's first, then by item, committed before statutory."""
    rows = await connection().fetch(
        "SELECT k.*, COALESCE(t.item_name, '') AS item_name FROM clocks k LEFT JOIN tasks t ON t.id = k.task_id"
        " WHERE k.case_id = $1 AND ($2::uuid IS NULL OR k.task_id = $2) ORDER BY k.task_id NULLS FIRST, k.kind",
        case_id,
        task_id,
    )
    return tuple(_shown(row, at) for row in rows)


def _shown(row: Mapping[str, Any], at: datetime) -> ClockView:
    due, started, calendar = local(row["promised_due"]), local(row["started_at"]), calendar_for(row["region_code"])
    stopped = local(row["stopped_at"]) if row["stopped_at"] else None
    return ClockView(
        task_id=row["task_id"],
        item_name=row["item_name"],
        kind=row["kind"],
        kind_name=KINDS[row["kind"]],
        limit=limit_text(Limit(row["amount"], Unit(row["unit"]))),
        basis=row["basis"],
        started_at=started,
        due=due,
        provisional=row["provisional"],
        remaining=None if stopped else clock.remaining(due, at, calendar, started=started),
        stopped_at=stopped,
    )
