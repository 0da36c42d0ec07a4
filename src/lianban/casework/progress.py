"""A case in hand: its row locked first, its tasks beside it, and what the system owes after every move."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from lianban import errors, journal, outbox
from lianban.casework import catalogue, clocks
from lianban.casework.clocks import Owner
from lianban.casework.policies import policy
from lianban.outside.database import connection
from lianban.rules import lifecycles
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.catalog.types import Edition, Start
from lianban.rules.lifecycles import CaseRow, Move, TaskRow
from lianban.rules.plan import Plan, PlanItem, plan_from_dict
from lianban.rules.statutory import APPOINTMENT_BASIS, CLAIM_BASIS, SURVEY_BASIS

_CASE = """
SELECT id, region_code, bundle, bundle_name, edition, status, outcome, number, applicant, subject, plan, window_name,
  received_at, accepted_at, accepted_by, decided_at, delivered_at, closed_at FROM cases WHERE id = $1
"""
_TASKS = """
SELECT t.*, COALESCE((SELECT s.conclusion FROM surveys s WHERE s.task_id = t.id ORDER BY s.at DESC, s.id DESC LIMIT 1),
  '') AS survey,
  (SELECT s.rectify_by FROM surveys s WHERE s.task_id = t.id ORDER BY s.at DESC, s.id DESC LIMIT 1) AS rectify_by,
  h.status NOT IN ('waived', 'recorded') AS hearing_open,
  EXISTS (SELECT 1 FROM tolerances o WHERE o.case_id = t.case_id AND o.status = 'open' AND t.item = ANY(o.items))
    AS gap_open, (SELECT v.status FROM verifications v WHERE v.task_id = t.id) AS verification
FROM tasks t LEFT JOIN hearings h ON h.task_id = t.id WHERE t.case_id = $1 ORDER BY t.id
"""


@dataclass
class Held:
    """A case whose row this transaction has locked. `case` and `tasks` are rows as read, `life` and `lives` act."""

    case: Mapping[str, Any]
    tasks: dict[UUID, Mapping[str, Any]]
    life: CaseRow
    lives: dict[UUID, TaskRow]

    @property
    def id(self) -> UUID:
        """The case's id."""
        return UUID(str(self.case["id"]))

    @property
    def region(self) -> str:
        """The case's region."""
        return str(self.case["region_code"])

    @cached_property
    def plan(self) -> Plan:
        """The plan frozen at acceptance."""
        return plan_from_dict(json.loads(self.case["plan"]))

    def item(self, id: str) -> PlanItem:
        """An item of the plan."""
        return next(i for i in self.plan.items if i.item == id)

    async def edition(self) -> Edition:
        """The edition the case is pinned to."""
        return await catalogue.edition(self.case["edition"])

    def task_id(self, item: str) -> UUID:
        """The task of an item."""
        return next(id for id, life in self.lives.items() if life.item == item)


async def hold(case_id: UUID, *, lock: bool = True) -> Held | None:
    """Lock the case (or with `lock` False only read it) and load its tasks; None when there is none.

    Every verb that changes a case starts here, after its idempotency key: the case row is what serialises decisions.
    """
    row = await connection().fetchrow(f"{_CASE} FOR UPDATE" if lock else _CASE, case_id)
    if row is None:
        return None
    tasks = {t["id"]: t for t in await connection().fetch(_TASKS, case_id)}
    lives = {
        id: TaskRow(
            id=str(id),
            state=t["status"],
            region=t["region_code"],
            item=t["item"],
            department=t["department"],
            claimed_by=t["claimed_by"],
            needs_survey=t["needs_survey"],
            survey=t["survey"],
            gap_open=t["gap_open"],
            hearing_open=bool(t["hearing_open"]),
        )
        for id, t in tasks.items()
    }
    by_item = {life.item: life for life in lives.values()}
    for id, life in lives.items():
        life.after = [by_item[item] for item in tasks[id]["after"] if item in by_item]
    return Held(row, tasks, CaseRow(str(row["id"]), row["status"], row["region_code"], list(lives.values())), lives)


async def note(
    held: Held,
    event: str,
    *,
    by: Actor,
    at: datetime,
    item: str = "",
    on_behalf_of: str = "",
    **content: Any,
) -> None:
    """A line of the case's journal; with `item` it also shows in the feed of the item's department.

    It names the one for whom `by` acts: `on_behalf_of`, otherwise the absent holder of the item's task (AB 岗).
    """
    department = held.item(item).department if item else ""
    if item:
        content = {"item": item, **content}
    if item and by.stands_for and not on_behalf_of:
        holder = str(held.tasks[held.task_id(item)]["claimed_by"])
        on_behalf_of = by.on_behalf_of(holder=holder) if holder else ""
    await journal.record(
        "case",
        held.id,
        event,
        by=by,
        at=at,
        region=held.region,
        department=department,
        on_behalf_of=on_behalf_of,
        content=content,
    )


