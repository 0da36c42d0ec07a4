"""A promise to bring a material was not kept: what waits for it is terminated, the applicant bears the loss (domain E).

By the policy of the region the system does so at the end of the time, or the window after it has looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import outbox, people
from lianban.casework import bars, clocks, notices, progress
from lianban.casework.notices import short_authority
from lianban.casework.owed import Ended, catch_up
from lianban.casework.policies import policy
from lianban.casework.progress import Held, hold, note
from lianban.casework.tasks.refusals import applicant_of, enquiry_of
from lianban.casework.voiding import void_requests
from lianban.errors import Conflict, Forbidden, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.lifecycles import TaskRow
from lianban.rules.notices import outcomes as outcome_papers
from lianban.tables.cases import Case

BASIS = "申请人签署的《申请容缺受理承诺书》和本机关的《容缺受理通知书》"
_ROW = "SELECT * FROM tolerances WHERE case_id = $1 AND material = $2"
_OPEN = "SELECT * FROM tolerances WHERE case_id = $1 AND status = 'open' ORDER BY id"
_END = "UPDATE tolerances SET status = $2 WHERE id = $1"
_PROMISORS = "SELECT id_number FROM parties WHERE case_id = $1 AND role = 'applicant'"


async def lapse(ended: Ended, at: datetime) -> None:
    """The time to make up is over: terminate, or leave it to the window. The case is locked (`owed.OWED`)."""
    held = await hold(ended.case_id)
    row = await connection().fetchrow(_ROW, ended.case_id, ended.subject)
    if held is None or row is None or row["status"] != "open":
        await clocks.stop(ended.case_id, None, at=at, kinds={"tolerance"}, subject=ended.subject)
        return
    # The applicant keeps the day that the notice told.
    if at <= max(ended.due, row["until"]):
        return
    waiting = _waiting(held, row)
    if not waiting:
        await _end(held, row, "void", at=at)
    elif (await policy(held.region)).tolerance_over == "terminate":
        await _terminate(held, row, waiting, at=at)


async def terminate(case_id: UUID, material: str, *, by: Actor, at: datetime) -> None:
    """Terminate what waits for a material that did not come in time, by the window where the policy leaves it to it.

    Twice changes nothing. Raises NotFound, Forbidden; Conflict while there is time or when it has come.
    """
    if not by.may(Role.CLERK):
        raise Forbidden("逾期未补的，由综合窗口核实后终止。")
    await catch_up(case_id, at=at)
    async with transaction():
        case = await Case.objects().get(Case.id == case_id)
        if case is None:
            raise NotFound("没有找到这个办件，请核对后重新打开。")
        await people.require_access(case, by=by, at=at)
        held = await hold(case_id)
        row = await connection().fetchrow(_ROW, case_id, material)
        if held is None or row is None:
            raise NotFound("没有找到这份待补的材料，请从办件页面重新打开。")
        if row["status"] == "failed":
            return
        if row["status"] != "open" or not (waiting := _waiting(held, row)):
            raise Conflict(f"“{row['material_name']}”已经补齐或者不再需要，不能终止。")
        if at <= row["until"]:
            raise Conflict(
                f"“{row['material_name']}”的补齐期限到{local(row['until']):%Y年%m月%d日 %H:%M}，现在不能终止。"
            )
        await note(held, "tolerance given up", by=by, at=at, material=material)
        await _terminate(held, row, waiting, at=at)


def _waiting(held: Held, row: Mapping[str, Any]) -> list[TaskRow]:
    return [life for life in held.lives.values() if life.item in row["items"] and not life.stage.final]


async def _terminate(held: Held, row: Mapping[str, Any], waiting: Sequence[TaskRow], *, at: datetime) -> None:
    name, until = row["material_name"], local(row["until"])
    reason = (
        f"申请人承诺在{until:%Y年%m月%d日 %H:%M}前补齐“{name}”，到期没有补齐，按承诺终止办理。"
        "备齐全部材料后可以重新申请。"
    )
    for life in waiting:
        life.gap_failed = True
        lifecycles.fire(life, "terminate", SYSTEM)
        await connection().execute(
            "UPDATE tasks SET status = $2, decided_at = $3, reason = $4, version = version + 1 WHERE id = $1",
            UUID(life.id),
            life.state,
            at,
            reason,
        )
        await clocks.stop(held.id, UUID(life.id), at=at)
        await void_requests(held, UUID(life.id), at=at, why="容缺材料没有补齐，事项已经终止")
        await note(held, "task terminated", by=SYSTEM, at=at, item=life.item, material=row["material"])
        payload = {"task": life.id, "item": life.item}
        await outbox.write("task terminated", case_id=held.id, payload=payload, at=at)
    await _end(held, row, "failed", at=at)
    moves = await progress.settle(held, at=at)
    followers = [held.item(m.subject.item).name for m in moves if isinstance(m.subject, TaskRow) and m.event == "lapse"]
    for other in await connection().fetch(_OPEN, held.id):
        if not _waiting(held, other):
            await _end(held, other, "void", at=at)
    await bars.set_bar(
        held.region,
        [r["id_number"] for r in await connection().fetch(_PROMISORS, held.id)],
        kind="tolerance",
        case_id=held.id,
        reason=f"办件 {held.case['number']} 承诺容缺后补的“{name}”逾期未补",
        basis=BASIS,
        until=None,
        by=SYSTEM,
        at=at,
    )
    await _tell(held, waiting, followers, reason, at=at)


async def _end(held: Held, row: Mapping[str, Any], status: str, *, at: datetime) -> None:
    await connection().execute(_END, row["id"], status)
    await clocks.stop(held.id, None, at=at, kinds={"tolerance"}, subject=row["material"])


async def _tell(held: Held, ended: Sequence[TaskRow], followers: Sequence[str], reason: str, *, at: datetime) -> None:
    edition = await held.edition()
    gone = {life.item for life in ended} | {life.item for life in held.lives.values() if life.state == "lapsed"}
    content = outcome_papers.termination(
        end="terminated",
        authority=edition.bundle.centre,
        applicant=await applicant_of(held.id, held.case["applicant"]),
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        received_on=local(held.case["received_at"]).date(),
        items=[held.item(life.item).name for life in ended],
        followers=followers,
        rest=[held.item(life.item).name for life in held.lives.values() if life.item not in gone],
        reason=reason,
        basis=BASIS,
        returned="已经收到的纸质材料原件，申请人可以到综合窗口领回。",
        ended_on=local(at).date(),
        enquiry=enquiry_of(edition, held.case["number"]),
    )
    await notices.issue(
        "termination",
        content,
        case_id=held.id,
        region=held.region,
        authority=short_authority(edition),
        by=SYSTEM,
        at=at,
    )
