"""A hearing is asked for within five working days of being told, or not: by each whom it concerns (行政许可法 47)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban import errors
from lianban.casework import clocks, progress
from lianban.casework.addressed import concerned, issue
from lianban.casework.clocks import Owner
from lianban.casework.hearings.calling import call_off
from lianban.casework.hearings.rows import InHand, change, hearing, named, text
from lianban.casework.owed import Ended
from lianban.casework.progress import note
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import HOLDER, SYSTEM, Actor
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.lifecycles import fire
from lianban.rules.notices import hearings as papers
from lianban.tables.hearings import Hearing

HOLD_WITHIN = Limit(20, Unit.WORKING_DAYS)
HOLD_BASIS = "《中华人民共和国行政许可法》第四十七条第一款"
EXPIRED = "申请听证的期限届满，没有人提出申请。"
CHANNELS = {"window": "窗口", "online": "网上", "mail": "邮寄", "department": "部门"}
_ASKED = "UPDATE hearing_parties SET asked = $2, asked_at = $3, channel = $4 WHERE id = $1"


async def applied(
    task_id: UUID, *, party: UUID | None = None, channel: str = "department", by: Actor, at: datetime
) -> datetime:
    """Somebody asks for the hearing (`party` None: the applicant); until when it must be held, twenty working days
    from the first who asked. `by` HOLDER comes with the query code and asks for the applicant.

    Raises NotFound, Conflict when the five working days are over or the right was not told.
    """
    async with hearing(task_id, by, at=at) as found:
        if not found.life.sides(by):
            raise errors.Conflict("请由签收人或者部门负责人办理听证。")
        if found.row["ground"] != "interest":
            raise errors.Conflict(_over(found))
        asker = found.party(None if by == HOLDER else party)
        if asker["asked"] == "applied" and found.row["hold_by"]:
            return local(found.row["hold_by"])
        if found.life.state in ("applied", "called") and at <= found.row["apply_by"]:
            await connection().execute(_ASKED, asker["id"], "applied", at, channel)
            await note(found.held, "hearing applied for", by=by, at=at, item=found.task.item, party=asker["kind"])
            return local(found.row["hold_by"])
        if found.life.state == "waived" and found.row["record"] == EXPIRED:
            # Asked for in time, while the timer was faster to the case: nobody has given the right up.
            found.life.state = "told"
        if found.life.state != "told" or not found.life.application_in_time:
            raise errors.Conflict(_over(found))
        fire(found.life, "apply", by)
        owner = Owner(found.held.id, task_id, found.held.region)
        running = await clocks.start(owner, "hearing_held", HOLD_WITHIN, HOLD_BASIS, at=at)
        await clocks.stop(found.held.id, task_id, at=at, kinds={"hearing"})
        await connection().execute(_ASKED, asker["id"], "applied", at, channel)
        await change(found.id, at, status="applied", applied_at=at, hold_by=running.promised, record="")
        await note(found.held, "hearing applied for", by=by, at=at, item=found.task.item, party=asker["kind"])
        return local(running.promised)


async def waived(task_id: UUID, *, party: UUID | None = None, by: Actor, at: datetime) -> None:
    """They have said that they want no hearing (`party` None: all of them; HOLDER speaks for the applicant). Whoever
    asked may take it back before the hearing. When nobody is left who wants one the decision is free, unless somebody
    who has not spoken yet still has time to ask.

    Raises NotFound, Conflict once it was held or announced of the authority's own accord.
    """
    async with hearing(task_id, by, at=at) as found:
        if found.life.state == "waived":
            return
        if found.life.state in ("held", "recorded"):
            raise errors.Conflict("听证已经举行，笔录是决定的根据。")
        if found.row["ground"] != "interest":
            raise errors.Conflict("这次听证由机关依职权举行，不因为有人放弃而取消（行政许可法第四十六条）。")
        if by != HOLDER and party is None:
            giving_up = list(found.parties)
        else:
            giving_up = [found.party(party if by != HOLDER else None)]
        gone = {p["id"] for p in giving_up}
        for one in giving_up:
            said = "withdrawn" if one["asked"] == "applied" else "waived"
            await connection().execute(_ASKED, one["id"], said, at, "online" if by == HOLDER else "department")
        left = [p for p in found.parties if p["id"] not in gone and p["asked"] not in ("waived", "withdrawn")]
        wanted = [p for p in left if p["asked"] == "applied"] if found.life.state != "told" else left
        found.life.all_gave_up = not wanted
        if wanted:
            if not found.life.sides(by):
                fire(found.life, "waive", by)
            await note(found.held, "hearing waived", by=by, at=at, item=found.task.item, left=len(wanted))
            return
        if left and found.life.state != "told" and found.life.application_in_time:
            await _wait_on(found, len(left), by=by, at=at)
            return
        fire(found.life, "waive", by)
        await clocks.stop(found.held.id, task_id, at=at, kinds={"hearing", "hearing_held"})
        await call_off(found, by=by, at=at)
        await change(found.id, at, status="waived")
        await note(found.held, "hearing waived", by=by, at=at, item=found.task.item)


async def _wait_on(found: InHand, left: int, *, by: Actor, at: datetime) -> None:
    """Whoever asked has taken it back; the others have what is left of the five working days."""
    fire(found.life, "take_back", by)
    await clocks.stop(found.held.id, found.task_id, at=at, kinds={"hearing_held"})
    owner = Owner(found.held.id, found.task_id, found.held.region)
    await clocks.reopen(owner, "hearing", since=found.row["applied_at"])
    await call_off(found, by=by, at=at)
    gone: dict[str, None] = dict.fromkeys(("applied_at", "hold_by", "held_on", "called_at", "adjustment"))
    await change(found.id, at, status="told", hour="", place="", presider="", closed_reason="", **gone)
    await note(found.held, "hearing waived", by=by, at=at, item=found.task.item, left=left)


async def declined(task_id: UUID, *, asker: str, applied_on: datetime, reason: str, by: Actor, at: datetime) -> UUID:
    """Answer in writing whoever asks too late or has no right to: 听证申请答复书; the paper's id.

    Raises NotFound, Conflict before anything was told, Invalid.
    """
    name, why = text(asker, "asker", "提出申请的人", 1), text(reason, "answer", "不组织听证的理由", 4)
    async with hearing(task_id, by, at=at) as found:
        if not found.life.office(by):
            raise errors.Conflict("请由签收人或者部门负责人办理听证。")
        if applied_on > at:
            sentence = "提出申请的日期不能晚于今天。"
            raise errors.Invalid(sentence, {"applied_on": sentence})
        known = any(p["name"] == name and p["asked"] not in ("waived", "withdrawn") for p in found.parties)
        if known and applied_on <= found.row["apply_by"] and found.row["ground"] == "interest":
            sentence = f"{name}在期限内提出了申请，应当组织听证，请登记“收到听证申请”。"
            raise errors.Conflict(sentence)
        await note(found.held, "hearing declined", by=by, at=at, item=found.task.item)
        content = papers.hearing_answer(
            await concerned(found.held, task_id),
            asker=name,
            applied_on=local(applied_on).date(),
            reason=why,
            on=local(at),
        )
        return (await issue(found.held, task_id, "hearing_answer", content, by=by, at=at)).id


async def expire(ended: Ended, at: datetime) -> None:
    """Nobody has asked within the five working days: the right is over and the decision is free. For `owed`."""
    row = await Hearing.objects().get(Hearing.task_id == ended.task_id) if ended.task_id else None
    if row is None or at <= row.apply_by:
        return
    held = await progress.hold(ended.case_id)
    assert held is not None and ended.task_id is not None
    await clocks.stop(held.id, ended.task_id, at=at, kinds={"hearing"})
    if row.status == "told":
        await change(row.id, at, status="waived", record=EXPIRED)
        item = held.lives[ended.task_id].item
        await note(held, "hearing right expired", by=SYSTEM, at=at, item=item)


def _over(found: InHand) -> str:
    until = local(found.row["apply_by"])
    if found.row["ground"] != "interest":
        return "这次听证由机关依职权举行，不用申请。"
    if found.life.state == "waived" and found.life.application_in_time:
        return "已经表示不要求听证，不能再申请。需要书面答复的，可以出具《听证申请答复书》。"
    if found.life.state in ("held", "recorded"):
        return f"现在是“{named(found.life.state)}”，不能再申请。"
    return f"申请听证的期限到 {until:%Y-%m-%d} 为止，现在不能再提出。需要书面答复的，可以出具《听证申请答复书》。"
