"""What pages show of requests: those of a task with what may be asked for, and those that wait for a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import clocks, progress
from lianban.casework.adjusting import reach
from lianban.casework.adjusting.deciding import STATES
from lianban.casework.adjusting.extensions import allowed, extended
from lianban.casework.adjusting.requests import EXTENSION, PROCEDURE, request_of
from lianban.casework.clocks import Owner
from lianban.casework.clocks.rows import open_clocks
from lianban.casework.policies import policy
from lianban.casework.progress import Held
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.adjusting import CAUSES, RANKS, same_hands
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.composer import limit_text
from lianban.rules.lifecycles import TaskRow

DECIDERS = (Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD)
MOST = 100
_OF_TASK = """
SELECT a.*, p.number AS paper FROM adjustments a LEFT JOIN papers p ON p.id = a.paper_id
WHERE a.task_id = $1 ORDER BY a.asked_at DESC, a.id DESC
"""
_WAITING = """
SELECT a.*, '' AS paper, c.number, c.bundle_name, t.item_name FROM adjustments a
JOIN cases c ON c.id = a.case_id JOIN tasks t ON t.id = a.task_id
WHERE a.status = 'asked' AND a.region_code = $1 AND (a.rank = $2 AND a.department = $3 OR a.rank = $4)
ORDER BY a.asked_at, a.id LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class AdjustmentView:
    """A request as pages show it. `until` is the last day of a procedure; `flag` what must be looked at twice."""

    id: UUID
    kind: str
    name: str
    length: str
    since: datetime | None
    until: datetime | None
    reason: str
    basis: str
    flag: str
    rank: str
    status: str
    status_name: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    note: str
    paper_id: UUID | None
    paper: str
    running: bool
    """A procedure that goes on now, or has been approved for later: it can be ended early."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A procedure that can be chosen: its value in the form, its name, and what it stops."""

    value: str
    name: str
    stops: str


@dataclass(frozen=True, slots=True)
class Asking:
    """What may be asked for a task. A sentence in `no_…` says why not, "" when it may be; `most` is in `unit`."""

    requests: tuple[AdjustmentView, ...]
    no_extension: str
    most: int
    unit: str
    extension_basis: str
    joint: bool
    no_joint: str
    joint_most: int
    no_procedure: str
    procedures: tuple[Choice, ...]
    may_end: bool


@dataclass(frozen=True, slots=True)
class LimitMove:
    """One limit, as it was told and as it would be."""

    name: str
    old: datetime
    new: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for this person: all that is needed to decide. `against` says why it cannot be approved."""

    request: AdjustmentView
    task_id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    item_name: str
    approver: str
    moves: tuple[LimitMove, ...]
    against: str


async def asking(task_id: UUID, *, by: Actor, at: datetime) -> Asking:
    """The requests of a task and what can be asked for now. Raises NotFound for another department's task."""
    async with in_hand(task_id, by, lock=False) as (held, life):
        rows = await connection().fetch(_OF_TASK, task_id)
        views = tuple(_view(row, at) for row in rows)
        holds = life.state == "reviewing" and life.holder(by)
        not_mine = "" if holds else "签收后由签收人提出。" if not life.stage.final else "事项已经办结。"
        item = (await held.edition()).items[life.item]
        no_extension, most, unit, basis = await _extension(held, life, task_id, views, joint=False)
        joint = bool(await open_clocks(Owner(held.id, None, held.region), ("joint",)))
        no_joint, joint_most, _, _ = (
            await _extension(held, life, task_id, views, joint=True) if joint else ("", 0, "", "")
        )
        late = await _late(Owner(held.id, task_id, held.region), ("statutory", "committed"), at)
        late_whole = await _late(Owner(held.id, None, held.region), ("joint",), at) if joint else ""
        chosen = await policy(held.region)
    published = [
        Choice(f"name:{each.name}", each.name, "依据特别法，停止法定时限和承诺时限")
        if each.stops == "statutory"
        else Choice(f"name:{each.name}", each.name, "只暂停承诺时限，法定时限照常计算")
        for each in item.special
        if each.stops == "statutory" or chosen.published_procedures_stop_commitment
    ]
    return Asking(
        requests=views,
        no_extension=not_mine or no_extension or late,
        most=most,
        unit=unit,
        extension_basis=basis,
        joint=joint,
        no_joint=not_mine or no_joint or late_whole,
        joint_most=joint_most,
        no_procedure=not_mine or late,
        procedures=(*(Choice(id, name, "停止法定时限和承诺时限") for id, name in CAUSES.items()), *published),
        may_end=holds or by.may(Role.DEPARTMENT_HEAD),
    )


