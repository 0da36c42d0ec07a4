"""Hearings (行政许可法 36, 46–48): the right is told, used or given up, the hearing called, held, and put on record.

Until then nothing is decided (`TaskRow.heard`); when nobody asks within five working days the system notes it. The
time a hearing takes is left out of the limit by a special procedure of its own (45).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.casework import clocks, progress
from lianban.casework.addressed import concerned, issue
from lianban.casework.clocks import Owner
from lianban.casework.clocks.rows import calendar_of
from lianban.casework.owed import Ended, catch_up_task
from lianban.casework.progress import Held, note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.composer import limit_text
from lianban.rules.lifecycles import TaskRow
from lianban.rules.notices import adjusting as adjusting_papers
from lianban.tables.ids import new_id
from lianban.tables.tasks import Hearing

APPLY_WITHIN = Limit(5, Unit.WORKING_DAYS)
HOLD_WITHIN = Limit(20, Unit.WORKING_DAYS)
NOTICE = Limit(7, Unit.WORKING_DAYS)
BASIS = "《中华人民共和国行政许可法》第四十七条第一款"
STATES = {"told": "已告知权利，等待申请", "applied": "已申请听证", "waived": "不举行听证", "held": "已举行听证"}
EXPIRED = "申请听证的期限届满，没有人提出申请。"
LONGEST = 4000
SHORTEST_RECORD = 10


@dataclass(frozen=True, slots=True)
class HearingView:
    """How a hearing stands. `hold_by` ends the twenty working days, `earliest` the notice of seven, if called today."""

    status: str
    status_name: str
    interested: str
    reason: str
    told_at: datetime
    apply_by: datetime
    applied_at: datetime | None
    hold_by: datetime | None
    earliest: date
    held_on: date | None
    presider: str
    presider_name: str
    record: str


async def tell(task_id: UUID, *, reason: str, interested: str = "", by: Actor, at: datetime) -> None:
    """Tell the applicant (and a third party whose material interest is touched, 36) of the right to a hearing.

    Raises NotFound for another department's task, Conflict in other hands or when it was told before, Invalid.
    """
    _text(reason, "reason", "告知听证权利的理由", 2)
    if len(interested) > 200:
        raise errors.Invalid("利害关系人最多 200 个字。", {"interested": "利害关系人最多 200 个字。"})
    if wrong := unprintable({"interested": interested}):
        raise errors.Invalid(wrong["interested"], wrong)
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        _must_hold(held, life, by)
        if await _row(task_id) is not None:
            raise errors.Conflict("这个事项已经告知过听证权利，不用再告知。")
        owner = Owner(held.id, task_id, held.region)
        running = await clocks.start(owner, "hearing", APPLY_WITHIN, BASIS, at=at)
        await Hearing.insert(
            Hearing(
                id=new_id(at),
                case_id=held.id,
                task_id=task_id,
                interested=interested.strip(),
                reason=reason.strip(),
                status="told",
                told_at=at,
                apply_by=running.promised,
                by_id=by.id,
                by_name=by.name,
                at=at,
            )
        )
        await note(held, "hearing right told", by=by, at=at, item=life.item)
        content = adjusting_papers.hearing_right(
            await concerned(held, task_id),
            interested=interested,
            reason=reason.strip(),
            told_at=local(at),
            within=limit_text(APPLY_WITHIN),
            apply_by=running.promised,
        )
        await issue(held, task_id, "hearing", content, by=by, at=at)


async def applied(task_id: UUID, *, by: Actor, at: datetime) -> datetime:
    """The applicant or an interested party asks for the hearing; until when it must be held (twenty working days).

    Raises NotFound, Conflict when the five working days are over or the right was not told.
    """
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        _must_hold(held, life, by)
        row = await _told(task_id)
        if row["status"] == "applied":
            return local(row["hold_by"])
        if row["status"] != "told" or at > row["apply_by"]:
            raise errors.Conflict(f"申请听证的期限到 {local(row['apply_by']):%Y-%m-%d} 为止，现在不能再提出。")
        until = clock.due(local(at), HOLD_WITHIN, await calendar_of(held.region)).instant
        await _now(task_id, "applied", at, applied_at=at, hold_by=until)
        await clocks.stop(held.id, task_id, at=at, kinds={"hearing"})
        await note(held, "hearing applied for", by=by, at=at, item=life.item)
    return until


async def waived(task_id: UUID, *, by: Actor, at: datetime) -> None:
    """They have said that they want no hearing. Raises NotFound, Conflict once it was held or the right is over."""
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        _must_hold(held, life, by)
        row = await _told(task_id)
        if row["status"] == "waived":
            return
        if row["status"] == "held":
            raise errors.Conflict("听证已经举行，笔录是决定的根据。")
        await _now(task_id, "waived", at)
        await clocks.stop(held.id, task_id, at=at, kinds={"hearing"})
        await note(held, "hearing waived", by=by, at=at, item=life.item)


async def call(task_id: UUID, *, held_on: date, hour: str, place: str, presider: str, by: Actor, at: datetime) -> None:
    """Call the hearing: seven working days ahead, within twenty of the application, with a presider who has no part in
    the examination (48). Calling it anew replaces the day and issues a new notice. When twenty days cannot be kept any
    more only the earliest day is left, and the journal flags it.

    Raises NotFound, Conflict before an application, Invalid with the fields.
    """
    _text(hour, "hour", "听证的时间（如上午九时）", 1)
    _text(place, "place", "听证的地点", 2)
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        _must_hold(held, life, by)
        row = await _told(task_id)
        if row["status"] != "applied":
            raise errors.Conflict(f"现在是“{STATES[row['status']]}”，收到听证申请后才能发出听证通知。")
        calendar = await calendar_of(held.region)
        earliest, latest = clock.due(local(at), NOTICE, calendar).instant.date(), local(row["hold_by"]).date()
        sentence = ""
        if held_on < earliest:
            sentence = f"听证要在举行的七个工作日前通知，最早 {earliest} 举行（行政许可法第四十八条）。"
        elif held_on > max(earliest, latest):
            day = f"最晚 {latest} 举行" if earliest <= latest else f"期限已经到了，只能尽早举行：{earliest}"
            sentence = f"听证要在收到申请之日起二十个工作日内组织，{day}（行政许可法第四十七条）。"
        elif not calendar.day(held_on).working:
            sentence = f"{held_on} 不是工作日，请另选一天。"
        if sentence:
            raise errors.Invalid(sentence, {"held_on": sentence})
        chair = await _presider(presider, held.lives[task_id], by)
        await connection().execute(
            "UPDATE hearings SET held_on = $2, presider = $3, at = $4 WHERE task_id = $1",
            task_id,
            held_on,
            chair.id,
            at,
        )
        # Too late is unlawful; never would be worse: the decision waits for the hearing.
        late = {"flag": "late hearing"} if held_on > latest else {}
        await note(held, "hearing called", by=by, at=at, item=life.item, on=held_on.isoformat(), **late)
        content = adjusting_papers.hearing_call(
            await concerned(held, task_id),
            interested=row["interested"],
            called_at=local(at),
            held_on=held_on,
            hour=hour.strip(),
            place=place,
            presider=chair.name,
        )
        await issue(held, task_id, "hearing", content, by=by, at=at)


async def hold(task_id: UUID, *, record: str, by: Actor, at: datetime) -> None:
    """The hearing has taken place: its record, on which alone the decision is made.

    Raises NotFound, Conflict before the day or when the presider is the examiner, Invalid.
    """
    _text(record, "record", "听证笔录", SHORTEST_RECORD)
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        _must_hold(held, life, by)
        row = await _told(task_id)
        if row["status"] == "held":
            raise errors.Conflict("听证笔录已经登记，不能更改。")
        if row["status"] != "applied" or row["held_on"] is None:
            raise errors.Conflict("请先发出听证通知，写明时间、地点和主持人。")
        if local(at).date() < row["held_on"]:
            raise errors.Conflict(f"听证定在 {row['held_on']} 举行，举行以后再登记笔录。")
        if life.claimed_by == row["presider"]:
            raise errors.Conflict("听证主持人不能是审查人员（行政许可法第四十八条），请把任务转交给另一位审批人员。")
        await _now(task_id, "held", at, record=record.strip())
        await note(held, "hearing held", by=by, at=at, item=life.item)


async def expire(ended: Ended, at: datetime) -> None:
    """Nobody has asked within the five working days: the right is over and the decision is free. For `owed`."""
    row = await _row(ended.task_id) if ended.task_id else None
    if row is None or at <= row["apply_by"]:
        return
    held = await progress.hold(ended.case_id)
    assert held is not None and ended.task_id is not None
    await clocks.stop(held.id, ended.task_id, at=at, kinds={"hearing"})
    if row["status"] == "told":
        await _now(ended.task_id, "waived", at, record=EXPIRED)
        await note(held, "hearing right expired", by=SYSTEM, at=at, item=held.lives[ended.task_id].item)


async def of_task(task_id: UUID, *, by: Actor, at: datetime) -> HearingView | None:
    """How the hearing of a task stands, None when the right was never told. Raises NotFound for others' tasks."""
    async with in_hand(task_id, by, lock=False) as (held, _):
        row = await _row(task_id)
        if row is None:
            return None
        earliest = clock.due(local(at), NOTICE, await calendar_of(held.region)).instant.date()
        name = await connection().fetchval("SELECT name FROM people WHERE id::text = $1", row["presider"])
    return HearingView(
        status=row["status"],
        status_name=STATES[row["status"]],
        interested=row["interested"],
        reason=row["reason"],
        told_at=local(row["told_at"]),
        apply_by=local(row["apply_by"]),
        applied_at=local(row["applied_at"]) if row["applied_at"] else None,
        hold_by=local(row["hold_by"]) if row["hold_by"] else None,
        earliest=earliest,
        held_on=row["held_on"],
        presider=row["presider"],
        presider_name=name or "",
        record=row["record"],
    )


