"""What the gateway tells afterwards: a message has reached the phone, or has not. Once, in any order, at any time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from lianban.casework.messages.sending import fail
from lianban.errors import Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.messages import plain_reason

DELIVERED, FAILED = "delivered", "failed"
FARTHEST = timedelta(days=31)
TRIED = ("waiting", "sent", "arrived", "failed")
_CASE = "SELECT case_id FROM messages WHERE id = $1 AND attempts > 0"
_LOCK = "SELECT 1 FROM cases WHERE id = $1 FOR UPDATE"
_ROW = "SELECT * FROM messages WHERE id = $1 FOR UPDATE"
_NEW = """
INSERT INTO message_receipts (id, message_id, status, reason, at, received_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING true
"""
_ARRIVED = """
UPDATE messages SET status = 'arrived', arrived_at = $2, failed_at = NULL, reason = '' WHERE id = $1
"""


async def receipt(
    receipt_id: str, message_id: UUID, status: str, *, reason: str = "", when: datetime, at: datetime
) -> bool:
    """Write down a receipt; False when it was known already. Raises NotFound for a message that never went out.

    It may come before the answer to the sending. Having arrived stands, whatever comes later; a failure does not.
    Raises Invalid for an instant that cannot be meant.
    """
    if abs(when - at) > FARTHEST:
        raise Invalid("回执的时间与现在相差一个月以上，请核对网关的时钟。")
    async with transaction():
        case_id = await connection().fetchval(_CASE, message_id)
        if case_id is None:
            raise NotFound("没有找到这条短信，请核对短信编号。")
        await connection().execute(_LOCK, case_id)
        row = await connection().fetchrow(_ROW, message_id)
        kept = plain_reason(reason)
        if not await connection().fetchval(_NEW, receipt_id, message_id, status, kept, when, at):
            return False
        if status == DELIVERED and row["status"] in TRIED and row["status"] != "arrived":
            # The gateway's clock may be fast: nothing arrives after we have heard of it.
            await connection().execute(_ARRIVED, message_id, min(local(when), at))
        elif status == FAILED and row["status"] in ("waiting", "sent"):
            await fail(row, f"没有送到手机（{kept or '网关没有说明原因'}）", at)
    return True
