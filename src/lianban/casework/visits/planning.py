"""One appointment for all departments that need one: made, joined, changed, cancelled, missed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import progress
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held, note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.visits import checks
from lianban.casework.visits.holding import (
    CANCELLED,
    CHANGED,
    MISSED,
    SET,
    Visiting,
    answer_wish,
    appoint_anew,
    appointed,
    in_visit,
    load,
    void_notice,
)
from lianban.casework.visits.noticing import issue_notice
from lianban.casework.visits.offering import take
from lianban.casework.visits.surveying import finish
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles import fire
from lianban.rules.notices.parts import moment
from lianban.tables.ids import new_id

NOTHING = "没有等待约定现场勘查的事项：已经约定、已经勘查合格或者还没有派发的不用约定。"
_OPEN = "SELECT task_id FROM visit_parts WHERE task_id = ANY($1) AND status IN ('invited', 'confirmed', 'started')"
_INSERT = """
INSERT INTO visits (id, case_id, region_code, status, slot_id, starts_at, ends_at, place, contact, contact_phone, note,
  asked_by, by_id, by_name, made_at) VALUES ($1, $2, $3, 'planned', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_PART = """
INSERT INTO visit_parts (visit_id, task_id, item, department, status, by_name, at)
VALUES ($1, $2, $3, $4, 'invited', $5, $6)
ON CONFLICT (visit_id, task_id) DO UPDATE SET status = 'invited', reason = '', by_name = excluded.by_name,
  at = excluded.at
"""


async def waiting(held: Held) -> list[UUID]:
    """The tasks that need a survey now and have no appointment: dispatched, not surveyed yet or to be re-checked."""
    wanted = [
        id
        for id, life in held.lives.items()
        if life.needs_survey and life.state in ("dispatched", "reviewing") and life.survey != "pass"
    ]
    taken = {row["task_id"] for row in await connection().fetch(_OPEN, wanted)}
    return [id for id in wanted if id not in taken]


async def plan(
    case_id: UUID,
    *,
    slot: str,
    day: date,
    place: str,
    contact: str = "",
    phone: str = "",
    note_text: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> UUID:
    """Appoint one visit for all items that wait for one; its id. The notice to the applicant is issued with it.

    Raises NotFound, Conflict when nothing waits, Invalid with the fields (slot past, holiday, full, nobody to send).
    """
    _check(place, contact, phone, note_text)
    await catch_up(case_id, at=at)
    async with transaction():

        async def run() -> dict[str, Any]:
            made = await _plan(case_id, slot, day, place, contact, phone, note_text, by=by, at=at)
            return {"visit": str(made)}

        asked = [str(case_id), slot, day.isoformat(), place]
        done = await once(key, "plan visit", by=by, at=at, fingerprint=asked, run=run)
    return UUID(done["visit"])


async def _plan(
    case_id: UUID,
    slot: str,
    day: date,
    place: str,
    contact: str,
    phone: str,
    note_text: str,
    *,
    by: Actor,
    at: datetime,
) -> UUID:
    held = await progress.hold(case_id)
    missing = errors.NotFound("没有找到这个办件，请从列表里重新打开。")
    if held is None or held.region != by.region:
        raise missing
    tasks = await waiting(held)
    own = any(held.lives[id].officer(by) for id in held.lives if held.lives[id].needs_survey)
    if not (by.may(Role.CLERK) or own):
        raise missing
    if held.life.state != "processing" or not tasks:
        raise errors.Conflict(NOTHING)
    departments = {held.lives[id].department for id in tasks}
    offer = await take(held.region, slot, day, departments, at=at)
    visit = new_id(at)
    await connection().execute(
        _INSERT, visit, held.id, held.region, UUID(slot), offer.starts_at, offer.ends_at, place.strip(),
        contact.strip(), phone.strip(), note_text.strip(), "department" if by.department else "window", by.id,
        by.name, at,
    )  # fmt: skip
    await _invite(held, visit, tasks, by=by, at=at)
    await note(
        held, "visit planned", by=by, at=at, starts=_when(offer.starts_at), items=[held.lives[t].item for t in tasks]
    )
    await outbox.write(SET, case_id=held.id, payload={"visit": str(visit)}, at=at)
    await issue_notice(await load(visit, held, at=at), by=by, at=at)
    return visit


async def _invite(held: Held, visit: UUID, tasks: list[UUID], *, by: Actor, at: datetime) -> None:
    edition = await held.edition()
    for id in tasks:
        life = held.lives[id]
        await connection().execute(_PART, visit, id, life.item, life.department, by.name, at)
        await checks.lay_out(visit, id, edition.items[life.item], at=at)
    await appointed(held, tasks, at=at)


async def join(visit_id: UUID, *, by: Actor, at: datetime) -> int:
    """Items that have become ready since the appointment was made come along; how many. A newer notice is issued.

    Raises NotFound, Conflict when the visit has begun or is over, Invalid when a department has nobody to send then.
    """
    async with in_visit(visit_id, by, at=at, joining=True) as found:
        tasks = await waiting(found.held)
        if not tasks:
            return 0
        if found.life.state != "planned" or found.life.start_over:
            raise errors.Conflict("这次勘查已经开始或者结束，不能再加入，请另行约定。")
        for task_id in tasks:
            await _free(found, found.held.lives[task_id].department, at=at)
        await _invite(found.held, found.id, tasks, by=by, at=at)
        await connection().execute("UPDATE visits SET version = version + 1 WHERE id = $1", found.id)
        items = [found.held.lives[t].item for t in tasks]
        await note(found.held, "visit joined", by=by, at=at, items=items)
        names = "、".join(found.held.tasks[t]["item_name"] for t in tasks)
        again = await load(found.id, found.held, at=at)
        await issue_notice(again, by=by, at=at, changed=f"本次勘查增加事项：{names}。本通知书代替此前的通知书。")
        await outbox.write(CHANGED, case_id=found.held.id, payload={"visit": str(found.id)}, at=at)
        return len(tasks)


async def change(
    visit_id: UUID, *, slot: str, day: date, reason: str, seen: int, by: Actor, at: datetime, answer: str = ""
) -> None:
    """Another time, with the reason; the departments confirm anew and a newer notice supersedes the old one.

    `seen` is the version that was on the screen; `answer` goes to the applicant who had wished another time.
    Raises NotFound, Conflict, Invalid.
    """
    why = _reason(reason)
    async with in_visit(visit_id, by, at=at) as found:
        if found.row["version"] != seen:
            raise errors.Conflict("这次勘查刚刚有变动，请核对新的内容后再改期。")
        found.life.reason_given = True
        fire(found.life, "rearrange", by)
        old = local(found.row["starts_at"])
        offer = await take(found.held.region, slot, day, found.life.departments, at=at, besides=found.id)
        if offer.starts_at == old:
            raise errors.Invalid("新的时间和原定时间相同，请另选。", {"slot": "新的时间和原定时间相同，请另选。"})
        await connection().execute(
            "UPDATE visits SET slot_id = $2, starts_at = $3, ends_at = $4, version = version + 1,"
            " changes = changes + 1 WHERE id = $1",
            found.id, UUID(slot), offer.starts_at, offer.ends_at,
        )  # fmt: skip
        for task_id, part in list(found.parts.items()):
            if part["status"] == "confirmed":
                await found.part(task_id, "invited", by=by.name, at=at)
        await answer_wish(found, answer or f"已改到{moment(offer.starts_at)}。", by=by, at=at)
        await note(found.held, "visit changed", by=by, at=at, old=_when(old), new=_when(offer.starts_at), reason=why)
        await outbox.write(CHANGED, case_id=found.held.id, payload={"visit": str(found.id)}, at=at)
        changed = f"原定于{moment(old)}进行的现场勘查，因{why}改期。本通知书代替此前的通知书。"
        await issue_notice(await load(found.id, found.held, at=at), by=by, at=at, changed=changed)


async def cancel(visit_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """The visit does not take place; another one is to be appointed. Sent twice it is one.

    Raises NotFound, Conflict, Invalid without a reason.
    """
    why = _reason(reason)
    async with in_visit(visit_id, by, at=at) as found:
        if found.life.state == "cancelled":
            return
        found.life.reason_given = True
        fire(found.life, "cancel", by)
        await _end(found, why, by=by, at=at)
        await note(found.held, "visit cancelled", by=by, at=at, reason=why)
        await outbox.write(CANCELLED, case_id=found.held.id, payload={"visit": str(found.id)}, at=at)


async def miss(visit_id: UUID, *, who: str, reason: str, by: Actor, at: datetime) -> None:
    """The visit could not be held: `who` did not come ("applicant", or a department's id). Its items wait anew.

    Raises NotFound, Conflict before the hour or once it is under way, Invalid.
    """
    why = _reason(reason)
    async with in_visit(visit_id, by, at=at) as found:
        if found.life.state == "missed":
            return
        if who != "applicant" and who not in found.life.departments:
            sentence = "请选择没有到场的一方。"
            raise errors.Invalid(sentence, {"who": sentence})
        found.life.reason_given = True
        fire(found.life, "miss", by)
        await _end(found, why, by=by, at=at, missed_by=who)
        await note(found.held, "visit missed", by=by, at=at, who=who, reason=why)
        await outbox.write(MISSED, case_id=found.held.id, payload={"visit": str(found.id), "who": who}, at=at)


async def leave(visit_id: UUID, task_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """An item does not take part (its department did not come, or goes by itself); the others go on.

    Raises NotFound, Conflict for the only one left or after its conclusion, Invalid.
    """
    why = _reason(reason)
    async with in_visit(visit_id, by, at=at) as found:
        found.about(task_id)
        if found.life.own == "out":
            return
        if found.life.own == "concluded":
            raise errors.Conflict("这个事项的勘查结论已经作出，不能退出。")
        if by.department and by.department != found.parts[task_id]["department"]:
            raise errors.Forbidden("只有综合窗口或者这个部门可以让它退出本次勘查。")
        found.life.reason_given = True
        fire(found.life, "leave", by)
        await found.part(task_id, "out", by=by.name, at=at, reason=why)
        await connection().execute("UPDATE visits SET version = version + 1 WHERE id = $1", found.id)
        await appoint_anew(found.held, [task_id], at=at)
        await note(found.held, "visit left", by=by, at=at, item=found.held.lives[task_id].item, reason=why)
        await finish(found, by=by, at=at)


async def _end(found: Visiting, why: str, *, by: Actor, at: datetime, missed_by: str = "") -> None:
    open_ones = [id for id, part in found.parts.items() if part["status"] not in ("concluded", "out")]
    for task_id in open_ones:
        await found.part(task_id, "out", by=by.name, at=at, reason=why)
    await found.stands(at=at, reason=why, missed_by=missed_by)
    await answer_wish(found, "这次勘查没有进行，请等候另行约定。", by=by, at=at)
    if found.life.state == "cancelled":
        await void_notice(found, why, by=by, at=at)
    await appoint_anew(found.held, open_ones, at=at)


async def _free(found: Visiting, department: str, *, at: datetime) -> None:
    away = await connection().fetchrow(
        "SELECT reason FROM busy_times WHERE region_code = $1 AND department = $2 AND since < $4 AND until > $3",
        found.held.region, department, found.row["starts_at"], found.row["ends_at"],
    )  # fmt: skip
    if away is not None:
        sentence = f"这个时段部门没有人手{f'（{away[0]}）' if away[0] else ''}，请改期或者另行约定。"
        raise errors.Invalid(sentence, {"slot": sentence})


def _check(place: str, contact: str, phone: str, note_text: str) -> None:
    fields = {}
    for name, text, longest, word in (
        ("place", place, 200, "勘查地点"),
        ("contact", contact, 50, "联系人"),
        ("phone", phone, 30, "联系电话"),
        ("note", note_text, 200, "备注"),
    ):
        if len(text.strip()) > longest:
            fields[name] = f"{word}最多 {longest} 个字。"
    if not place.strip():
        fields["place"] = "请填写勘查地点。"
    fields |= unprintable({"place": place, "contact": contact, "phone": phone, "note": note_text})
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)


def _reason(reason: str) -> str:
    why = " ".join(reason.split()).rstrip("。；，")
    if not 2 <= len(why) <= 200:
        raise errors.Invalid("请写明理由（2 到 200 个字）。", {"reason": "请写明理由（2 到 200 个字）。"})
    if wrong := unprintable({"reason": why}):
        raise errors.Invalid(wrong["reason"], wrong)
    return why


def _when(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"
