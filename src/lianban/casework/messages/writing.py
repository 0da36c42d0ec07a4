"""A message is written: worded, held over the quiet hours, once for each recipient however often it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from lianban import outbox
from lianban.casework.messages.addressees import About, told
from lianban.casework.messages.templates import in_force
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import masks
from lianban.rules.messages import OCCASIONS, Receiver, clock_time, fill, not_before, parts
from lianban.tables.ids import new_id

SEND = "message due"
NO_NUMBER = "没有可以接收短信的手机号码"

_THERE = "SELECT true FROM messages WHERE case_id = $1 AND occasion = $2 AND cause = $3 LIMIT 1"
_UNSENT = """
SELECT id, about FROM messages WHERE case_id = $1 AND subject = $2 AND status = 'waiting' AND attempts = 0
ORDER BY id FOR UPDATE
"""
_MERGED = "UPDATE messages SET status = 'merged', reason = '内容并入后一条短信' WHERE id = ANY($1)"
_INSERT = """
INSERT INTO messages (id, case_id, region_code, occasion, cause, subject, role, phone_masked, text, edition, parts,
  about, status, reason, made_at, due_at, failed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, $16, $17)
ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told. `cause` names the fact: the same fact is told once. What is still unsent about the same
    `subject` is not sent any more, as this says it all; `phrases` are then told together, by key, in place `together`.
    """

    occasion: str
    cause: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    phrases: Mapping[str, str] = field(default_factory=dict)
    together: str = ""
    wait: timedelta = timedelta()


async def quiet_over(region: str, at: datetime) -> datetime:
    """`at`, or when the region's quiet hours are over."""
    chosen = await policy(region)
    return not_before(local(at), clock_time(chosen.quiet_from), clock_time(chosen.quiet_until))


async def write(case: About, what: Told, *, at: datetime, stale: bool = False) -> list[UUID]:
    """Write the message for everybody who is told, in the caller's transaction; the ids, none when it was told before.

    A `stale` one that nobody needs is kept as not sent.
    """
    if await connection().fetchval(_THERE, case.id, what.occasion, what.cause):
        return []
    phrases = dict(what.phrases)
    if what.subject:
        unsent = await connection().fetch(_UNSENT, case.id, what.subject)
        for row in unsent:
            phrases = {**json.loads(row["about"]), **phrases}
        await connection().execute(_MERGED, [row["id"] for row in unsent])
    values = {**case.common, **what.values}
    if what.together:
        values[what.together] = "，".join(phrases.values())
    text, edition = await in_force(case.region, what.occasion, local(at).date())
    due = await quiet_over(case.region, at + what.wait)
    made = []
    for receiver in await told(case, at=at):
        said = case.sign + fill(text, {**values, "称呼": receiver.greeting})
        status, reason = _status(case, what, receiver, stale=stale)
        id = await connection().fetchval(
            _INSERT,
            new_id(at),
            case.id,
            case.region,
            what.occasion,
            what.cause,
            what.subject,
            receiver.role,
            masks.mask_phone(receiver.phone),
            "" if status == "declined" else said,
            edition,
            parts(said),
            json.dumps(phrases, ensure_ascii=False),
            status,
            reason,
            at,
            due,
            at if status == "no_phone" else None,
        )
        if id is not None:
            made.append(id)
            if status == "waiting":
                await outbox.write(SEND, case_id=case.id, payload={"message": str(id)}, at=at, due=due)
    return made


def _status(case: About, what: Told, receiver: Receiver, *, stale: bool) -> tuple[str, str]:
    if not OCCASIONS[what.occasion].mandatory:
        if not case.wanted:
            return "declined", "申请人选择只接收必要的短信"
        if stale:
            return "dropped", "后台停过一段时间，这条进度短信已经过时"
    if not receiver.phone:
        return "no_phone", NO_NUMBER
    return "waiting", ""
