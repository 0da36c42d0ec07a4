"""Deemed acceptance: five working days in which nothing was told (行政许可法 32(1)(4)).

The acceptance dates from the receipt, or from the receipt of the last correction. It works with whatever was handed
in: what is missing simply is not there, and the departments see that it is.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework.intake.commencing import commence
from lianban.casework.intake.record import current_edition, locked
from lianban.casework.intake.standing import standing
from lianban.outside import clock
from lianban.rules import lifecycles
from lianban.rules.actors import SYSTEM


async def deem(case_id: UUID, *, due: datetime, at: datetime) -> None:
    """Accept a case by law when its five working days ended at `due` in silence; one that was answered is left alone.

    In the caller's transaction; the same again changes nothing.
    """
    record = await locked(case_id)
    if record.status != "received" or record.received_at is None or at <= due:
        return
    edition = await current_edition(record, by=SYSTEM, at=at)
    found = await standing(record, edition, at=at, alone=True)
    row = lifecycles.CaseRow(str(record.id), record.status, record.region, answer_overdue=True)
    lifecycles.fire(row, "deem", SYSTEM)
    since = record.supplied_at or record.received_at
    await commence(record, found, row, since=clock.local(since), by=SYSTEM, at=at, silent_until=due)
