"""The hearing is called seven working days ahead, by no examiner; its time is left out of the limits (45, 48)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks
from lianban.casework.addressed import concerned, issue
from lianban.casework.adjusting import reach
from lianban.casework.adjusting.requests import PROCEDURE, Request
from lianban.casework.clocks import Moved
from lianban.casework.clocks.rows import calendar_of
from lianban.casework.hearings.rows import InHand, change, hearing, named, presider, text
from lianban.casework.notices.issuing import supersede
from lianban.casework.progress import note
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.adjusting import CAUSES_BASIS
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Pause
from lianban.rules.lifecycles import fire
from lianban.rules.notices import hearings as papers
from lianban.rules.notices.adjusting import MovedLimit
from lianban.tables.clocks import Adjustment
from lianban.tables.hearings import HearingRecusal
from lianban.tables.ids import new_id

NOTICE = Limit(7, Unit.WORKING_DAYS)
CALLED = "hearing called"
CALLED_OFF = "要求听证的人放弃或者撤回，听证不再举行"
_IN_FORCE = """
SELECT id FROM papers WHERE task_id = $1 AND kind = 'hearing_call' AND void_at IS NULL AND superseded_by IS NULL
"""
_VOID = "UPDATE papers SET void_at = $2, void_reason = $3, void_by = $4, void_by_name = $5 WHERE id = ANY($1)"
_PAPERS = "UPDATE clock_events SET paper = $2 WHERE adjustment = $1"
_TOLD_IN = "UPDATE adjustments SET paper_id = $2 WHERE id = $1"
_OPEN = "SELECT * FROM hearing_recusals WHERE hearing_id = $1 AND granted IS NULL"


class Excluded(NamedTuple):
    """The time the hearing takes: the adjustment that holds it and the limits it has moved."""

    id: UUID
    moved: tuple[Moved, ...]


async def call(
    task_id: UUID,
    *,
    held_on: date,
    hour: str,
    place: str,
    presider: str,
    closed: str = "",
    changed: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Call the hearing: seven working days ahead, within twenty of the application, with a presider who has no part in
    the examination (48). Calling it anew replaces the day, says why (`changed`) and issues a new notice; the day itself
    may stay when only the presider or the place changes. When twenty days cannot be kept any more only the earliest day
    is left, and the journal flags it. `closed` names the secret or privacy for which it is not public.

    The notice tells the time that the hearing takes; from that moment to the end of the day it is left out of the
    limits (45). Raises NotFound, Conflict before an application, Invalid with the fields.
    """
    when, where = text(hour, "hour", "听证的时间（如上午九时）", 1), text(place, "place", "听证的地点", 2)
    async with hearing(task_id, by, at=at) as found:
        again = found.life.state == "called"
        if found.life.state not in ("applied", "announced", "called"):
            raise errors.Conflict(f"现在是“{named(found.life.state)}”，收到听证申请后才能发出听证通知。")
        calendar = await calendar_of(found.held.region)
        stays = again and found.row["held_on"] == held_on
        if not stays or (found.row["hour"], found.row["place"]) != (when, where):
            _day(held_on, found.row["hold_by"], calendar, at, stays=stays)
        elif held_on < local(at).date():
            sentence = f"{held_on} 已经过去，请另定听证的日期。"
            raise errors.Invalid(sentence, {"held_on": sentence})
        chair = await _chair(presider, found, by)
        if again and len(changed.strip()) < 2:
            sentence = "请写明改期或者改派的原因，通知书会告知参加人。"
            raise errors.Invalid(sentence, {"changed": sentence})
        fire(found.life, "recall" if again else "call", by)
        late = {"flag": "late hearing"} if _late(found, held_on) and not stays else {}
        kept = found.row["adjustment"] if stays else None
        if again and not stays:
            await set_free(found, by=by, at=at)
        excluded = Excluded(kept, ()) if kept else await _leave_out(found, held_on, by=by, at=at)
        await change(
            found.id,
            at,
            status=found.life.state,
            held_on=held_on,
            hour=when,
            place=where,
            presider=chair.id,
            closed_reason=closed.strip(),
            called_at=at,
            adjustment=excluded.id,
        )
        # Too late is unlawful; never would be worse: the decision waits for the hearing.
        await note(found.held, "hearing called", by=by, at=at, item=found.task.item, on=held_on.isoformat(), **late)
        await outbox.write(CALLED, case_id=found.held.id, payload={"task": str(task_id)}, at=at)
        content = papers.hearing_call(
            await concerned(found.held, task_id),
            interested=found.interested,
            called_at=local(at),
            held_on=held_on,
            hour=when,
            place=where,
            presider=chair.name,
            closed=closed,
            changed=changed if again else "",
            until=held_on,
            limits=[MovedLimit(clocks.KINDS[m.kind], m.old, m.new, m.provisional) for m in excluded.moved],
        )
        before = await _in_force(task_id)
        paper = await issue(found.held, task_id, "hearing_call", content, by=by, at=at)
        await supersede(before, by=paper.id, at=at)
        if not kept:
            await connection().execute(_PAPERS, excluded.id, paper.number)
            await connection().execute(_TOLD_IN, excluded.id, paper.id)


