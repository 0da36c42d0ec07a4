"""A case ends before anybody has decided it: its row, its clocks, what was asked of departments, the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import outbox
from lianban.casework import clocks
from lianban.casework.intake.record import Record, note
from lianban.casework.intake.screenings import close
from lianban.outside.database import connection
from lianban.rules.actors import Actor

_END = "UPDATE cases SET status = $2, ended_at = $3, ended_reason = $4, updated_at = $3 WHERE id = $1"


async def end(
    record: Record, status: str, event: str, reason: str, *, by: Actor, at: datetime, content: dict[str, Any]
) -> None:
    """End the locked case, which has not been accepted. `reason` is in words, `content` what the journal may hold."""
    await close_case(record.id, status, reason, at=at)
    await close(record)
    await note(record, event, by=by, at=at, content=content)


async def close_case(case_id: UUID, status: str, reason: str, *, at: datetime) -> None:
    """Write the end of a case, stop its own clocks and tell those who wait for it."""
    await connection().execute(_END, case_id, status, at, reason)
    await clocks.stop(case_id, None, at=at)
    await outbox.write("case ended", case_id=case_id, payload={"status": status}, at=at)
