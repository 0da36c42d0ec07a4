"""The units handle a request: they take it, say how it stands before it is due, help each other, answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban import errors
from lianban.feedback import matters
from lianban.feedback.difficulties.rows import InHand, hold, words
from lianban.feedback.difficulties.sorting import answered
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.difficulties import RESULTS

_ACCEPT = """
UPDATE difficulty_parts SET status = 'accepted', accepted_at = $3, accepted_by_name = $4
WHERE difficulty_id = $1 AND department = $2 AND status = 'waiting'
"""
_REPORT = """
UPDATE difficulty_parts SET status = 'reported', reported_at = $3, report = $4, reported_by_name = $5
WHERE difficulty_id = $1 AND department = $2 AND status = 'accepted'
"""
_RETURN = """
UPDATE difficulty_parts SET status = 'returned', returned_at = $3, return_reason = $4
WHERE difficulty_id = $1 AND department = $2 AND status NOT IN ('returned', 'ended')
"""


async def accept(id: UUID, *, by: Actor, at: datetime) -> None:
    """The unit takes its part. A second time changes nothing. Raises NotFound, Conflict."""
    async with hold(id, by, at=at) as found:
        if found.life.unit(by) and found.life.parts[by.department] in ("accepted", "reported"):
            return
        await found.play("accept", by)
        await connection().execute(_ACCEPT, found.id, by.department, at, by.name)
        if by.department == found.life.lead:
            await matters.stop(found.matter, at=at, kinds={"accept"})
        await found.tell_journal("request accepted", by=by)


async def give_back(id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """It is not this unit's: back to the window with a reason, or out of joint handling while the others go on.

    Raises NotFound, Conflict when a supervisor has named the unit, Invalid.
    """
    why = words(reason, "reason", "退回的理由", 2)
    async with hold(id, by, at=at) as found:
        found.life.reason_given = True
        leads = by.department == found.life.lead
        await found.play("give_back" if leads else "leave", by)
        await connection().execute(_RETURN, found.id, by.department, at, why)
        if leads:
            found.life.lead = ""
            await found.set(lead="")
            await matters.stop(found.matter, at=at, kinds={"accept"})
            # Nobody handles it: the window has the time of the policy to find who does.
            basis = "承办单位退回；期限由本地确定"
            await matters.start(found.matter, "triage", await found.limit("difficulty_triage"), basis, at=at)
        await found.note("returned", why, by=by)
        await found.tell_journal("request given back", by=by)


async def contribute(id: UUID, text: str, *, by: Actor, at: datetime) -> None:
    """A helping unit gives its opinion to the leading one. Raises NotFound, Conflict, Invalid."""
    said = words(text, "text", "协办意见")
    async with hold(id, by, at=at) as found:
        found.life.text_given = True
        await found.play("contribute", by)
        await connection().execute(_REPORT, found.id, by.department, at, said, by.name)
        await found.note("contributed", said, by=by)
        await found.tell_journal("request contributed", by=by)


async def tell(id: UUID, text: str, *, by: Actor, at: datetime) -> None:
    """Tell whoever made the request how it stands and why. Raises NotFound, Conflict, Invalid."""
    said = words(text, "text", "进展")
    async with hold(id, by, at=at) as found:
        found.life.text_given = True
        await found.play("tell", by)
        await matters.stop(found.matter, at=at, kinds={"tell"})
        await found.note("told", said, by=by, told=True)
        await found.tell_journal("request progress told", by=by)


async def postpone(id: UUID, days: int, reason: str, *, by: Actor, at: datetime) -> datetime:
    """Before it is due: the reason and the new date are told, once; the new date (江苏（试行）).

    Raises NotFound, Conflict, Invalid.
    """
    why = words(reason, "reason", "延期的理由")
    async with hold(id, by, at=at) as found:
        category = found.category
        assert category is not None
        whole = await found.limit(category.limit)
        most = whole.amount if whole.unit is Unit.WORKING_DAYS else 1
        if not 1 <= days <= most:
            sentence = f"最多延长 {most} 个工作日，请填写 1 到 {most} 的整数。"
            raise errors.Invalid(sentence, {"days": sentence})
        found.life.reason_given = True
        await found.play("postpone", by, delays=found.life.delays + 1)
        kind = "opinion" if category.joint else "answer"
        due = await matters.extend(found.matter, kind, Limit(days, Unit.WORKING_DAYS), why, by=by, at=at)
        if due is None:
            raise errors.Conflict("没有正在计算的期限，请刷新页面。")
        await found.note("postponed", why, by=by, told=True, due=due)
        await found.tell_journal("request postponed", by=by, days=days, due=local(due).date().isoformat())
        return due


async def reply(id: UUID, text: str, *, result: str, by: Actor, at: datetime) -> None:
    """The leading unit answers. "Not now" is no answer that a unit gives by itself: it goes up with what is proposed
    (天津某区：负面答复须上报). Raises NotFound, Conflict, Invalid."""
    said = words(text, "text", "答复的内容")
    if result not in RESULTS:
        sentence = "请选择办理结果。"
        raise errors.Invalid(sentence, {"result": sentence})
    async with hold(id, by, at=at) as found:
        found.life.text_given = True
        if result == "unsolved":
            await _refer(found, said, by=by)
            return
        await found.play("reply", by)
        await answered(found, said, result, by=by)


async def _refer(found: InHand, text: str, *, by: Actor) -> None:
    await found.play("refer", by, reply=text, result="unsolved", replier=by.id, replier_name=by.name)
    await matters.stop(found.matter, at=found.at, kinds={"tell", "accept"})
    await found.note("referred", text, by=by)
    await found.tell_journal("request referred", by=by)
