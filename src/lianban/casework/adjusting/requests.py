"""What was asked for: kept once, decided once, void when its time or its task is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban import errors
from lianban.casework import progress
from lianban.casework.adjusting import reach
from lianban.casework.progress import Held, note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.handling import in_hand
from lianban.casework.voiding import void
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Pause
from lianban.rules.lifecycles import TaskRow
from lianban.tables.clocks import Adjustment

EXTENSION, PROCEDURE = "extension", "special_procedure"
NAMES = {EXTENSION: "延长办理期限", PROCEDURE: "特别程序"}
MISSING = "没有找到这个申请，请从列表里重新打开。"
LONGEST_REASON = 1000


class Request(NamedTuple):
    """A request as it is worked with."""

    id: UUID
    task_id: UUID
    kind: str
    cause: str
    name: str
    limit: Limit
    stops_statutory: bool
    stop: Pause | None
    reason: str
    basis: str
    rank: Role
    asked_by: str
    asked_for: str

    @property
    def joint(self) -> bool:
        """It concerns the limit of the joint procedure, not that of one item."""
        return self.rank is Role.GOVERNMENT_HEAD


def request_of(row: Mapping[str, Any]) -> Request:
    """A row of `adjustments` as a request."""
    stop = None
    if row["since"] is not None:
        stop = Pause(local(row["since"]), local(row["until"]), row["name"], row["basis"])
    return Request(
        id=row["id"],
        task_id=row["task_id"],
        kind=row["kind"],
        cause=row["cause"],
        name=row["name"],
        limit=Limit(row["amount"], Unit(row["unit"])),
        stops_statutory=row["stops_statutory"],
        stop=stop,
        reason=row["reason"],
        basis=row["basis"],
        rank=Role(row["rank"]),
        asked_by=row["asked_by"],
        asked_for=row["asked_for"],
    )


def must_hold(held: Held, life: TaskRow, what: str, by: Actor) -> None:
    """Raise Conflict unless the task is in review in the actor's hands (or in those of the one he stands in for)."""
    if life.state != "reviewing":
        sentence = "请先签收任务，再" if life.state == "dispatched" else f"任务现在是“{life.stage.name}”，不能"
        raise errors.Conflict(f"{sentence}{what}。")
    if not life.holder(by):
        name = held.tasks[UUID(life.id)]["claimed_by_name"]
        raise errors.Conflict(f"任务由{name}签收，请由签收人{what}。")


def reason_of(text: str) -> str:
    """The reason as it is kept. Raises Invalid: it is told to the applicant."""
    reason = text.strip()
    if not 2 <= len(reason) <= LONGEST_REASON:
        sentence = f"请写明理由（2 至 {LONGEST_REASON} 个字），理由会告知申请人。"
        raise errors.Invalid(sentence, {"reason": sentence})
    if wrong := unprintable({"reason": reason}):
        raise errors.Invalid(wrong["reason"], wrong)
    return reason


async def add(held: Held, life: TaskRow, request: Request, event: str, *, by: Actor, at: datetime) -> UUID:
    """Keep a new request. Raises Conflict when one of the kind is waiting already."""
    waiting = await connection().fetchval(
        "SELECT asked_by_name FROM adjustments WHERE task_id = $1 AND kind = $2 AND rank = $3 AND status = 'asked'",
        request.task_id,
        request.kind,
        request.rank.value,
    )
    if waiting is not None:
        raise errors.Conflict(f"{waiting}已经提出了{NAMES[request.kind]}的申请，正在等待批准，不用再提。")
    stop = request.stop
    await Adjustment.insert(
        Adjustment(
            id=request.id,
            case_id=held.id,
            task_id=request.task_id,
            region_code=held.region,
            department=life.department,
            kind=request.kind,
            cause=request.cause,
            name=request.name,
            stops_statutory=request.stops_statutory,
            amount=request.limit.amount,
            unit=request.limit.unit.value,
            since=stop.since if stop else None,
            until=stop.until if stop else None,
            reason=request.reason,
            basis=request.basis,
            rank=request.rank.value,
            status="asked",
            asked_by=by.id,
            asked_by_name=by.name,
            asked_for=by.on_behalf_of(holder=life.claimed_by),
            asked_at=at,
        )
    )
    await note(held, event, by=by, at=at, item=life.item, cause=request.name, days=request.limit.amount)
    return request.id


async def sweep(case_id: UUID, *, at: datetime) -> int:
    """What was asked for too late to be approved becomes void, in a transaction of its own; how many there were.

    An extension or a pause cannot be granted once the limit is over (42), nor a pause for days that have passed.
    """
    asked = "SELECT 1 FROM adjustments WHERE case_id = $1 AND status = 'asked'"
    async with transaction():
        if not await connection().fetchval(f"{asked} LIMIT 1", case_id):
            return 0
        held = await progress.hold(case_id)
        assert held is not None
        rows = await connection().fetch(
            "SELECT * FROM adjustments WHERE case_id = $1 AND status = 'asked' ORDER BY id", case_id
        )
        gone = 0
        for row in rows:
            why = await reach.why_void(held, request_of(row), at=at)
            if why:
                await void(held, row, why, at=at)
                gone += 1
    return gone


async def sweep_task(task_id: UUID, by: Actor, *, at: datetime) -> None:
    """`sweep` for the case of a task. Raises NotFound for another department's."""
    async with in_hand(task_id, by, lock=False) as (held, _):
        case_id = held.id
    await sweep(case_id, at=at)
