"""Concealment and fraud are followed by a bar on that permission alone (行政许可法 78, 79), by two persons.

Whoever handles the task proposes it, the head of the department sets it. Only items that directly touch public safety,
health, life or property bring one: the head says so, for the catalogue does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from lianban.casework import bars
from lianban.casework.bars import Bar
from lianban.casework.intake.saying import said
from lianban.casework.progress import Held, note
from lianban.casework.tasks.handling import in_hand
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor, Role
from lianban.rules.clock import SHANGHAI, months_on
from lianban.rules.lifecycles import TaskRow
from lianban.rules.notices import PERMISSION
from lianban.tables.ids import new_id

ACT = "《中华人民共和国行政许可法》"


@dataclass(frozen=True, slots=True)
class Cause:
    """What brings a bar: its kind, for how many months, under which article."""

    kind: str
    months: int
    basis: str


CAUSES = {
    "refused": Cause("concealment", 12, f"{ACT}第七十八条"),
    "granted": Cause("fraud", 36, f"{ACT}第七十九条"),
}
"""By the state of the task: what was refused was asked for in bad faith, what was granted was got by fraud."""
_NUMBER = "SELECT id_number FROM parties WHERE case_id = $1 AND role = 'applicant' AND id_number <> '' LIMIT 1"
_OF_ITEM = """
SELECT * FROM bars WHERE case_id = $1 AND item = $2 AND lifted_at IS NULL AND kind IN ('concealment', 'fraud')
ORDER BY since, id
"""
_PROPOSE = """
INSERT INTO bars (id, region_code, person_key, kind, item, case_id, reason, basis, since, by_id, proposed_by,
  proposed_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11)
"""
_SET = "UPDATE bars SET since = $2, until = $3, by_id = $4, by_name = $5 WHERE id = $1 RETURNING *"


@dataclass(frozen=True, slots=True)
class Barring:
    """What the task's page shows: what could be proposed (`cause` None: nothing), what was, and whether it is set."""

    cause: str
    basis: str
    bar: Bar | None
    mine_to_set: bool


async def barring(task_id: UUID, *, by: Actor) -> Barring:
    """How it stands with a bar for this task. Raises NotFound for others' tasks."""
    async with in_hand(task_id, by, lock=False) as (held, life):
        edition = await held.edition()
        cause = CAUSES.get(life.state) if edition.items[life.item].kind == PERMISSION else None
        bar = await _bar(held, life)
    waits = bar is not None and not bar.by_name and not by.is_or_stands_for(bar.proposed_by)
    to_set = waits and by.may(Role.DEPARTMENT_HEAD)
    return Barring(bars.KINDS[cause.kind] if cause else "", cause.basis if cause else "", bar, to_set)


async def propose_bar(task_id: UUID, *, reason: str, by: Actor, at: datetime) -> Bar:
    """Propose to bar the applicant from this permission; proposing it again gives the first proposal.

    Raises NotFound, Conflict while nothing is decided or where the item is no permission, Invalid without a reason.
    """
    async with in_hand(task_id, by) as (held, life):
        text = said({"reason": ("违法事实和理由", reason)})["reason"]
        edition = await held.edition()
        if edition.items[life.item].kind != PERMISSION:
            raise Conflict("这个事项不是行政许可，行政许可法第七十八条、第七十九条不适用。")
        cause = CAUSES.get(life.state)
        if cause is None:
            raise Conflict("请先作出决定：隐瞒情况、提供虚假材料的先作不予许可决定，再提请限制再次申请。")
        if bar := await _bar(held, life):
            return bar
        number = await connection().fetchval(_NUMBER, held.id)
        if not number:
            raise Conflict("申请人没有登记证件号码，无法限制再次申请。")
        key = bars.person_key(number)
        fields = (new_id(at), held.region, key, cause.kind, life.item, held.id, text, cause.basis, at, by.id, by.name)
        await connection().execute(_PROPOSE, *fields)
        await note(held, "bar proposed", by=by, at=at, item=life.item, kind=cause.kind)
        made = await _bar(held, life)
        assert made is not None
        return made


async def set_proposed(task_id: UUID, *, safety: bool, by: Actor, at: datetime) -> Bar:
    """Set the proposed bar: one year from the refusal (art. 78), three from today after fraud (art. 79).

    `safety`: the item directly touches public safety, health, life or property. Once more changes nothing. Raises
    NotFound, Forbidden for anybody but the head and for one's own proposal, Invalid without `safety`.
    """
    async with in_hand(task_id, by) as (held, life):
        if not by.may(Role.DEPARTMENT_HEAD):
            raise Forbidden("只有部门负责人可以决定限制再次申请。")
        bar = await _bar(held, life)
        if bar is None:
            raise NotFound("没有找到提请限制再次申请的记录，请刷新页面。")
        if bar.by_name:
            return bar
        if by.is_or_stands_for(bar.proposed_by):
            raise Forbidden("不能决定自己提请的事，请由另一位负责人决定。")
        if not safety:
            sentence = "只有直接关系公共安全、人身健康、生命财产安全的事项才能限制再次申请，请确认后勾选。"
            raise Invalid(sentence, {"safety": sentence})
        until = _until(held, life, at)
        if until <= at:
            raise Conflict("限制的期限从不予许可之日起算，现在已经届满，不再设定。")
        row = await connection().fetchrow(_SET, bar.id, at, until, by.id, by.name)
        await note(held, "bar set", by=by, at=at, item=life.item, kind=bar.kind)
        return bars.read(row)


def _until(held: Held, life: TaskRow, at: datetime) -> datetime:
    cause = CAUSES[life.state]
    since: Any = held.tasks[UUID(life.id)]["decided_at"] if life.state == "refused" else at
    return datetime.combine(months_on(local(since).date(), cause.months), time.max, SHANGHAI)


async def _bar(held: Held, life: TaskRow) -> Bar | None:
    row = await connection().fetchrow(_OF_ITEM, held.id, life.item)
    return bars.read(row) if row else None
