"""Clocks start and stop. `computed_due` is what the limit gives, `promised_due` what the applicant is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban.casework.clocks.rows import Owner, calendar_of, events_of, history, moments
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock, statutory
from lianban.rules.catalog.types import Edition, Limit
from lianban.rules.clock import History
from lianban.rules.composer import limit_text
from lianban.rules.plan import PlanItem
from lianban.tables.ids import new_id

_START = """
INSERT INTO clocks (id, case_id, task_id, region_code, kind, subject, amount, unit, basis, started_at, computed_due,
  promised_due, provisional, calendar, first_day_counts, wake_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (case_id, COALESCE(task_id, case_id), kind, subject) DO UPDATE SET
  amount = excluded.amount, unit = excluded.unit, basis = excluded.basis, started_at = excluded.started_at,
  computed_due = excluded.computed_due, promised_due = excluded.promised_due, provisional = excluded.provisional,
  calendar = excluded.calendar, first_day_counts = excluded.first_day_counts, wake_at = excluded.wake_at,
  stopped_at = NULL
RETURNING id
"""
# What should have been raised before the end is still to be raised: a late decision keeps its red card.
_STOP = """
UPDATE clocks SET stopped_at = $3, wake_at = CASE WHEN wake_at <= $3 THEN wake_at END
WHERE case_id = $1 AND task_id IS NOT DISTINCT FROM $2 AND stopped_at IS NULL
  AND ($4::text[] IS NULL OR kind = ANY($4)) AND ($5::text IS NULL OR subject = $5)
"""

_STOPPED = """
SELECT * FROM clocks WHERE case_id = $1 AND task_id IS NOT DISTINCT FROM $2 AND kind = $3 AND stopped_at >= $4
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that has been started; `due` is computed, `promised` never later than that."""

    id: UUID
    kind: str
    limit: Limit
    due: datetime
    promised: datetime
    provisional: bool


async def start(
    owner: Owner,
    kind: str,
    limit: Limit,
    basis: str,
    *,
    at: datetime,
    subject: str = "",
    promise: datetime | None = None,
) -> Running:
    """Start a clock at `at`, or start it anew. In the caller's transaction, the case locked.

    `promise` is the end of the bundle's promise: nothing inside is promised for later. One that is over already caps
    nothing: it has a card of its own, and no department is late before its task has begun. `basis` names the article
    or commitment; the limit in words is added.
    """
    calendar, chosen = await calendar_of(owner.region), await policy(owner.region)
    history = History(at, limit, first_day_counts=chosen.first_day_counts)
    found = clock.reckon(history, calendar)
    promised = min(found.instant, promise) if promise and promise > at else found.instant
    later = moments(kind, history, found.instant, promised, calendar, chosen)
    id: UUID = await connection().fetchval(
        _START,
        new_id(at),
        owner.case,
        owner.task,
        owner.region,
        kind,
        subject,
        limit.amount,
        limit.unit.value,
        f"{basis}：{limit_text(limit)}",
        at,
        found.instant,
        promised,
        found.provisional,
        found.calendar,
        history.first_day_counts,
        later[0][0] if later else None,
    )
    return Running(id, kind, limit, found.instant, promised, found.provisional)


async def stop(
    case_id: UUID,
    task_id: UUID | None,
    *,
    at: datetime,
    kinds: Collection[str] | None = None,
    subject: str | None = None,
) -> None:
    """Stop the running clocks of a task, or with None the case's own; only `kinds` if given, only of `subject`."""
    await connection().execute(_STOP, case_id, task_id, at, None if kinds is None else list(kinds), subject)


async def reopen(owner: Owner, kind: str, *, since: datetime) -> None:
    """A clock of the owner that was stopped at `since` or later goes on as if it had never stopped."""
    rows = await connection().fetch(_STOPPED, owner.case, owner.task, kind, since)
    told = await events_of(row["id"] for row in rows)
    calendar, chosen = await calendar_of(owner.region), await policy(owner.region)
    for row in rows:
        past = history({**row, "stopped_at": None}, told.get(row["id"], []))
        later = moments(kind, past, local(row["computed_due"]), local(row["promised_due"]), calendar, chosen)
        # What was raised before the stop is not raised again.
        wake = next((when for when, _ in later if when > row["stopped_at"]), None)
        await connection().execute("UPDATE clocks SET stopped_at = NULL, wake_at = $2 WHERE id = $1", row["id"], wake)


async def start_task(
    case_id: UUID, task_id: UUID, edition: Edition, item: PlanItem, *, promise: datetime | None, at: datetime
) -> tuple[Running, ...]:
    """Start an item's committed clock and its statutory one, if the law sets a limit; the committed one comes first.

    `promise` is the due instant of the bundle's clock: no item is promised for later (the earlier of both).
    """
    owner, declared = Owner(case_id, task_id, edition.bundle.region), edition.items[item.item]
    limit = statutory.limit_of(declared, edition.bundle)
    committed = await start(owner, "committed", item.committed, f"“{item.name}”承诺时限", at=at, promise=promise)
    if limit is None:
        return (committed,)
    return committed, await start(owner, "statutory", limit, statutory.basis_of(declared), at=at)


async def promised(case_id: UUID) -> datetime | None:
    """The due instant of the case's own clock, None when it has none."""
    found: datetime | None = await connection().fetchval(
        "SELECT promised_due FROM clocks WHERE case_id = $1 AND kind = 'bundle'", case_id
    )
    return found
