"""A visit in hand: its case locked first, its parts beside it, and what the system owes after every step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks, progress
from lianban.casework.clocks import Owner
from lianban.casework.owed import catch_up
from lianban.casework.policies import policy
from lianban.casework.progress import Held, note
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.lifecycles import OPEN_PARTS, VisitRow, fire, options
from lianban.rules.statutory import APPOINTMENT_BASIS

MISSING = "没有找到这次现场勘查，请从勘查列表里重新打开。"
SET, CHANGED, MISSED, CANCELLED = "visit set", "visit changed", "visit missed", "visit cancelled"
"""Events of the outbox; the payload names the visit."""

_PARTS = "SELECT * FROM visit_parts WHERE visit_id = $1 ORDER BY department, task_id"
_TEAMS = "SELECT task_id, count(*) AS n FROM surveyors WHERE visit_id = $1 GROUP BY task_id"


@dataclass
class Visiting:
    """A visit whose case this transaction has locked (or only read)."""

    row: Mapping[str, Any]
    parts: dict[UUID, Mapping[str, Any]]
    teams: dict[UUID, int]
    life: VisitRow
    held: Held

    @property
    def id(self) -> UUID:
        """The visit's id."""
        return UUID(str(self.row["id"]))

    def about(self, task_id: UUID) -> None:
        """The step is about this item's part. Raises NotFound when it is not in the visit."""
        part = self.parts.get(task_id)
        if part is None:
            raise errors.NotFound(MISSING)
        self.life.own, self.life.own_department = part["status"], part["department"]
        self.life.team_named = self.teams.get(task_id, 0) >= 2

    async def part(self, task_id: UUID, status: str, *, by: str, at: datetime, reason: str = "") -> None:
        """A part stands at `status` from now on."""
        await connection().execute(
            "UPDATE visit_parts SET status = $3, by_name = $4, at = $5, reason = $6"
            " WHERE visit_id = $1 AND task_id = $2",
            self.id,
            task_id,
            status,
            by,
            at,
            reason,
        )
        self.parts[task_id] = {**self.parts[task_id], "status": status, "reason": reason}
        self.life.parts[str(task_id)] = status
        if status == "out":
            staying = (p["department"] for p in self.parts.values() if p["status"] != "out")
            self.life.departments = frozenset(staying)

    async def stands(self, *, at: datetime, reason: str = "", missed_by: str = "") -> None:
        """Keep the state that a step has led to."""
        over = self.life.stage.final
        await connection().execute(
            "UPDATE visits SET status = $2, version = version + 1, ended_at = CASE WHEN $3 THEN $4 ELSE ended_at END,"
            " reason = CASE WHEN $5 = '' THEN reason ELSE $5 END, missed_by = $6 WHERE id = $1",
            self.id,
            self.life.state,
            over,
            at,
            reason,
            missed_by,
        )


@asynccontextmanager
async def in_visit(
    visit_id: UUID, by: Actor, *, at: datetime, lock: bool = True, joining: bool = False
) -> AsyncIterator[Visiting]:
    """One transaction with the case of the visit locked first (or, with `lock` False, only read).

    Raises NotFound for whoever has no part in it: neither the window of the region nor a department of the visit
    (with `joining`: of an item of the case that is surveyed).
    """
    async with transaction():
        case_id = await connection().fetchval("SELECT case_id FROM visits WHERE id = $1", visit_id)
    if case_id is None:
        raise errors.NotFound(MISSING)
    if lock:
        await catch_up(case_id, at=at)
    async with transaction():
        held = await progress.hold(case_id, lock=lock)
        assert held is not None
        found = await load(visit_id, held, at=at)
        mine = any(part["department"] == by.department for part in found.parts.values())
        if joining:
            mine = mine or any(t.needs_survey and t.department == by.department for t in held.lives.values())
        if held.region != by.region or not (by.may(Role.CLERK) or (by.department and mine)):
            raise errors.NotFound(MISSING)
        if lock:
            await tidy(found, at=at)
        yield found


