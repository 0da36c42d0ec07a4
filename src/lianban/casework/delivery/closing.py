"""The case is closed once everything is delivered (办结)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import occasions, progress
from lianban.casework.delivery.documents import issue_closing_notice
from lianban.casework.delivery.standing import all_delivered, at_window
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import fire


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed case with its closing notice."""

    case_id: UUID
    paper_id: UUID
    status: str


async def close(case_id: UUID, *, by: Actor, at: datetime, key: str = "") -> Closed:
    """办结, with the closing notice. Raises NotFound, Conflict unless everything is delivered."""

    async def run() -> dict[str, Any]:
        async with at_window(case_id, by) as held:
            fire(held.life, "close", by)
            # Something was corrected after the case had been delivered.
            if not await all_delivered(held):
                raise errors.Conflict("还有更正后的结果或者文书没有送达，送达以后再办结。")
            await connection().execute(
                "UPDATE cases SET status = 'closed', closed_at = $2, updated_at = $2 WHERE id = $1", held.id, at
            )
            await progress.note(held, "case closed", by=by, at=at, outcome=held.case["outcome"])
            # The link that was sent with the delivery, if it is still good: one service, one rating.
            token = await occasions.of_step(held, "closure", by=by, at=at)
            await outbox.write("case closed", case_id=held.id, payload={"outcome": held.case["outcome"]}, at=at)
            paper = await issue_closing_notice(held, rating=occasions.address_of(token), by=by, at=at)
            return {"paper_id": str(paper.id), "status": held.life.state}

    await catch_up(case_id, at=at)
    async with transaction():
        answer = await once(key, "close", by=by, at=at, fingerprint=[str(case_id)], run=run)
    return Closed(case_id, UUID(answer["paper_id"]), answer["status"])
