"""On the spot: a department's item within a visit, held by the verbs of its surveyors' phones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework.owed import catch_up_task
from lianban.casework.progress import Held
from lianban.casework.tasks.handling import in_hand
from lianban.errors import Conflict, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import TaskRow

MISSING = "没有找到这次现场勘查，请从任务页面重新打开。"
_PART = """
SELECT v.id AS visit_id, v.case_id, v.status, v.record_id, p.task_id, p.item, p.status AS part, p.at AS part_at
FROM visits v JOIN visit_parts p ON p.visit_id = v.id WHERE v.id = $1 AND p.task_id = $2
"""


@dataclass(slots=True)
class Spot:
    """The part of a visit that is in hand, the case locked."""

    held: Held
    life: TaskRow
    row: Mapping[str, Any]

    def require_open(self, taken: datetime | None = None) -> None:
        """Raise Conflict unless something may still be put down: while the visit is under way, before the conclusion.

        What was photographed before the conclusion may still arrive until the joint record is made: networks are slow.
        """
        why = closed(self.row["status"], self.row["part"])
        held = self.row["status"] in ("under_way", "done") and self.row["part"] == "concluded"
        late = held and self.row["record_id"] is None and taken is not None and taken <= self.row["part_at"]
        if why and not late:
            raise Conflict(why)


def closed(visit: str, part: str) -> str:
    """Why nothing can be put down at this stage of the visit and of the department's part; "" when it can."""
    if visit == "planned":
        return "这次勘查还没有开始，请先按“开始勘查”。"
    if visit == "missed":
        return "这次勘查没有成行，不能再填写。另约时间后在新的勘查里填写。"
    if visit == "cancelled":
        return "这次勘查已经取消，不能再填写。"
    if part == "out":
        return "这个事项已经退出这次勘查，不能再填写。"
    if visit == "done":
        return "这次勘查已经完成，内容已列入联合勘查记录，不能再改。需要补充的，写在复查里。"
    if part == "concluded":
        return "这个事项的勘查结论已经作出，核查内容不能再改。需要补充的，写在复查里。"
    return ""


@asynccontextmanager
async def on_the_spot(visit_id: UUID, task_id: UUID, by: Actor, *, at: datetime) -> AsyncIterator[Spot]:
    """One transaction with the case locked. Raises NotFound for a visit or an item that is not the actor's."""
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        row = await connection().fetchrow(_PART, visit_id, task_id)
        if row is None:
            raise NotFound(MISSING)
        yield Spot(held, life, row)


def when(moment: datetime) -> str:
    """A time of the day on the spot, in words: 11月02日 10:31."""
    return f"{local(moment):%m月%d日 %H:%M}"
