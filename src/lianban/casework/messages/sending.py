"""A message goes out: at least once, always under the same id, and whatever the gateway does, the case goes on.

Attempt and answer are two short transactions with the gateway between them. A worker that dies in between leaves the
lease of the outbox behind; the next one sends the same id again and the gateway knows it already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import journal, outbox
from lianban.casework.messages.addressees import about, told
from lianban.casework.messages.writing import NO_NUMBER, SEND, quiet_over
from lianban.outbox import LEASE, Message
from lianban.outside import clock
from lianban.outside import messages as gateway
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.messages import Answer, Outcome, Outgoing
from lianban.outside.settings import settings
from lianban.rules import masks
from lianban.rules.actors import SYSTEM

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
REST = timedelta(seconds=30)
"""How long nobody knocks at a gateway that was away, so that its silence holds up nothing else."""
UNCONFIGURED = "未配置短信网关"
ENDING = ("correction_ending", "tolerance_ending")

_ROW = "SELECT * FROM messages WHERE id = $1 FOR UPDATE"
_TRY = "UPDATE messages SET attempts = attempts + 1, due_at = $2, phone_masked = $3 WHERE id = $1"
_LATER = "UPDATE messages SET due_at = $2, reason = $3 WHERE id = $1"
_OVER = "UPDATE messages SET status = $2, reason = $3, failed_at = $4 WHERE id = $1"
_TAKEN = """
UPDATE messages SET sent_at = COALESCE(sent_at, $2), gateway_id = $3,
  status = CASE WHEN status = 'waiting' THEN 'sent' ELSE status END,
  reason = CASE WHEN status = 'waiting' THEN '' ELSE reason END WHERE id = $1
"""
_SIMULATED = "UPDATE messages SET status = 'simulated', sent_at = $2, attempts = 1 WHERE id = $1"
_ANSWERED = """
SELECT NOT EXISTS (SELECT 1 FROM clocks WHERE case_id = $1 AND kind = $2 AND stopped_at IS NULL)
"""

_away: dict[str, datetime] = {}
"""Gateways that did not answer this process, and until when they are left alone."""


async def send(message: Message, at: datetime) -> None:
    """The handler of "message due"."""
    id = UUID(message.payload["message"])
    outgoing = await _take(id, at)
    if outgoing is None:
        return
    config, began = settings(), clock.elapsed()
    answer = await gateway.send(config, outgoing)
    answered = at + timedelta(seconds=clock.elapsed() - began)
    if answer.outcome is Outcome.AWAY:
        _away[config.sms_url] = answered + REST
    await _record(id, answer, answered)


async def _take(id: UUID, at: datetime) -> Outgoing | None:
    """The message, if it is to be sent now; otherwise it has been put off or ended."""
    async with transaction():
        row = await connection().fetchrow(_ROW, id)
        if row is None or row["status"] != "waiting":
            return None
        away = _away.get(settings().sms_url, at)
        due = max(local(row["due_at"]), away, await quiet_over(row["region_code"], at))
        if due > at:
            await _put_off(row, due, row["reason"], at)
            return None
        if await _needless(row):
            await connection().execute(_OVER, id, "dropped", "发送前已经补齐，不再提醒", None)
            return None
        if not settings().sms_url:
            if settings().demo:
                await connection().execute(_SIMULATED, id, at)
            else:
                await connection().execute(_OVER, id, "unconfigured", UNCONFIGURED, at)
            return None
        case = await about(row["case_id"])
        receivers = await told(case, at=at) if case else []
        phone = next((r.phone for r in receivers if r.role == row["role"]), "")
        if not phone:
            await connection().execute(_OVER, id, "no_phone", NO_NUMBER, at)
            return None
        # Until the answer is written down, or the lease of a dead worker is over.
        await connection().execute(_TRY, id, at + LEASE, masks.mask_phone(phone))
        return Outgoing(str(id), phone, row["text"], row["occasion"], row["parts"])


async def _put_off(row: Mapping[str, Any], due: datetime, reason: str, at: datetime) -> None:
    await connection().execute(_LATER, row["id"], due, reason)
    await outbox.write(SEND, case_id=row["case_id"], payload={"message": str(row["id"])}, at=at, due=due)


async def _needless(row: Mapping[str, Any]) -> bool:
    """Whether a reminder was overtaken by what it reminds of."""
    if row["occasion"] not in ENDING:
        return False
    kind = "answer" if row["occasion"] == "correction_ending" else "tolerance"
    return bool(await connection().fetchval(_ANSWERED, row["case_id"], kind))


async def _record(id: UUID, answer: Answer, at: datetime) -> None:
    """Write down what the gateway made of it. A receipt may have come first: it knows better."""
    async with transaction():
        case_id = await connection().fetchval("SELECT case_id FROM messages WHERE id = $1", id)
        await connection().execute("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", case_id)
        row = await connection().fetchrow(_ROW, id)
        if answer.outcome is Outcome.TAKEN:
            await connection().execute(_TAKEN, id, at, answer.id)
        elif row["status"] != "waiting":
            return
        elif answer.outcome is Outcome.REFUSED:
            await fail(row, answer.reason, at)
        elif row["attempts"] >= settings().sms_attempts:
            await fail(row, f"试了 {row['attempts']} 次都没有成功：{answer.reason}", at)
        else:
            wait = min(FIRST_WAIT * 2 ** min(row["attempts"] - 1, 20), LONGEST_WAIT)
            await _put_off(row, at + wait, answer.reason, at)


async def fail(row: Mapping[str, Any], reason: str, at: datetime) -> None:
    """The message did not reach anybody: the window is to tell it otherwise. The case and the message are locked."""
    await connection().execute(_OVER, row["id"], "failed", reason, at)
    await journal.record(
        "case",
        row["case_id"],
        "message failed",
        by=SYSTEM,
        at=at,
        region=row["region_code"],
        content={"occasion": row["occasion"]},
    )
