"""The clocks of a case: one for the bundle's promise, two for each item (committed and statutory).

First step of the legal clock: start, due and stop. What is told to the applicant (`promised_due`) is the earlier of the
item's commitment and the bundle's promise; `computed_due` is what the item's own limit gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Edition, Limit
from lianban.rules.composer.timing import limit_text
from lianban.rules.plan import PlanItem
from lianban.tables.clocks import Clock
from lianban.tables.ids import new_id


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


async def start_bundle(case_id: UUID, edition: Edition, *, at: datetime) -> Running:
    """Start the clock of the bundle's promise, in the caller's transaction."""
    bundle = edition.bundle
    owner = Owner(case_id, None, bundle.region)
    return await _start(owner, "bundle", bundle.commitment, f"“{bundle.name}”承诺时限", at=at)


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
            basis=f"{basis}：{limit_text(limit)}",
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