async def to_decide(*, by: Actor, at: datetime) -> tuple[Waiting, ...]:
    """What waits for a decision of this person's rank, the oldest first. Raises Forbidden for any other rank."""
    if not by.may(*DECIDERS):
        raise errors.Forbidden("这里由部门负责人和政府负责人使用。")
    joint = Role.GOVERNMENT_HEAD.value if by.may(Role.GOVERNMENT_HEAD) else ""
    own = Role.DEPARTMENT_HEAD.value if by.may(Role.DEPARTMENT_HEAD) and by.department else ""
    async with transaction():
        rows = await connection().fetch(_WAITING, by.region, own, by.department, joint, MOST)
        found = []
        for row in rows:
            held = await progress.hold(row["case_id"], lock=False)
            assert held is not None
            found.append(await _waiting(held, row, by, at))
    return tuple(found)


async def _waiting(held: Held, row: Mapping[str, Any], by: Actor, at: datetime) -> Waiting:
    request = request_of(row)
    against = await reach.why_void(held, request, at=at)
    moves = () if against else await reach.foreseen(held, request, at=at)
    holder = str(held.tasks[request.task_id]["claimed_by"])
    if not against and same_hands(by, request.asked_by, request.asked_for, holder):
        against = "这是您自己经办或者提出的，须由另一位负责人批准"
    return Waiting(
        request=_view(row, at),
        task_id=request.task_id,
        case_id=held.id,
        number=row["number"],
        bundle_name=row["bundle_name"],
        item_name=row["item_name"],
        approver=RANKS[request.rank],
        moves=tuple(LimitMove(clocks.KINDS[m.kind], m.old, m.new, m.provisional) for m in moves),
        against=against,
    )


async def _extension(
    held: Held, life: TaskRow, task_id: UUID, views: tuple[AdjustmentView, ...], *, joint: bool
) -> tuple[str, int, str, str]:
    """Why an extension cannot be asked for, how much it may be at most, its unit in words and its basis."""
    try:
        law = await allowed(held, life, joint=joint)
    except errors.Conflict as refusal:
        return refusal.sentence, 0, "", ""
    why = ""
    if await extended(held, task_id, law.rank.value, joint=joint):
        why = "已经依法延长过一次，不能再次延长。"
    elif any(v.kind == EXTENSION and v.status == "asked" and v.rank == law.rank.value for v in views):
        why = "申请正在等待批准。"
    return why, law.limit.amount, limit_text(law.limit).removeprefix(str(law.limit.amount)).strip(), law.basis


async def _late(owner: Owner, kinds: tuple[str, ...], at: datetime) -> str:
    """Why nothing more can be asked for; the first of `kinds` that runs leads."""
    rows = {r["kind"]: r for r in await open_clocks(owner, kinds)}
    lead = next((rows[kind] for kind in kinds if kind in rows), None)
    if lead is None:
        return "这个事项没有正在计算的期限。"
    return reach.why_late(reach.Reach(lead, ()), at=at)


def _view(row: Mapping[str, Any], at: datetime) -> AdjustmentView:
    since, until = (local(row["since"]), local(row["until"])) if row["since"] else (None, None)
    procedure = row["kind"] == PROCEDURE
    flag = ""
    if procedure and not row["stops_statutory"]:
        flag = "只暂停承诺时限，法定时限照常计算"
    elif procedure and not row["cause"]:
        flag = "依据特别法停止法定时限，须核对依据"
    return AdjustmentView(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        length=limit_text(Limit(row["amount"], Unit(row["unit"]))),
        since=since,
        until=until - timedelta(microseconds=1) if until else None,
        reason=row["reason"],
        basis=row["basis"],
        flag=flag,
        rank=row["rank"],
        status=row["status"],
        status_name=STATES[row["status"]],
        asked_by_name=row["asked_by_name"],
        asked_at=local(row["asked_at"]),
        decided_by_name=row["decided_by_name"],
        decided_at=local(row["decided_at"]) if row["decided_at"] else None,
        note=row["decision_note"],
        paper_id=row["paper_id"],
        paper=row["paper"] or "",
        running=procedure and row["status"] == "approved" and until is not None and at < until,
    )
