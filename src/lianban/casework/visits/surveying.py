"""A department's part in a visit: two surveyors named, the visit begun, the item concluded. One FAIL holds no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up_task
from lianban.casework.progress import note
from lianban.casework.tasks import surveying as door
from lianban.casework.tasks.checking import unprintable
from lianban.casework.visits import checks
from lianban.casework.visits.holding import Visiting, in_visit, settle
from lianban.casework.visits.noticing import issue_record, team_of
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import surveys
from lianban.rules.actors import Actor, Role
from lianban.rules.composer import limit_text
from lianban.rules.lifecycles import OPEN_PARTS, fire
from lianban.rules.surveys import Said, Surveyor

_ELSEWHERE = """
SELECT s.name, v.place FROM surveyors s JOIN visits v ON v.id = s.visit_id
JOIN visit_parts p ON p.visit_id = s.visit_id AND p.task_id = s.task_id
WHERE v.id <> $1 AND v.region_code = $2 AND v.status IN ('planned', 'under_way') AND p.status <> 'out'
  AND p.department = $3 AND s.certificate = ANY($4) AND v.starts_at < $6 AND v.ends_at > $5 LIMIT 1
"""
# A certificate is given to one person by one authority: nobody surveys for two departments of a visit.
_FOR_OTHERS = """
SELECT s.name FROM surveyors s JOIN visit_parts p ON p.visit_id = s.visit_id AND p.task_id = s.task_id
WHERE s.visit_id = $1 AND p.department <> $2 AND p.status <> 'out' AND s.certificate = ANY($3) LIMIT 1
"""


async def name_team(visit_id: UUID, task_id: UUID, surveyors: Sequence[Surveyor], *, by: Actor, at: datetime) -> None:
    """The department says who comes: two or more with their certificate numbers (34). Naming again replaces.

    Raises NotFound, Forbidden, Invalid, Conflict once the item is concluded, or when somebody is elsewhere then.
    """
    who = surveys.team(surveyors)
    if wrong := unprintable({"surveyors": "\n".join(f"{one.name} {one.certificate}" for one in who)}):
        raise errors.Invalid(wrong["surveyors"], wrong)
    async with in_visit(visit_id, by, at=at) as found:
        _own(found, task_id, by)
        if found.life.stage.final or found.life.own not in OPEN_PARTS:
            raise errors.Conflict("这个事项在本次勘查中已经结束，不能再更改勘查人员。")
        if who == await team_of(visit_id, task_id):
            return
        numbers = [one.certificate for one in who]
        other = await connection().fetchval(_FOR_OTHERS, visit_id, found.life.own_department, numbers)
        if other is not None:
            sentence = f"{other}的执法证号已登记为另一个部门的勘查人员，各部门派本部门的人员，请核对。"
            raise errors.Invalid(sentence, {"surveyors": sentence})
        elsewhere = await connection().fetchrow(
            _ELSEWHERE, visit_id, found.held.region, found.life.own_department, numbers,
            found.row["starts_at"], found.row["ends_at"],
        )  # fmt: skip
        if elsewhere is not None:
            sentence = f"{elsewhere['name']}在同一时段已经安排到“{elsewhere['place']}”勘查，请另派。"
            raise errors.Invalid(sentence, {"surveyors": sentence})
        await connection().execute("DELETE FROM surveyors WHERE visit_id = $1 AND task_id = $2", visit_id, task_id)
        await connection().executemany(
            "INSERT INTO surveyors (visit_id, task_id, person, name, certificate) VALUES ($1, $2, '', $3, $4)",
            [(visit_id, task_id, one.name, one.certificate) for one in who],
        )
        if found.life.own == "invited":
            await found.part(task_id, "confirmed", by=by.name, at=at)
        item = found.held.lives[task_id].item
        await note(found.held, "surveyors named", by=by, at=at, item=item, surveyors=len(who))


async def begin(visit_id: UUID, task_id: UUID, *, by: Actor, at: datetime) -> None:
    """The department begins on the spot, on the day or later. Once more changes nothing.

    Raises NotFound, Forbidden, Conflict before the day or without two surveyors.
    """
    async with in_visit(visit_id, by, at=at) as found:
        _own(found, task_id, by)
        await _begin(found, task_id, by=by, at=at)


async def conclude(visit_id: UUID, task_id: UUID, said: Said, *, by: Actor, at: datetime, key: str = "") -> str:
    """The department's own conclusion for its item; the last one ends the visit and issues the joint record. How the
    visit stands then.

    The same conclusion sent twice is one. Raises NotFound, Forbidden, Invalid with the fields, Conflict.
    """

    async def run() -> dict[str, Any]:
        async with in_visit(visit_id, by, at=at) as found:
            await _conclude(found, task_id, said, by=by, at=at)
            return {"status": found.life.state}

    await catch_up_task(task_id, at=at)
    until = said.rectify_by.isoformat() if said.rectify_by else ""
    limit = limit_text(said.limit) if said.limit else ""
    asked = [str(visit_id), str(task_id), said.conclusion, said.findings, until, limit, said.limit_reason]
    async with transaction():
        done = await once(key, "conclude visit", by=by, at=at, fingerprint=asked, run=run)
    return str(done["status"])


async def _conclude(found: Visiting, task_id: UUID, said: Said, *, by: Actor, at: datetime) -> None:
    _own(found, task_id, by)
    if found.life.own == "concluded" and await _said_so(found.id, task_id, said):
        return
    await _begin(found, task_id, by=by, at=at)
    fire(found.life, "conclude", by)
    await checks.require_ready(found.id, task_id, said.conclusion)
    await door.record(
        found.held,
        found.held.lives[task_id],
        surveyed_on=local(at).date(),
        who=await team_of(found.id, task_id),
        said=said,
        by=by,
        at=at,
        visit=found.id,
    )
    await found.part(task_id, "concluded", by=by.name, at=at)
    await finish(found, by=by, at=at)


async def finish(found: Visiting, *, by: Actor, at: datetime) -> None:
    """End the visit if all that are left have concluded, with the joint record."""
    before = found.life.state
    await settle(found, at=at)
    if before != "done" and found.life.state == "done":
        await issue_record(found, by=by, at=at)


async def _begin(found: Visiting, task_id: UUID, *, by: Actor, at: datetime) -> None:
    if found.life.state != "under_way":
        fire(found.life, "begin", by)
        await found.stands(at=at)
        await connection().execute("UPDATE visits SET began_at = $2 WHERE id = $1", found.id, at)
        await note(found.held, "visit begun", by=by, at=at, item=found.held.lives[task_id].item)
    if found.life.state == "under_way" and found.life.own in ("invited", "confirmed"):
        if not found.life.manned(by):
            raise errors.Conflict(f"{found.life.manned.__doc__}。")
        await found.part(task_id, "started", by=by.name, at=at)
        found.life.own = "started"


def _own(found: Visiting, task_id: UUID, by: Actor) -> None:
    found.about(task_id)
    if by.department != found.life.own_department or not by.may(Role.APPROVER, Role.DEPARTMENT_HEAD):
        raise errors.Forbidden("这是另一个部门的勘查内容，各部门分别派人、分别作出结论。")


async def _said_so(visit_id: UUID, task_id: UUID, said: Said) -> bool:
    row = await connection().fetchrow(
        "SELECT conclusion, findings, rectify_by FROM surveys WHERE visit_id = $1 AND task_id = $2", visit_id, task_id
    )
    return row is not None and tuple(row) == (said.conclusion, said.findings.strip(), said.rectify_by)