async def _row(task_id: UUID | None) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = await connection().fetchrow("SELECT * FROM hearings WHERE task_id = $1", task_id)
    return found


async def _told(task_id: UUID) -> Mapping[str, Any]:
    row = await _row(task_id)
    if row is None:
        raise errors.Conflict("还没有告知听证权利，请先告知。")
    return row


async def _now(
    task_id: UUID,
    status: str,
    at: datetime,
    *,
    applied_at: datetime | None = None,
    hold_by: datetime | None = None,
    record: str = "",
) -> None:
    await connection().execute(
        "UPDATE hearings SET status = $2, at = $3, applied_at = COALESCE($4, applied_at),"
        " hold_by = COALESCE($5, hold_by), record = CASE WHEN $6 = '' THEN record ELSE $6 END WHERE task_id = $1",
        task_id,
        status,
        at,
        applied_at,
        hold_by,
        record,
    )


def _must_hold(held: Held, life: TaskRow, by: Actor) -> None:
    if life.state != "reviewing":
        raise errors.Conflict(f"任务现在是“{life.stage.name}”，签收以后、作出决定以前才能办理听证。")
    if not (life.holder(by) or by.may(Role.DEPARTMENT_HEAD)):
        name = held.tasks[UUID(life.id)]["claimed_by_name"]
        raise errors.Conflict(f"任务由{name}签收，请由签收人或者部门负责人办理听证。")


def _text(text: str, field: str, what: str, shortest: int) -> None:
    if not shortest <= len(text.strip()) <= LONGEST:
        sentence = f"请填写{what}" + (f"（不少于 {shortest} 个字）。" if shortest > 2 else "。")
        raise errors.Invalid(sentence, {field: sentence})
    if wrong := unprintable({field: text}):
        raise errors.Invalid(wrong[field], wrong)


async def _presider(id: str, life: TaskRow, by: Actor) -> Actor:
    sentence = ""
    try:
        chair = await people.person(id)
    except errors.NotFound:
        chair = None
    if chair is None or (chair.region, chair.department) != (by.region, by.department):
        sentence = "请选择本部门一位在岗的人员主持听证。"
    elif chair.id == life.claimed_by:
        sentence = "听证主持人不能是审查这个申请的人员，请另选一人（行政许可法第四十八条）。"
    if chair is None or sentence:
        raise errors.Invalid(sentence, {"presider": sentence})
    return chair
