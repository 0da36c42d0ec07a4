"""An extension is asked for (行政许可法 42): by the holder of the task, before the limit is over, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework.adjusting import reach
from lianban.casework.adjusting.requests import EXTENSION, Request, add, must_hold, reason_of, sweep_task
from lianban.casework.clocks import Owner
from lianban.casework.clocks.rows import open_clocks
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up_task
from lianban.casework.progress import Held
from lianban.casework.tasks.handling import in_hand
from lianban.outside.database import connection, transaction
from lianban.rules import statutory
from lianban.rules.actors import Actor
from lianban.rules.adjusting import Allowed, item_extension, joint_extension
from lianban.rules.catalog.types import Limit
from lianban.rules.composer import limit_text
from lianban.rules.lifecycles import TaskRow
from lianban.tables.ids import new_id

ONCE = "这个期限已经依法延长过一次，不能再次延长（行政许可法第四十二条）。"
_EXTENDED = """
SELECT 1 FROM adjustments WHERE case_id = $1 AND kind = 'extension' AND rank = $2 AND status = 'approved'
  AND ($3 OR task_id = $4) LIMIT 1
"""


async def allowed(held: Held, life: TaskRow, *, joint: bool) -> Allowed:
    """How much longer the task's (or the joint) limit may become. Raises Conflict when the law gives nothing more."""
    if joint:
        if not await open_clocks(Owner(held.id, None, held.region), ("joint",)):
            raise errors.Conflict("这件事不是统一办理、联合办理或者集中办理，没有四十五个工作日的期限可以延长。")
        return joint_extension()
    edition = await held.edition()
    item = edition.items[life.item]
    found = item_extension(item, statutory.limit_of(item, edition.bundle))
    if found is None:
        raise errors.Conflict("法律没有规定这个事项可以延长办理期限，请在期限内作出决定。")
    return found


async def extended(held: Held, task_id: UUID, rank: str, *, joint: bool) -> bool:
    """Whether this limit has been extended already."""
    return bool(await connection().fetchval(_EXTENDED, held.id, rank, joint, task_id))


async def ask_extension(
    task_id: UUID, *, amount: int, reason: str, joint: bool = False, by: Actor, at: datetime, key: str = ""
) -> UUID:
    """Ask for `amount` working days more; the request's id.

    `joint` concerns the limit of the joint procedure (45 + 15, 42(2)) instead of the item's own. Raises NotFound for
    another department's task, Conflict when the law gives none, when it was extended before, when it is over or the
    task is in other hands, Invalid with the fields.
    """
    await catch_up_task(task_id, at=at)
    await sweep_task(task_id, by, at=at)

    async def run() -> dict[str, Any]:
        async with in_hand(task_id, by) as (held, life):
            must_hold(held, life, "申请延期", by)
            law = await allowed(held, life, joint=joint)
            if await extended(held, task_id, law.rank.value, joint=joint):
                raise errors.Conflict(ONCE)
            if not 0 < amount <= law.limit.amount:
                most = limit_text(law.limit)
                sentence = f"最多可以延长{most}（{law.basis}），请填写 1 到 {law.limit.amount} 之间的整数。"
                raise errors.Invalid(sentence, {"amount": sentence})
            request = Request(
                id=new_id(at),
                task_id=task_id,
                kind=EXTENSION,
                cause="",
                name="延长联合办理期限" if joint else "延长办理期限",
                limit=Limit(amount, law.limit.unit),
                stops_statutory=True,
                stop=None,
                reason=reason_of(reason),
                basis=law.basis,
                rank=law.rank,
                asked_by=by.id,
                asked_for="",
            )
            if late := reach.why_late(await reach.of(held, request, at=at), at=at):
                raise errors.Conflict(f"{late}。")
            return {"id": str(await add(held, life, request, "extension asked", by=by, at=at))}

    async with transaction():
        said = [str(task_id), amount, reason, joint]
        return UUID((await once(key, "ask extension", by=by, at=at, fingerprint=said, run=run))["id"])
