"""What the applicant and the window decide about messages: only the necessary ones, another number, told otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal, people
from lianban.casework.messages.addressees import NO, about
from lianban.casework.messages.writing import SEND, quiet_over
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outbox import write as leave
from lianban.outside.database import connection, transaction
from lianban.rules import masks
from lianban.rules.actors import HOLDER, Actor, Role
from lianban.rules.messages.receivers import mobile
from lianban.tables.cases import Case
from lianban.tables.ids import new_id

OPEN = ("failed", "no_phone", "unconfigured")
"""States in which somebody still has to tell the applicant."""
LONGEST_NOTE = 200
GONE = "没有找到这条短信，请刷新页面后再试。"

_CHOOSE = """
INSERT INTO message_choices (case_id, optional, by_id, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (case_id) DO UPDATE SET optional = $2, by_id = $3, at = $4
"""
_NUMBER = """
INSERT INTO message_numbers (id, case_id, role, phone, by_id, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (case_id, role) DO UPDATE SET phone = $4, by_id = $5, by_name = $6, at = $7
"""
_HANDLED = """
UPDATE messages SET handled_at = $2, handled_by = $3, handled_by_name = $4, handled_note = $5 WHERE id = $1
"""
_AGAIN = """
INSERT INTO messages (id, case_id, region_code, occasion, cause, subject, role, phone_masked, text, edition, parts,
  about, status, made_at, due_at)
SELECT $2::uuid, case_id, region_code, occasion, cause || ' ' || ($2::uuid)::text, subject, role, $3, text, edition,
  parts, about, 'waiting', $4, $5 FROM messages WHERE id = $1
"""


async def wants(case_id: UUID) -> bool:
    """Whether the applicant gets the messages that may be done without. False for a case that cannot be told of."""
    async with transaction():
        case = await about(case_id)
    return case is not None and case.wanted


async def choose(case_id: UUID, optional: bool, *, by: Actor, at: datetime) -> None:
    """The holder of the query code decides: all messages, or only those on which a right or a date hangs.

    Raises Forbidden for anybody else (at intake it is a box of the form), NotFound.
    """
    if by != HOLDER:
        raise Forbidden("是否接收进度短信由申请人凭查询码在进度页面上选择。")
    async with transaction():
        row = await _locked(case_id)
        chosen = await connection().fetchval("SELECT optional FROM message_choices WHERE case_id = $1", case_id)
        if (json.loads(row.draft).get("messages") != NO if chosen is None else chosen) == optional:
            return
        await connection().execute(_CHOOSE, case_id, optional, by.id, at)
        content = {"optional": optional}
        await journal.record("case", case_id, "messages chosen", by=by, at=at, region=row.region_code, content=content)


async def told_otherwise(message_id: UUID, note: str, *, by: Actor, at: datetime) -> None:
    """The window has told the applicant in another way, and says how. Once more is harmless.

    Raises NotFound, Forbidden, Conflict when the message has gone out, Invalid.
    """
    note = " ".join(note.split())
    if not 2 <= len(note) <= LONGEST_NOTE:
        sentence = f"请写明怎样通知了申请人（2 到 {LONGEST_NOTE} 字），如“电话告知本人”。"
        raise Invalid(sentence, {"note": sentence})
    async with transaction():
        row = await _open(message_id, by=by, at=at)
        if row["handled_at"] is None:
            await _handled(row, note, by=by, at=at)
            await _note(row, "message told otherwise", by=by, at=at)


async def send_again(message_id: UUID, phone: str, *, by: Actor, at: datetime) -> UUID:
    """Send a message once more, to another number if one is given; that number then holds for the whole case.

    The new message. Raises NotFound, Forbidden, Conflict when it has been dealt with, Invalid with the field.
    """
    number = mobile(phone)
    if phone.strip() and not number:
        sentence = "请填写 11 位手机号码，或者留空用原来的号码。"
        raise Invalid(sentence, {"phone": sentence})
    async with transaction():
        row = await _open(message_id, by=by, at=at)
        if row["handled_at"] is not None:
            raise Conflict(f"这条短信已由{row['handled_by_name']}处理：{row['handled_note']}。")
        if row["status"] == "no_phone" and not number:
            sentence = "没有可用的手机号码，请填写一个再发送。"
            raise Invalid(sentence, {"phone": sentence})
        if not row["text"]:
            raise Conflict("这条短信的内容已过保存期限，请直接电话告知申请人。")
        if number:
            await connection().execute(_NUMBER, new_id(at), row["case_id"], row["role"], number, by.id, by.name, at)
        due, id = await quiet_over(row["region_code"], at), new_id(at)
        masked = masks.mask_phone(number) if number else row["phone_masked"]
        await connection().execute(_AGAIN, message_id, id, masked, at, due)
        await _handled(row, "换号码重新发送" if number else "重新发送", by=by, at=at)
        await _note(row, "message sent again", by=by, at=at, number=bool(number))
        await leave(SEND, case_id=row["case_id"], payload={"message": str(id)}, at=at, due=due)
    return id


async def _open(message_id: UUID, *, by: Actor, at: datetime) -> Mapping[str, Any]:
    """The message, it and its case locked, for the window of its region."""
    if not by.may(Role.CLERK):
        raise Forbidden("未能通知的短信由综合窗口处理。")
    case_id = await connection().fetchval(
        "SELECT case_id FROM messages WHERE id = $1 AND region_code = $2", message_id, by.region
    )
    if case_id is None:
        raise NotFound(GONE)
    await people.require_access(await _locked(case_id), by=by, at=at)
    row: Mapping[str, Any] = await connection().fetchrow("SELECT * FROM messages WHERE id = $1 FOR UPDATE", message_id)
    if row["status"] not in OPEN:
        raise Conflict("这条短信已经发出，不用再处理。请刷新页面。")
    return row


async def _locked(case_id: UUID) -> Case:
    row = await Case.objects().where(Case.id == case_id).lock_rows("UPDATE").first()
    if row is None:
        raise NotFound(GONE)
    return row


async def _handled(row: Mapping[str, Any], note: str, *, by: Actor, at: datetime) -> None:
    await connection().execute(_HANDLED, row["id"], at, by.id, by.name, note)


async def _note(row: Mapping[str, Any], event: str, *, by: Actor, at: datetime, **content: Any) -> None:
    # The note may name somebody: it stays with the message.
    said = {"occasion": row["occasion"], **content}
    await journal.record("case", row["case_id"], event, by=by, at=at, region=row["region_code"], content=said)
