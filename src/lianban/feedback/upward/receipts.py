"""What the platform says later of a report it had only taken: accepted, or rejected and why. Each counts once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.errors import NotFound
from lianban.outside.database import connection, transaction
from lianban.outside.messages import plain_reason

_REPORT = "SELECT status FROM upward_reports WHERE id = $1 AND attempts > 0 FOR UPDATE"
_ADD = """
INSERT INTO upward_receipts (receipt, report_id, status, reason, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true
"""
_SAID = """
UPDATE upward_reports SET status = $2, reason = $3, due_at = NULL, answered_at = $4,
  sent_at = COALESCE(sent_at, $4),
  accepted_at = CASE WHEN $2 = 'accepted' THEN COALESCE(accepted_at, $4::timestamptz) ELSE accepted_at END,
  sealed = CASE WHEN $2 = 'accepted' THEN NULL ELSE sealed END
WHERE id = $1
"""


async def receipt(number: str, report_id: UUID, status: str, reason: str, *, at: datetime) -> bool:
    """Write down a receipt (`accepted`, `rejected`); False when it was here before. It may come before the answer to
    the sending. What was accepted stays so. Raises NotFound for a report that was never sent."""
    async with transaction():
        row = await connection().fetchrow(_REPORT, report_id)
        if row is None:
            raise NotFound("没有这条上报记录，或者还没有送出过。")
        said = plain_reason(reason)
        if not await connection().fetchval(_ADD, number, report_id, status, said, at):
            return False
        if row["status"] != "accepted":
            await connection().execute(_SAID, report_id, status, said, at)
    return True
