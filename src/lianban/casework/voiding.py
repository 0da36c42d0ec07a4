"""A request that nobody answered becomes void when its time or its task is over: nothing is granted afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework.progress import Held, note
from lianban.outside.database import connection
from lianban.rules.actors import SYSTEM

DECIDED = "事项已经办结"
_ASKED = "SELECT * FROM adjustments WHERE task_id = $1 AND status = 'asked' ORDER BY id"
_VOID = "UPDATE adjustments SET status = 'void', decided_at = $2, decision_note = $3 WHERE id = $1"


async def void_requests(held: Held, task_id: UUID, *, at: datetime, why: str = DECIDED) -> None:
    """Extensions and procedures asked for a task that has come to its end. In the caller's transaction."""
    for row in await connection().fetch(_ASKED, task_id):
        await void(held, row, why, at=at)


async def void(held: Held, row: Mapping[str, Any], why: str, *, at: datetime) -> None:
    """One request, with the reason that those who asked and those who come too late will read."""
    await connection().execute(_VOID, row["id"], at, why)
    item = held.lives[row["task_id"]].item
    await note(held, "request void", by=SYSTEM, at=at, item=item, kind=row["kind"])
