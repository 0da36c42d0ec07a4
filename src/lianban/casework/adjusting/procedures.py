"""A special procedure is asked for, and ends early (行政许可法 45)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import clocks
from lianban.casework.adjusting import reach
from lianban.casework.adjusting.requests import MISSING, PROCEDURE, Request, add, must_hold, reason_of, sweep_task
from lianban.casework.clocks import Moved
from lianban.casework.clocks.rows import calendar_of
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up, catch_up_task
from lianban.casework.policies import policy
from lianban.casework.progress import hold, note, owned
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.adjusting import procedure, stretch
from lianban.rules.catalog.types import Limit, Unit
from lianban.tables.ids import new_id

UNITS = (Unit.WORKING_DAYS, Unit.NATURAL_DAYS)
_HEARING = "SELECT true FROM hearings WHERE task_id = $1 AND status NOT IN ('waived', 'held', 'recorded')"


async def ask_procedure(
    task_id: UUID,
    *,
    cause: str = "",
    name: str = "",
    since: date,
    days: int,
    unit: Unit = Unit.WORKING_DAYS,
    reason: str,
    basis: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> UUID:
    """Ask to stop the clocks for a procedure that takes `days` from `since` on; the request's id.

    `cause` is one of the eight of article 45; otherwise `name` is a procedure of the item's guide, which stops the
    commitment only, unless `basis` names the special law that stops the law's own limit. Raises NotFound for another
    department's task, Conflict when the limit is over or the task is in other hands, Invalid with the fields.
    """
    if wrong := unprintable({"basis": basis}):
        raise errors.Invalid(wrong["basis"], wrong)
    await catch_up_task(task_id, at=at)
    await sweep_task(task_id, by, at=at)

    async def run() -> dict[str, Any]:
        async with in_hand(task_id, by) as (held, life):
            must_hold(held, life, "申请特别程序", by)
            edition, chosen = await held.edition(), await policy(held.region)
            found = procedure(cause, name, basis, edition.items[life.item].special)
            if not found.stops_statutory and not chosen.published_procedures_stop_commitment:
                sentence = "本地没有允许办事指南公布的程序暂停承诺时限；停止法定时限请写明特别法的依据。"
                raise errors.Invalid(sentence, {"procedure": sentence})
            if since < local(at).date():
                sentence = "特别程序不能从过去的日期开始，请从今天或者以后的日期开始。"
                raise errors.Invalid(sentence, {"since": sentence})
            if found.cause == "hearing" and not await connection().fetchval(_HEARING, task_id):
                sentence = "没有告知过听证权利，或者听证已经结束，不能以听证为由停止期限；请先告知听证权利。"
                raise errors.Invalid(sentence, {"procedure": sentence})
            if unit not in UNITS:
                raise errors.Invalid("所需时间按工作日或者自然日计算。", {"unit": "请选择工作日或者自然日。"})
            length = Limit(days, unit)
            stop = stretch(since, length, await calendar_of(held.region))
            request = Request(
                id=new_id(at),
                task_id=task_id,
                kind=PROCEDURE,
                cause=found.cause,
                name=found.name,
                limit=length,
                stops_statutory=found.stops_statutory,
                stop=stop,
                reason=reason_of(reason),
                basis=found.basis,
                rank=Role.DEPARTMENT_HEAD,
                asked_by=by.id,
                asked_for="",
            )
            found_reach = await reach.of(held, request, at=at)
            if late := reach.why_late(found_reach, at=at):
                raise errors.Conflict(f"{late}。")
            assert found_reach.leading is not None
            if stop.since > local(found_reach.leading["promised_due"]):
                sentence = "特别程序开始的时候期限已经届满，不起作用；请提前开始日期。"
                raise errors.Invalid(sentence, {"since": sentence})
            return {"id": str(await add(held, life, request, "procedure asked", by=by, at=at))}

    async with transaction():
        said = [str(task_id), cause, name, since.isoformat(), days, unit.value, reason, basis]
        return UUID((await once(key, "ask procedure", by=by, at=at, fingerprint=said, run=run))["id"])


async def end_procedure(id: UUID, *, by: Actor, at: datetime) -> tuple[Moved, ...]:
    """The procedure is over earlier than told: the clocks run on from now. By the holder or the department's head.

    Raises NotFound, Conflict when it is over already. A longer one needs a new notice: ask again.
    """
    async with transaction():
        row = await connection().fetchrow("SELECT case_id, task_id FROM adjustments WHERE id = $1", id)
    if row is None:
        raise errors.NotFound(MISSING)
    await catch_up(row["case_id"], at=at)
    async with transaction():
        held = await hold(row["case_id"])
        life = owned(held, row["task_id"], by)
        assert held is not None
        found = await connection().fetchrow("SELECT * FROM adjustments WHERE id = $1", id)
        if found["kind"] != PROCEDURE:
            raise errors.NotFound(MISSING)
        if found["status"] != "approved" or at >= found["until"]:
            raise errors.Conflict("这个特别程序没有在进行，期限已经恢复计算。")
        if not (life.holder(by) or by.may(Role.DEPARTMENT_HEAD)):
            raise errors.Forbidden("只有签收人或者部门负责人可以提前结束特别程序。")
        await connection().execute("UPDATE adjustments SET status = 'ended', ended_at = $2 WHERE id = $1", id, at)
        reason = f"{found['name']}提前结束"
        moved = await clocks.end_pause(held.id, id, reason=reason, by=by, at=at)
        await note(held, "procedure ended", by=by, at=at, item=life.item, cause=found["name"])
    return moved