async def challenge(task_id: UUID, *, asker: str, reason: str, by: Actor, at: datetime) -> None:
    """Somebody asks that the presider withdraw (申请回避, 48): written down, and the hearing waits for the answer.

    Raises NotFound, Conflict when nobody is to preside or a challenge is open already, Invalid.
    """
    name, why = text(asker, "asker", "申请回避的人", 1), text(reason, "challenge", "申请回避的理由", 2)
    async with hearing(task_id, by, at=at) as found:
        if not found.life.sides(by):
            raise errors.Conflict("请由签收人或者部门负责人登记。")
        if found.life.state != "called":
            raise errors.Conflict(f"现在是“{named(found.life.state)}”，发出听证通知、写明主持人以后才能申请回避。")
        if found.life.challenge_open:
            raise errors.Conflict("已经有一件回避申请，还没有决定。")
        chair = found.row["presider"]
        against = await connection().fetchval("SELECT name FROM people WHERE id::text = $1", chair)
        await HearingRecusal.insert(
            HearingRecusal(
                id=new_id(at),
                hearing_id=found.id,
                against=chair,
                against_name=against or "",
                asked_by=name,
                reason=why,
                asked_at=at,
                taken_by=by.id,
            )
        )
        await note(found.held, "recusal asked", by=by, at=at, item=found.task.item)


async def answer_challenge(task_id: UUID, *, granted: bool, reason: str, by: Actor, at: datetime) -> None:
    """The head of the department decides, never the one who is challenged. When it is granted another presider must be
    named before anything goes on: call the hearing anew, its day may stay.

    Raises NotFound, Forbidden, Conflict when there is nothing to decide, Invalid without a reason.
    """
    why = text(reason, "decision", "决定的理由", 2)
    async with hearing(task_id, by, at=at) as found:
        row = await connection().fetchrow(_OPEN, found.id)
        if row is None:
            raise errors.Conflict("没有等待决定的回避申请。")
        if not by.may(Role.DEPARTMENT_HEAD):
            raise errors.Forbidden("主持人是否回避由部门负责人决定。")
        if by.is_or_stands_for(row["against"]):
            raise errors.Forbidden("不能决定对自己的回避申请，请改派另一位主持人（改派后重新通知）。")
        await connection().execute(
            "UPDATE hearing_recusals SET granted = $2, decision = $3, decided_by = $4, decided_by_name = $5,"
            " decided_at = $6 WHERE id = $1",
            row["id"],
            granted,
            why,
            by.id,
            by.name,
            at,
        )
        if granted:
            await change(found.id, at, presider="")
        await note(found.held, "recusal decided", by=by, at=at, item=found.task.item, granted=granted)


async def call_off(found: InHand, *, by: Actor, at: datetime) -> None:
    """Nobody wants the hearing any more: the limits run on, and the notice that called it is void."""
    await set_free(found, by=by, at=at)
    await connection().execute(_VOID, await _in_force(found.task_id), at, CALLED_OFF, by.id, by.name)


async def set_free(found: InHand, *, by: Actor, at: datetime) -> None:
    """The limits run on: the hearing that stopped them is not held on that day."""
    id = found.row["adjustment"]
    if id is None:
        return
    await connection().execute("UPDATE adjustments SET status = 'ended', ended_at = $2 WHERE id = $1", id, at)
    await clocks.end_pause(found.held.id, id, reason="听证改期或者不再举行", by=by, at=at)