async def settle(held: Held, *, at: datetime) -> list[Move]:
    """Let the system do what it owes (dispatch, lapse, conclude, fold), each with its clocks, journal and outbox.

    A visit all whose items have come to an end is over with the last of them.
    """
    from lianban.casework.visits.ending import follow  # visits build on this module

    moves = lifecycles.advance(held.life)
    for move in moves:
        if isinstance(move.subject, TaskRow):
            await (_dispatch if move.event == "dispatch" else _lapse)(held, UUID(move.subject.id), at=at)
        else:
            await (_conclude if move.event == "conclude" else _fold)(held, at=at)
    await follow(held, at=at)
    return moves


async def _dispatch(held: Held, task_id: UUID, *, at: datetime) -> None:
    item = held.item(held.lives[task_id].item)
    due = held.tasks[task_id]["due_at"]
    if item.start is Start.PREDECESSOR:
        promise = await clocks.promised(held.id)
        running = await clocks.start_task(held.id, task_id, await held.edition(), item, promise=promise, at=at)
        due = running[0].promised
    await clocks.start(
        Owner(held.id, task_id, held.region), "claim", (await policy(held.region)).limit("claim"), CLAIM_BASIS, at=at
    )
    if item.survey:
        await _time_for_survey(held, task_id, due, at=at)
    await connection().execute(
        "UPDATE tasks SET status = 'dispatched', dispatched_at = $2, due_at = $3, version = version + 1 WHERE id = $1",
        task_id,
        at,
        due,
    )
    await note(held, "task dispatched", by=SYSTEM, at=at, item=item.item)
    await outbox.write("task dispatched", case_id=held.id, payload={"task": str(task_id), "item": item.item}, at=at)


async def _time_for_survey(held: Held, task_id: UUID, due: datetime | None, *, at: datetime) -> None:
    """Time to appoint and time to survey: both lie within the item's own limit, which a survey never stops (45)."""
    owner, chosen = Owner(held.id, task_id, held.region), await policy(held.region)
    for kind, basis in (("appointment", APPOINTMENT_BASIS), ("survey", SURVEY_BASIS)):
        await clocks.start(owner, kind, chosen.limit(kind), basis, at=at, promise=due)


async def _lapse(held: Held, task_id: UUID, *, at: datetime) -> None:
    life = held.lives[task_id]
    lost = [held.item(t.item).name for t in life.after if t.stage.final and t.state != "granted"]
    reason = f"前置事项“{'”“'.join(lost)}”没有办成，本事项无法继续办理。前置事项办成后可以单独申请。"
    await connection().execute(
        "UPDATE tasks SET status = 'lapsed', decided_at = $2, reason = $3, version = version + 1 WHERE id = $1",
        task_id,
        at,
        reason,
    )
    await clocks.stop(held.id, task_id, at=at)
    await note(held, "task lapsed", by=SYSTEM, at=at, item=life.item, after=[t.item for t in life.after])
    await outbox.write("task lapsed", case_id=held.id, payload={"task": str(task_id), "item": life.item}, at=at)


async def _conclude(held: Held, *, at: datetime) -> None:
    outcome = held.life.outcome
    await connection().execute(
        "UPDATE cases SET status = 'decided', outcome = $2, decided_at = $3, updated_at = $3 WHERE id = $1",
        held.id,
        outcome,
        at,
    )
    await clocks.stop(held.id, None, at=at)
    await note(held, "case concluded", by=SYSTEM, at=at, outcome=outcome)
    await outbox.write("case decided", case_id=held.id, payload={"outcome": outcome}, at=at)


async def _fold(held: Held, *, at: datetime) -> None:
    """Everything was withdrawn: the case ends without any decision."""
    await connection().execute(
        "UPDATE cases SET status = 'withdrawn', ended_at = $2, ended_reason = $3, updated_at = $2 WHERE id = $1",
        held.id,
        at,
        "申请人撤回了全部事项。",
    )
    await clocks.stop(held.id, None, at=at)
    await note(held, "case withdrawn", by=SYSTEM, at=at)
    await outbox.write("case ended", case_id=held.id, payload={"status": "withdrawn"}, at=at)


def owned(held: Held | None, task_id: UUID, by: Actor) -> TaskRow:
    """The task, if the actor's own department handles it. Raises NotFound otherwise: others' tasks are not seen."""
    life = held.lives.get(task_id) if held else None
    if life is None or not life.officer(by):
        raise errors.NotFound("没有找到这个任务，请从任务列表里重新打开。")
    return life
