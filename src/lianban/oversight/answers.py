"""What people do about a card: ask for its removal, decide on that, and make the reason of an overrun public.

The card itself stays as it is. The one who asks never decides; the reason of an overrun is for everybody to read
(优化营商环境条例 36), so it names no applicant.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework.owed import catch_up
from lianban.casework.tasks.checking import unprintable
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.oversight.cards import SHOWN, answers_for, card, scope
from lianban.oversight.views import Card
from lianban.rules.actors import Actor, Role
from lianban.rules.cards import COLOURS, GRAVE, TOLD
from lianban.tables.cards import CardRemoval, OverrunReason
from lianban.tables.ids import new_id

LONGEST = 500
GONE = "没有找到这张预警牌，请从列表里重新打开。"


async def ask_removal(card_id: UUID, *, reason: str, by: Actor, at: datetime) -> UUID:
    """Ask to have a card taken away, for the side that answers for it; the request's id. The same words twice are one.

    Raises NotFound, Forbidden, Invalid with the field, Conflict when it was asked or decided already.
    """
    said = _text(reason, "reason", "申请解除的理由")
    async with _in_hand(card_id, by, at) as (row, shown):
        if not answers_for(row, by):
            raise errors.Forbidden("由承办部门（窗口的牌由综合窗口）申请解除，请用相应的账号登录。")
        if shown.removed:
            raise errors.Conflict("这张牌已经解除，不用再申请。")
        if shown.waiting and shown.removal is not None:
            if shown.removal.asked_by == by.id and shown.removal.reason == said:
                return UUID(str(row["removal"]))
            when = f"{shown.removal.asked_at:%m月%d日 %H:%M}"
            raise errors.Conflict(f"{shown.removal.asked_by_name}已在 {when} 申请解除，请等待审批。")
        id = new_id(at)
        await CardRemoval.insert(
            CardRemoval(id=id, card_id=card_id, reason=said, asked_by=by.id, asked_by_name=by.name, asked_at=at)
        )
        await _note(row, "card removal asked", by=by, at=at)
        return id


async def decide_removal(card_id: UUID, *, approve: bool, note: str, by: Actor, at: datetime) -> None:
    """Decide on the removal of a card: a supervisor, or for a yellow card of his own department its head.

    Declining needs a reason. Raises NotFound, Forbidden (also for whoever asked), Invalid, Conflict when there is
    nothing to decide.
    """
    said = _text(note, "note", "审批意见", needed=not approve)
    async with _in_hand(card_id, by, at) as (row, shown):
        if not shown.waiting:
            decided = shown.removal is not None
            why = "已由" + shown.removal.decided_by_name + "作出决定" if decided and shown.removal else "没有人申请解除"
            raise errors.Conflict(f"这张牌{why}，请刷新页面。")
        if "decide" not in shown.can:
            raise errors.Forbidden(
                "红牌、黑牌由监督员审批，黄牌也可以由本部门负责人审批；申请人和牌上的责任人不能审批自己的牌。"
            )
        await connection().execute(
            "UPDATE card_removals SET approved = $2, decided_by = $3, decided_by_name = $4, decided_at = $5,"
            " decision_note = $6 WHERE id = $1",
            row["removal"],
            approve,
            by.id,
            by.name,
            at,
            said,
        )
        await _note(row, "card removed" if approve else "card removal declined", by=by, at=at)


async def explain(card_id: UUID, *, reason: str, by: Actor, at: datetime) -> UUID:
    """Make the reason of an overrun public, by the handling unit; its id. A later one takes the place of the first.

    Raises NotFound, Forbidden, Invalid with the field, Conflict for a card that is no overrun, or was removed.
    """
    said = _text(reason, "reason", "超期原因")
    async with _in_hand(card_id, by, at) as (row, shown):
        if not answers_for(row, by):
            raise errors.Forbidden("超期原因由承办单位公开，请用承办部门（窗口的时限由综合窗口）的账号登录。")
        if row["colour"] not in GRAVE or row["clock_kind"] not in TOLD:
            raise errors.Conflict("这张牌不是对申请人的超期，不需要公开原因。")
        if shown.removed:
            raise errors.Conflict("这张牌已经解除，不需要公开原因。")
        last = await connection().fetchrow(
            "SELECT id, reason FROM overrun_reasons WHERE card_id = $1 ORDER BY id DESC LIMIT 1", card_id
        )
        if last is not None and last["reason"] == said:
            return UUID(str(last["id"]))
        id = new_id(at)
        await OverrunReason.insert(
            OverrunReason(id=id, card_id=card_id, reason=said, by_id=by.id, by_name=by.name, at=at)
        )
        await _note(row, "overrun explained", by=by, at=at)
        return id


@asynccontextmanager
async def _in_hand(card_id: UUID, by: Actor, at: datetime) -> AsyncIterator[tuple[Mapping[str, Any], Card]]:
    """One transaction with the case of the card locked. Raises NotFound for a card that the person does not see."""
    own = scope(by)
    async with transaction():
        case_id = await connection().fetchval(
            "SELECT case_id FROM cards WHERE id = $1 AND region_code = $2 AND ($3::text IS NULL OR department = $3)",
            card_id,
            by.region,
            own,
        )
    if case_id is None:
        raise errors.NotFound(GONE)
    await catch_up(case_id, at=at)
    async with transaction():
        await connection().execute("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", case_id)
        row = await connection().fetchrow(f"{SHOWN} WHERE c.id = $1", card_id)
        yield row, card(row, by, {})


def _text(text: str, field: str, label: str, *, needed: bool = True) -> str:
    said = text.strip()
    problem = ""
    if needed and len(said) < 2:
        problem = f"请写明{label}。"
    elif len(said) > LONGEST:
        problem = f"{label}最多 {LONGEST} 字，请缩短。"
    fields = {field: problem} if problem else unprintable({field: said})
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)
    return said


async def _note(row: Mapping[str, Any], event: str, *, by: Actor, at: datetime) -> None:
    content = {"colour": row["colour"], "clock": row["clock_kind"], "mark": f"{local(row['at']):%Y-%m-%d %H:%M}"}
    if row["task_id"] is not None:
        item = await connection().fetchval("SELECT item FROM tasks WHERE id = $1", row["task_id"])
        content["item"] = item
    content["card"] = COLOURS[row["colour"]].word
    await journal.record(
        "case",
        row["case_id"],
        event,
        by=by,
        at=at,
        region=row["region_code"],
        department=row["department"],
        on_behalf_of=by.on_behalf_of(Role.SUPERVISOR, Role.DEPARTMENT_HEAD, Role.APPROVER, Role.CLERK),
        content=content,
    )
