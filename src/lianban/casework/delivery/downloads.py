"""After an electronic delivery: looked at, and paper on demand (民事诉讼法 90)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import progress
from lianban.casework.delivery.running import MISSING
from lianban.casework.delivery.standing import at_window
from lianban.casework.progress import Held
from lianban.casework.tasks.checking import unprintable
from lianban.outside.database import connection
from lianban.rules.actors import HOLDER, Actor

_SEEN = """
UPDATE deliveries SET seen_at = $3 WHERE case_id = $1 AND method = 'electronic' AND status = 'delivered'
  AND seen_at IS NULL AND ($2 = ANY(results) OR id = (SELECT delivery_id FROM papers WHERE id = $2))
"""
_HELD = """
SELECT r.name, r.file_name, r.media_type, r.sha256 FROM results r JOIN deliveries d ON d.id = r.delivery_id
WHERE r.id = $1 AND r.case_id = $2 AND d.method = 'electronic' AND d.status = 'delivered' AND r.sha256 <> ''
"""


async def result_for_holder(case_id: UUID, result_id: UUID) -> Any:
    """The row of a result that was delivered electronically. Raises NotFound for any other."""
    row = await connection().fetchrow(_HELD, result_id, case_id)
    if row is None:
        raise errors.NotFound("没有找到这份电子结果。")
    return row


async def seen(case_id: UUID, document: UUID, *, at: datetime) -> None:
    """The holder has opened a result or paper of an electronic delivery; the first time is kept."""
    await connection().execute(_SEEN, case_id, document, at)


async def asked(held: Held, delivery_id: UUID, channel: str, *, by: Actor, at: datetime) -> None:
    """Somebody wants on paper what was delivered electronically; the case is locked. Twice changes nothing.

    Raises NotFound for a delivery that was none.
    """
    row = await connection().fetchrow(
        "SELECT paper_asked_at FROM deliveries WHERE id = $1 AND case_id = $2 AND method = 'electronic'",
        delivery_id,
        held.id,
    )
    if row is None:
        raise errors.NotFound(MISSING)
    if row["paper_asked_at"] is None:
        await connection().execute(
            "UPDATE deliveries SET paper_asked_at = $2, paper_asked_channel = $3 WHERE id = $1",
            delivery_id,
            at,
            channel,
        )
        await progress.note(held, "paper asked for", by=by, at=at, channel=channel)


async def ask_for_paper(case_id: UUID, delivery_id: UUID, *, by: Actor, at: datetime) -> None:
    """The same at the window."""
    async with at_window(case_id, by) as held:
        await asked(held, delivery_id, "window", by=by, at=at)


async def ask_as_holder(held: Held, delivery_id: UUID, *, at: datetime) -> None:
    """The same on the tracking page."""
    await asked(held, delivery_id, "online", by=HOLDER, at=at)


async def give_paper(case_id: UUID, delivery_id: UUID, *, receiver: str, by: Actor, at: datetime) -> None:
    """The paper was given to `receiver`. Once only. Raises NotFound, Invalid without a name."""
    receiver = " ".join(receiver.split())
    wrong = "" if 1 <= len(receiver) <= 60 else "请写明领取纸质文书的人。"
    wrong = wrong or unprintable({"receiver": receiver}).get("receiver", "")
    if wrong:
        raise errors.Invalid(wrong, {"given_to": wrong})
    async with at_window(case_id, by) as held:
        given = await connection().fetchval(
            "UPDATE deliveries SET paper_given_at = $3, paper_given_to = $4,"
            " paper_asked_at = COALESCE(paper_asked_at, $3),"
            " paper_asked_channel = CASE paper_asked_channel WHEN '' THEN 'window' ELSE paper_asked_channel END"
            " WHERE id = $1 AND case_id = $2 AND method = 'electronic' AND paper_given_at IS NULL RETURNING id",
            delivery_id,
            held.id,
            at,
            receiver,
        )
        if given:
            await progress.note(held, "paper given", by=by, at=at)
