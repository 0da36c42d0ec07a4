"""Departments are asked to look through what was received (收件核对), one question an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lianban import outbox
from lianban.casework.intake.record import Record, note
from lianban.outside.database import connection
from lianban.rules.actors import SYSTEM
from lianban.rules.plan import PlanItem
from lianban.tables.corrections import Screening
from lianban.tables.ids import new_id


async def ask(record: Record, items: Sequence[PlanItem], *, round: int, at: datetime) -> None:
    """Ask the departments of these items whether anything is missing; in the caller's transaction."""
    for item in items:
        row = Screening(
            id=new_id(at),
            case_id=record.id,
            region_code=record.region,
            item=item.item,
            item_name=item.name,
            department=item.department,
            round=round,
            status="pending",
            asked_at=at,
        )
        await Screening.insert(row)
        content = {"item": item.item, "round": round}
        await note(record, "screening asked", by=SYSTEM, at=at, department=item.department, content=content)
        payload = {"screening": str(row.id), "item": item.item, "department": item.department}
        await outbox.write("screening asked", case_id=record.id, payload=payload, at=at)


async def close(record: Record) -> None:
    """Nobody is asked any more; what was said stays."""
    await connection().execute(
        "UPDATE screenings SET status = 'over' WHERE case_id = $1 AND status = 'pending'", record.id
    )
