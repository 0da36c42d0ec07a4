"""A request is decided by the proper rank, never by the one who asked (行政许可法 42, 45; 双人复核)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import clocks, progress
from lianban.casework.addressed import concerned, issue
from lianban.casework.adjusting import reach
from lianban.casework.adjusting.extensions import ONCE, extended
from lianban.casework.adjusting.requests import EXTENSION, LONGEST_REASON, MISSING, Request, request_of, sweep
from lianban.casework.clocks import Moved
from lianban.casework.idempotency import once
from lianban.casework.notices import PaperView
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held, note
from lianban.casework.tasks.checking import unprintable
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import ROLE_NAMES, Actor, Role
from lianban.rules.adjusting import RANKS, same_hands
from lianban.rules.composer import limit_text
from lianban.rules.notices import adjusting as adjusting_papers
from lianban.rules.notices.adjusting import MovedLimit

STATES = {"asked": "待批准", "approved": "已批准", "declined": "未批准", "ended": "已提前结束", "void": "已失效"}
_DECIDED = """
UPDATE adjustments SET status = $2, decided_by = $3, decided_by_name = $4, decided_for = $5, decided_at = $6,
  decision_note = $7, paper_id = $8, since = COALESCE($9, since) WHERE id = $1
"""
_PAPER_OF_EVENTS = "UPDATE clock_events SET paper = $2 WHERE adjustment = $1"


@dataclass(frozen=True, slots=True)
class Settled:
    """What a decision brought about: the limits that moved and the number of the notice, both empty when declined."""

    id: UUID
    case_id: UUID
    task_id: UUID
    status: str
    moved: tuple[Moved, ...]
    paper: str


async def approve(id: UUID, *, remark: str = "", by: Actor, at: datetime, key: str = "") -> Settled:
    """Grant what was asked: the clocks move and the notice is issued, in one transaction.

    Raises NotFound for a request of another department or region, Forbidden for another rank or one's own request,
    Conflict when it was decided before or has become void: a limit that is over is not extended any more.
    """
    return await _decide(id, True, remark, by=by, at=at, key=key)


async def decline(id: UUID, *, remark: str, by: Actor, at: datetime, key: str = "") -> Settled:
    """Refuse what was asked, with the reason for the one who asked. Raises as `approve`, Invalid without a reason."""
    if not remark.strip():
        raise errors.Invalid("请写明不批准的理由。", {"note": "请写明不批准的理由。"})
    return await _decide(id, False, remark, by=by, at=at, key=key)


async def _decide(id: UUID, yes: bool, said: str, *, by: Actor, at: datetime, key: str) -> Settled:
    if len(said) > LONGEST_REASON:
        raise errors.Invalid("意见太长，请缩短。", {"note": f"意见最多 {LONGEST_REASON} 个字。"})
    if wrong := unprintable({"note": said}):
        raise errors.Invalid(wrong["note"], wrong)
    async with transaction():
        case_id = await connection().fetchval(
            "SELECT case_id FROM adjustments WHERE id = $1 AND region_code = $2", id, by.region
        )
    if case_id is None:
        raise errors.NotFound(MISSING)
    await catch_up(case_id, at=at)
    await sweep(case_id, at=at)

    async def run() -> dict[str, Any]:
        held = await progress.hold(case_id)
        assert held is not None
        row = await connection().fetchrow("SELECT * FROM adjustments WHERE id = $1", id)
        request = request_of(row)
        _may_decide(held, row, request, by)
        moved: tuple[Moved, ...] = ()
        paper: PaperView | None = None
        if yes:
            if request.kind == EXTENSION and await extended(
                held, request.task_id, request.rank.value, joint=request.joint
            ):
                raise errors.Conflict(ONCE)
            moved = await reach.apply(held, request, await reach.of(held, request, at=at), by=by, at=at)
        event = f"{'extension' if request.kind == EXTENSION else 'procedure'} {'approved' if yes else 'declined'}"
        behalf = by.on_behalf_of(request.rank)
        item = held.lives[request.task_id].item
        flagged = {"flag": "special law"} if request.stops_statutory and request.stop and not request.cause else {}
        await note(held, event, by=by, at=at, item=item, on_behalf_of=behalf, cause=request.name, **flagged)
        if yes:
            paper = await _issue(held, request, moved, by=by, at=at)
            await connection().execute(_PAPER_OF_EVENTS, id, paper.number)
        since = reach.begun(request.stop, at).since if yes and request.stop else None
        await connection().execute(
            _DECIDED,
            id,
            "approved" if yes else "declined",
            by.id,
            by.name,
            behalf,
            at,
            said.strip(),
            paper.id if paper else None,
            since,
        )
        return {
            "id": str(id),
            "task": str(request.task_id),
            "status": "approved" if yes else "declined",
            "paper": paper.number if paper else "",
            "moved": [
                [str(m.clock), m.kind, str(m.task or ""), m.old.isoformat(), m.new.isoformat(), m.provisional]
                for m in moved
            ],
        }

    async with transaction():
        told = await once(key, f"decide {yes}", by=by, at=at, fingerprint=[str(id), said], run=run)
    return Settled(
        id=id,
        case_id=case_id,
        task_id=UUID(told["task"]),
        status=told["status"],
        moved=tuple(_moved(m) for m in told["moved"]),
        paper=told["paper"],
    )


def _moved(told: Sequence[Any]) -> Moved:
    clock_id, kind, task, old, new, provisional = told
    when = datetime.fromisoformat
    return Moved(UUID(clock_id), kind, UUID(task) if task else None, when(old), when(new), provisional)


def _may_decide(held: Held, row: Mapping[str, Any], request: Request, by: Actor) -> None:
    """Raise unless this is the proper rank, somebody else than the one who asked, and the request still waits."""
    if not sees(row, by):
        raise errors.NotFound(MISSING)
    if not by.may(request.rank):
        who = "政府负责人" if request.joint else f"本部门的{ROLE_NAMES[Role.DEPARTMENT_HEAD]}"
        raise errors.Forbidden(f"这个申请须由{who}批准（{RANKS[request.rank]}）。")
    if row["status"] == "void":
        raise errors.Conflict(f"这个申请已经失效：{row['decision_note']}。")
    if row["status"] != "asked":
        who, when = row["decided_by_name"], local(row["decided_at"])
        raise errors.Conflict(f"{who}已在 {when:%m月%d日 %H:%M} 作出处理（{STATES[row['status']]}）。")
    holder = str(held.tasks[request.task_id]["claimed_by"])
    if same_hands(by, request.asked_by, request.asked_for, holder):
        raise errors.Forbidden("不能批准自己经办或者自己提出的申请（包括代岗期间），请由另一位负责人批准。")


def sees(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether the actor has to do with the request: its department, or the head of the region's government."""
    if row["region_code"] != by.region:
        return False
    if row["rank"] == Role.GOVERNMENT_HEAD.value and by.may(Role.GOVERNMENT_HEAD):
        return True
    return bool(by.department) and row["department"] == by.department