async def _in_force(task_id: UUID) -> list[UUID]:
    """The notices of the hearing that nothing has replaced."""
    return [row["id"] for row in await connection().fetch(_IN_FORCE, task_id)]


async def _leave_out(found: InHand, held_on: date, *, by: Actor, at: datetime) -> Excluded:
    """Stop the law's and the promised limits from this notice to the end of the hearing's day (45)."""
    calendar, here = await calendar_of(found.held.region), local(at)
    until = datetime.combine(held_on, time(), SHANGHAI) + timedelta(days=1)
    days = sum(calendar.day(here.date() + timedelta(n)).working for n in range((held_on - here.date()).days + 1))
    request = Request(
        id=new_id(at),
        task_id=found.task_id,
        kind=PROCEDURE,
        cause="hearing",
        name="听证",
        limit=Limit(max(days, 1), Unit.WORKING_DAYS),
        stops_statutory=True,
        stop=Pause(here, until, "听证", CAUSES_BASIS),
        reason="举行听证",
        basis=CAUSES_BASIS,
        rank=Role.DEPARTMENT_HEAD,
        asked_by=by.id,
        asked_for="",
    )
    moved = await reach.apply(found.held, request, await reach.of(found.held, request, at=at), by=by, at=at)
    await Adjustment.insert(
        Adjustment(
            id=request.id,
            case_id=found.held.id,
            task_id=found.task_id,
            region_code=found.held.region,
            department=found.task.department,
            kind=PROCEDURE,
            cause="hearing",
            name=request.name,
            stops_statutory=True,
            amount=request.limit.amount,
            unit=request.limit.unit.value,
            since=here,
            until=until,
            reason=request.reason,
            basis=request.basis,
            rank=request.rank.value,
            status="approved",
            asked_by=by.id,
            asked_by_name=by.name,
            asked_at=at,
            decided_by=by.id,
            decided_by_name=by.name,
            decided_at=at,
            decision_note="随听证通知书告知",
        )
    )
    return Excluded(request.id, moved)


def _day(held_on: date, hold_by: datetime | None, calendar: Calendar, at: datetime, *, stays: bool = False) -> None:
    """Raise Invalid unless the notice comes in time and the hearing within its period. `stays`: the day was told, and
    another hour or place needs the seven days as well."""
    earliest = clock.due(local(at), NOTICE, calendar).instant.date()
    latest = local(hold_by).date() if hold_by else None
    sentence = ""
    if held_on < earliest:
        what = "听证的时间、地点有变，也要" if stays else "听证要"
        sentence = f"{what}在举行的七个工作日前通知，最早 {earliest} 举行（行政许可法第四十八条）。"
    elif not stays and latest is not None and held_on > max(earliest, latest):
        day = f"最晚 {latest} 举行" if earliest <= latest else f"期限已经到了，只能尽早举行：{earliest}"
        sentence = f"听证要在收到申请之日起二十个工作日内组织，{day}（行政许可法第四十七条）。"
    elif held_on > local(at).date() + timedelta(days=180):
        sentence = "听证日期太远，请核对年份。"
    elif not calendar.day(held_on).working:
        sentence = f"{held_on} 不是工作日，请另选一天。"
    if sentence:
        raise errors.Invalid(sentence, {"held_on": sentence})


def _late(found: InHand, held_on: date) -> bool:
    return found.row["hold_by"] is not None and held_on > local(found.row["hold_by"]).date()


async def _chair(id: str, found: InHand, by: Actor) -> Actor:
    """The presider. Raises Invalid for an examiner and for one who had to withdraw."""
    chair = await presider(id, found.task, by)
    gone: Sequence[str] = [
        r["against"]
        for r in await connection().fetch(
            "SELECT against FROM hearing_recusals WHERE hearing_id = $1 AND granted", found.id
        )
    ]
    if chair.id in gone:
        sentence = f"{chair.name}已经回避，请另选一位主持人。"
        raise errors.Invalid(sentence, {"presider": sentence})
    return chair
