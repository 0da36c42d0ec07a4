"""A task in a department's hands: claimed, released, handed over to a colleague."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import errors, people
from lianban.casework import clocks, firstasked, progress
from lianban.casework.clocks import Owner
from lianban.casework.firstasked import Link
from lianban.casework.owed import catch_up_task
from lianban.casework.policies import policy
from lianban.casework.progress import Held, note, owned
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import TaskRow, fire, stage_name
from lianban.rules.statutory import CLAIM_BASIS

LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Handled:
    """How a task stands after the step."""

    task_id: UUID
    case_id: UUID
    status: str
    status_name: str
    claimed_by: str
    claimed_by_name: str


@asynccontextmanager
async def in_hand(task_id: UUID, by: Actor, *, lock: bool = True) -> AsyncIterator[tuple[Held, TaskRow]]:
    """One transaction with the case of the task locked first (or, with `lock` False, only read).

    Raises NotFound for a task that is not the actor's.
    """
    async with transaction():
        case_id = await connection().fetchval("SELECT case_id FROM tasks WHERE id = $1", task_id)
        held = await progress.hold(case_id, lock=lock) if case_id else None
        life = owned(held, task_id, by)
        assert held is not None
        yield held, life


async def claim(task_id: UUID, *, by: Actor, at: datetime) -> Handled:
    """签收. Claiming one's own task again changes nothing. Raises Conflict, naming who was first."""
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        if life.state == "reviewing" and life.claimed_by == by.id:
            return _handled(held, life, by.name)
        if life.state == "reviewing" and life.holder(by):
            # The post is filled for somebody who is away: the task goes over into the substitute's own hands.
            life.heir = by
            fire(life, "hand_over", by)
            return await _hold_by(held, life, "task taken over", holder=by, by=by, at=at, reason="代岗接手")
        if life.state == "reviewing":
            task = held.tasks[task_id]
            when = local(task["claimed_at"])
            raise errors.Conflict(
                f"这个任务已由{task['claimed_by_name']}在 {when:%m月%d日 %H:%M} 签收。需要接手的，请对方转交或者退回。"
            )
        fire(life, "claim", by)
        await clocks.stop(held.id, task_id, at=at, kinds={"claim"})
        return await _hold_by(held, life, "task claimed", holder=by, by=by, at=at)


async def release(task_id: UUID, *, reason: str = "", by: Actor, at: datetime) -> Handled:
    """退回待签收, by the holder or the head of the department, with the reason: nobody is left without an answer.

    Raises Conflict when it is not lawful, Invalid without a reason.
    """
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        fire(life, "release", by)
        why = firstasked.reason_of(reason, "退回")
        await _ask_anew(held, task_id, at=at)
        return await _hold_by(held, life, "task released", holder=None, by=by, at=at, reason=why)


async def hand_over(task_id: UUID, *, to: str, reason: str = "", by: Actor, at: datetime) -> Handled:
    """转交 to the person with id `to`, who works in the same department. Raises Conflict with the reason."""
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        life.heir = await _colleague(to)
        fire(life, "hand_over", by)
        assert life.heir is not None
        return await _hold_by(
            held, life, "task handed over", holder=life.heir, by=by, at=at, reason=reason.strip() or "转交"
        )


async def _ask_anew(held: Held, task_id: UUID, *, at: datetime) -> None:
    """The time to claim begins once more: a clock of its own, so that the first one stays as it was."""
    before = await connection().fetchval("SELECT count(*) FROM clocks WHERE task_id = $1 AND kind = 'claim'", task_id)
    await clocks.start(
        Owner(held.id, task_id, held.region),
        "claim",
        (await policy(held.region)).limit("claim"),
        CLAIM_BASIS,
        at=at,
        subject=f"第{before + 1}次" if before else "",
    )


async def _colleague(id: str) -> Actor | None:
    try:
        return await people.person(id)
    except errors.NotFound:
        return None


async def _hold_by(
    held: Held, life: TaskRow, event: str, *, holder: Actor | None, by: Actor, at: datetime, reason: str = ""
) -> Handled:
    before = held.tasks[UUID(life.id)]
    id, name = (holder.id, holder.name) if holder else ("", "")
    await connection().execute(
        "UPDATE tasks SET status = $2, claimed_by = $3, claimed_by_name = $4, claimed_at = $5, version = version + 1"
        " WHERE id = $1",
        UUID(life.id),
        life.state,
        id,
        name,
        at if holder else None,
    )
    life.claimed_by = id
    if reason:
        link = Link(life.item, before["claimed_by"], before["claimed_by_name"], id, name, reason)
        await firstasked.add(held.id, link, by=by, at=at)
    await note(
        held,
        event,
        by=by,
        at=at,
        item=life.item,
        **({"to": id} if event in ("task handed over", "task taken over") else {}),
    )
    return _handled(held, life, name)


def _handled(held: Held, life: TaskRow, name: str) -> Handled:
    return Handled(UUID(life.id), held.id, life.state, stage_name(life.life, life.state), life.claimed_by, name)