async def _issue(held: Held, request: Request, moved: Sequence[Moved], *, by: Actor, at: datetime) -> PaperView:
    about, here = await concerned(held, request.task_id), local(at)
    limits = [
        MovedLimit(clocks.KINDS[m.kind], m.old, m.new, m.provisional, exact=await _in_hours(m.clock)) for m in moved
    ]
    if request.stop is None:
        content = adjusting_papers.extension(
            about,
            length=limit_text(request.limit),
            reason=request.reason,
            basis=request.basis,
            rank=RANKS[request.rank],
            approver=by.name,
            approved_at=here,
            limits=limits,
        )
    else:
        stop = reach.begun(request.stop, at)
        content = adjusting_papers.special_procedure(
            about,
            name=request.name,
            reason=request.reason,
            basis=request.basis,
            required=limit_text(request.limit),
            since=stop.since.date(),
            until=(stop.until - timedelta(microseconds=1)).date(),
            stops_statutory=request.stops_statutory,
            approver=by.name,
            approved_at=here,
            limits=limits,
        )
    return await issue(held, request.task_id, request.kind, content, by=by, at=at)


async def _in_hours(clock_id: UUID) -> bool:
    return bool(await connection().fetchval("SELECT unit IN ('h', 'wh') FROM clocks WHERE id = $1", clock_id))
