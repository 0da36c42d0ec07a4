"""A hearing in hand: its row with those whom it concerns, and what every step asks of it first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.casework import progress
from lianban.casework.owed import catch_up_task
from lianban.casework.progress import Held
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import HOLDER, Actor
from lianban.rules.lifecycles import HearingLife, HearingRow, TaskRow, stage_name

LONGEST = 4000
GONE = "没有找到这个事项的听证，请刷新页面。"
NOT_TOLD = "还没有告知听证权利，请先告知。"

_ROW = "SELECT * FROM hearings WHERE task_id = $1"
_PARTIES = "SELECT * FROM hearing_parties WHERE hearing_id = $1 ORDER BY kind, name"
_CHALLENGE = "SELECT EXISTS (SELECT 1 FROM hearing_recusals WHERE hearing_id = $1 AND granted IS NULL)"


@dataclass
class InHand:
    """A hearing whose case is locked: the case, the task, the row, the parties, and the row that lives."""

    held: Held
    task: TaskRow
    row: Mapping[str, Any]
    parties: list[Mapping[str, Any]]
    life: HearingRow

    @property
    def id(self) -> UUID:
        """The hearing's id."""
        return UUID(str(self.row["id"]))

    @property
    def task_id(self) -> UUID:
        """The task's id."""
        return UUID(self.task.id)

    @property
    def interested(self) -> str:
        """The interested parties by name, as papers address them."""
        return "、".join(p["name"] for p in self.parties if p["kind"] == "interested")

    def party(self, id: UUID | None) -> Mapping[str, Any]:
        """One of the parties; None is the applicant. Raises Invalid."""
        for one in self.parties:
            if one["id"] == id or (id is None and one["kind"] == "applicant"):
                return one
        sentence = "请从名单里选择申请人或者利害关系人。"
        raise errors.Invalid(sentence, {"party": sentence})


@asynccontextmanager
async def hearing(task_id: UUID, by: Actor, *, at: datetime, lock: bool = True) -> AsyncIterator[InHand]:
    """One transaction with the case locked, for the department of the task or the holder of the query code.

    What the system owes is done before. Raises NotFound, Conflict when the right was never told or the task is in no
    state for it.
    """
    if lock:
        await catch_up_task(task_id, at=at)
    async with as_holder(task_id) if by == HOLDER else in_hand(task_id, by, lock=lock) as (held, task):
        row = await connection().fetchrow(_ROW, task_id)
        if row is None:
            raise errors.Conflict(NOT_TOLD)
        if lock and task.state != "reviewing":
            raise errors.Conflict(f"任务现在是“{task.stage.name}”，签收以后、作出决定以前才能办理听证。")
        parties = list(await connection().fetch(_PARTIES, row["id"]))
        life = HearingRow(
            id=str(row["id"]),
            state=row["status"],
            region=held.region,
            department=task.department,
            examiner=task.claimed_by,
            public_interest=row["ground"] != "interest",
            application_in_time=at <= row["apply_by"],
            period_over=at > row["apply_by"],
            day_reached=row["held_on"] is not None and local(at).date() >= row["held_on"],
            presider=row["presider"],
            challenge_open=bool(await connection().fetchval(_CHALLENGE, row["id"])),
        )
        yield InHand(held, task, row, parties, life)


@asynccontextmanager
async def as_holder(task_id: UUID) -> AsyncIterator[tuple[Held, TaskRow]]:
    """The task for whoever has shown the query code of its case. Raises NotFound."""
    async with transaction():
        case_id = await connection().fetchval("SELECT case_id FROM tasks WHERE id = $1", task_id)
        held = await progress.hold(case_id) if case_id else None
        if held is None:
            raise errors.NotFound(GONE)
        yield held, held.lives[task_id]


def must_hold(held: Held, life: TaskRow, by: Actor) -> None:
    """Raise Conflict unless the task is in review and the actor holds it or heads its department."""
    if life.state != "reviewing":
        raise errors.Conflict(f"任务现在是“{life.stage.name}”，签收以后、作出决定以前才能办理听证。")
    if not HearingRow(
        id="", state="told", region=held.region, department=life.department, examiner=life.claimed_by
    ).office(by):
        name = held.tasks[UUID(life.id)]["claimed_by_name"]
        raise errors.Conflict(f"任务由{name}签收，请由签收人或者部门负责人办理听证。")


def named(state: str) -> str:
    """The Chinese name of a stored state."""
    return stage_name(HearingLife, state)


def text(value: str, field: str, what: str, shortest: int) -> str:
    """A text that is printed, without blanks around it. Raises Invalid with its field."""
    given = value.strip()
    if not shortest <= len(given) <= LONGEST:
        sentence = f"请填写{what}" + (f"（不少于 {shortest} 个字）。" if shortest > 2 else "。")
        if len(given) > LONGEST:
            sentence = f"{what}最多 {LONGEST} 个字，请缩短。"
        raise errors.Invalid(sentence, {field: sentence})
    if wrong := unprintable({field: given}):
        raise errors.Invalid(wrong[field], wrong)
    return given


async def change(id: UUID, at: datetime, **columns: Any) -> None:
    """Set columns of a hearing."""
    names = list(columns)
    setting = ", ".join(f"{name} = ${n}" for n, name in enumerate(names, start=3))
    await connection().execute(f"UPDATE hearings SET at = $2, {setting} WHERE id = $1", id, at, *columns.values())


async def presider(id: str, life: TaskRow, by: Actor) -> Actor:
    """Who may preside: somebody else of the department (48). Raises Invalid."""
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