async def load(visit_id: UUID, held: Held, *, at: datetime) -> Visiting:
    """The visit with its parts, in the caller's transaction."""
    row = await connection().fetchrow("SELECT * FROM visits WHERE id = $1", visit_id)
    rows = await connection().fetch(_PARTS, visit_id)
    parts: dict[UUID, Mapping[str, Any]] = {part["task_id"]: dict(part) for part in rows}
    teams = {team["task_id"]: team["n"] for team in await connection().fetch(_TEAMS, visit_id)}
    now = local(at)
    life = VisitRow(
        id=str(visit_id),
        state=row["status"],
        region=row["region_code"],
        departments=frozenset(p["department"] for p in parts.values() if p["status"] != "out"),
        parts={str(id): part["status"] for id, part in parts.items()},
        start_over=at >= row["starts_at"],
        today=now.date() >= local(row["starts_at"]).date(),
        changes_left=row["changes"] < (await policy(row["region_code"])).survey_changes,
    )
    return Visiting(row, parts, teams, life, held)


async def tidy(found: Visiting, *, at: datetime) -> None:
    """Items that have been decided or withdrawn meanwhile are out; a visit with nobody left is over."""
    if found.life.stage.final:
        return
    for task_id, part in found.parts.items():
        task = found.held.lives[task_id]
        if part["status"] in OPEN_PARTS and task.stage.final:
            await found.part(task_id, "out", by=SYSTEM.name, at=at, reason=f"事项已“{task.stage.name}”，不再需要勘查")
    await settle(found, at=at)


async def settle(found: Visiting, *, at: datetime) -> None:
    """What the system owes: a visit that all have concluded is done, one that all have left is cancelled."""
    for event in ("finish", "dissolve"):
        if options(found.life, SYSTEM).get(event) != []:
            continue
        fire(found.life, event, SYSTEM)
        reason = "没有需要勘查的事项" if event == "dissolve" else ""
        await found.stands(at=at, reason=reason)
        await note(found.held, "visit finished" if event == "finish" else "visit cancelled", by=SYSTEM, at=at)
        if event == "dissolve":
            await answer_wish(found, f"{reason}，这次勘查已经取消。", by=SYSTEM, at=at)
            await void_notice(found, reason, by=SYSTEM, at=at)
            await outbox.write(CANCELLED, case_id=found.held.id, payload={"visit": str(found.id)}, at=at)


async def answer_wish(found: Visiting, answer: str, *, by: Actor, at: datetime) -> None:
    """What the applicant is told about the other time that he asked for, if he waits for an answer."""
    await connection().execute(
        "UPDATE visit_wishes SET answer = $2, answered_at = $3, answered_by = $4"
        " WHERE visit_id = $1 AND answered_at IS NULL",
        found.id,
        answer,
        at,
        by.name,
    )


async def void_notice(found: Visiting, why: str, *, by: Actor, at: datetime) -> None:
    """The notice of a visit that does not take place is void; its number stays."""
    await connection().execute(
        "UPDATE papers SET void_at = $2, void_reason = $3, void_by = $4, void_by_name = $5"
        " WHERE id = $1 AND void_at IS NULL",
        found.row["paper_id"],
        at,
        why,
        by.id,
        by.name,
    )


async def appoint_anew(held: Held, task_ids: list[UUID], *, at: datetime) -> None:
    """Another appointment is to be made: the time for it runs anew, as a clock of its own."""
    limit = (await policy(held.region)).limit("appointment")
    for task_id in task_ids:
        life = held.lives[task_id]
        if life.stage.final or life.survey == "pass":
            continue
        before = await connection().fetchval(
            "SELECT count(*) FROM clocks WHERE task_id = $1 AND kind = 'appointment'", task_id
        )
        owner, subject = Owner(held.id, task_id, held.region), f"第{before + 1}次" if before else ""
        await clocks.start(owner, "appointment", limit, APPOINTMENT_BASIS, at=at, subject=subject)


async def appointed(held: Held, task_ids: list[UUID], *, at: datetime) -> None:
    """The appointment stands: nobody owes one any more."""
    for task_id in task_ids:
        await clocks.stop(held.id, task_id, at=at, kinds={"appointment"})
