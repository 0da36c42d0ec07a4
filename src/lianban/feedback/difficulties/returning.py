"""After the answer: called back, all of them (domain E); displeased ones go on; then the request is closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban import errors
from lianban.feedback import matters
from lianban.feedback.difficulties.raising import up_again
from lianban.feedback.difficulties.rows import hold, words
from lianban.feedback.difficulties.sheet import issue_for
from lianban.feedback.difficulties.sorting import end_parts
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.difficulties import cause_of

AGAIN = "回访时群众表示不满意，重新办理。"
STILL = "重新办理后群众仍不满意。"

_RETURN_TICKETS = """
UPDATE difficulty_tickets SET returned_at = $2, returned_by = $3, returned_by_name = $4
WHERE id = $1 AND returned_at IS NULL RETURNING difficulty_id
"""
_TICKET_OF = "SELECT difficulty_id FROM difficulty_tickets WHERE id = $1"
_OPEN_TICKETS = "SELECT count(*) FROM difficulty_tickets WHERE difficulty_id = $1 AND returned_at IS NULL"


async def called_back(id: UUID, reached: bool, satisfied: bool | None, note: str, *, by: Actor, at: datetime) -> None:
    """The result of a call-back: content or not reached after all attempts, it can be closed; displeased, it is
    handled once more, and after that it goes up. An answer that the government has given stays.

    Not by whoever has answered. The same result a second time changes nothing. Raises NotFound, Forbidden, Conflict,
    Invalid.
    """
    if reached and satisfied is None:
        sentence = "请登记群众是否满意。"
        raise errors.Invalid(sentence, {"satisfied": sentence})
    async with hold(id, by, at=at) as found:
        if found.row["called_back_at"] is not None and found.row["satisfied"] == satisfied:
            return
        pleased = satisfied if reached else None
        await found.play("call_back", by, reached=reached, satisfied=pleased, called_back_at=at)
        found.life.satisfied = pleased
        await found.note("called", note.strip() or _outcome(reached, pleased), by=by)
        await found.tell_journal("request called back", by=by, reached=reached, satisfied=pleased)
        if not found.life.displeased(SYSTEM):
            return
        if found.life.reopened:
            await up_again(found, STILL)
            return
        await found.play("reopen", SYSTEM, reopened=1, lead="", delays=0)
        await end_parts(found)
        found.life.lead = ""
        await matters.start(
            found.matter, "triage", await found.limit("difficulty_triage"), "回访不满意，重新办理", at=at
        )
        await found.start_answer(since=at)
        await found.note("reopened", AGAIN, by=SYSTEM, told=True)
        await found.tell_journal("request reopened", by=SYSTEM)


async def close(id: UUID, cause: str, note: str = "", *, by: Actor, at: datetime) -> None:
    """Close it with the cause that it shows; the 处置单 is issued. Tickets of the hotline must have gone back before.

    Raises NotFound, Conflict, Invalid.
    """
    chosen = cause_of(cause)
    said = words(note, "note", "小结", 2) if note.strip() else ""
    async with hold(id, by, at=at) as found:
        if await connection().fetchval(_OPEN_TICKETS, found.id):
            raise errors.Conflict("还有 12345 工单没有回复，请先登记回复工单，再办结。")
        found.life.cause_named = True
        await found.play("close", by, cause=chosen.id, closed_at=at)
        await matters.stop(found.matter, at=at)
        if said:
            await found.note("closed", said, by=by)
        await found.tell_journal("request closed", by=by, cause=chosen.id)
        paper = await issue_for(found, chosen.id, said, by=by, at=at)
        await found.set(paper_id=paper)


async def return_ticket(ticket_id: UUID, *, by: Actor, at: datetime) -> UUID:
    """The answer has gone back to the hotline; the request's id. A second time changes nothing.

    Raises NotFound, Conflict before there is an answer.
    """
    from_ticket = await _owner(ticket_id)
    async with hold(from_ticket, by, at=at) as found:
        if not found.life.centre(by):
            raise errors.Forbidden("12345 工单由综合窗口或者监督员回复。")
        if found.row["replied_at"] is None:
            raise errors.Conflict("诉求还没有答复，答复以后再回复 12345 工单。")
        if await connection().fetchval(_RETURN_TICKETS, ticket_id, at, by.id, by.name):
            await found.tell_journal("ticket returned", by=by)
    return from_ticket


async def _owner(ticket_id: UUID) -> UUID:
    async with transaction():
        id: UUID | None = await connection().fetchval(_TICKET_OF, ticket_id)
    if id is None:
        raise errors.NotFound("没有找到这个工单，请刷新页面。")
    return id


def _outcome(reached: bool, satisfied: bool | None) -> str:
    if not reached:
        return "多次回访没有联系上。"
    return "群众表示满意。" if satisfied else "群众表示不满意。"
