"""更正: a result with a mistake is replaced by a corrected one, which is to be delivered with ten days of its own.

The old row stays and says why it was replaced. What the applicant has of it is brought back when the corrected one is
handed over, or is declared void then (`old_one`: out, back, void).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks
from lianban.casework.attachments import keep
from lianban.casework.clocks import Owner
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up_task
from lianban.casework.progress import note
from lianban.casework.tasks.checking import NewResult, check_results, unprintable
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.statutory import DELIVER, LAW
from lianban.tables.ids import new_id
from lianban.tables.tasks import Result

CORRECTED = "result corrected"
BASIS = f"更正后的结果的送达，{LAW}第四十四条"
LONGEST_REASON = 500
_RESULTS = """
SELECT r.*, d.status AS way FROM results r LEFT JOIN deliveries d ON d.id = r.delivery_id
WHERE r.task_id = $1 ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class Correctable:
    """A result of a task as the page for correcting shows it. `why_not` says why it cannot be, "" if it can."""

    id: UUID
    name: str
    number: str
    issued_on: date
    valid_until: date | None
    delivered_at: datetime | None
    replaced: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected result, and whether the one it replaces is in the applicant's hands."""

    result_id: UUID
    case_id: UUID
    out: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The results of a task that may be corrected, and what the page names."""

    item_name: str
    number: str
    results: tuple[Correctable, ...]


async def results(task_id: UUID, *, by: Actor) -> Standing:
    """The results of a granted task. Raises NotFound for others' tasks."""
    async with in_hand(task_id, by, lock=False) as (held, _):
        rows = await connection().fetch(_RESULTS, task_id)
    found = tuple(
        Correctable(
            id=row["id"],
            name=row["name"],
            number=row["number"],
            issued_on=row["issued_on"],
            valid_until=row["valid_until"],
            delivered_at=local(row["delivered_at"]) if row["delivered_at"] else None,
            replaced=row["superseded_reason"] if row["superseded_at"] else "",
            why_not=_why_not(row),
        )
        for row in rows
    )
    return Standing(held.tasks[task_id]["item_name"], held.case["number"] or "", found)


async def correct(
    task_id: UUID, result_id: UUID, *, new: NewResult, reason: str, by: Actor, at: datetime, key: str = ""
) -> Corrected:
    """Replace a result by a corrected one. The one who decided or the head of the department may.

    Raises NotFound, Forbidden, Conflict for what was revoked, replaced or is under way, Invalid with the fields.
    """
    reason = " ".join(reason.split())

    async def run() -> dict[str, Any]:
        async with in_hand(task_id, by) as (held, life):
            row = await connection().fetchrow(f"SELECT * FROM ({_RESULTS}) known WHERE id = $2", task_id, result_id)
            if row is None:
                raise errors.NotFound("没有找到这份结果，请刷新页面。")
            if not life.in_charge(by):
                raise errors.Forbidden("只有作出决定的审批人员或者部门负责人可以更正。")
            if why := _why_not(row):
                raise errors.Conflict(f"{why}。")
            _check(row, new, reason, at)
            (file,) = await keep(held.id, [new.file])
            id, out = new_id(at), row["delivered_at"] is not None
            await Result.insert(
                Result(
                    id=id,
                    task_id=task_id,
                    case_id=held.id,
                    name=new.name.strip(),
                    number=new.number.strip(),
                    issued_on=new.issued_on,
                    valid_until=new.valid_until,
                    file_name=file.name if file else "",
                    media_type=file.media_type if file else "",
                    sha256=file.sha256 if file else "",
                    by_id=by.id,
                    at=at,
                )
            )
            await connection().execute(
                "UPDATE results SET superseded_at = $2, superseded_by = $3, superseded_reason = $4, old_one = $5"
                " WHERE id = $1",
                result_id,
                at,
                id,
                reason,
                "out" if out else "",
            )
            if out:
                owner = Owner(held.id, task_id, held.region)
                await clocks.start(owner, "delivery", DELIVER, BASIS, at=at, subject=f"更正 {id}")
            await note(held, CORRECTED, by=by, at=at, item=life.item, delivered=out)
            await outbox.write(CORRECTED, case_id=held.id, payload={"task": str(task_id), "result": str(id)}, at=at)
            return {"result": str(id), "case": str(held.id), "out": out}

    said = [str(task_id), str(result_id), new.name, new.number, str(new.issued_on), str(new.valid_until or ""), reason]
    await catch_up_task(task_id, at=at)
    async with transaction():
        answer = await once(key, "correct_result", by=by, at=at, fingerprint=said, run=run)
    return Corrected(UUID(answer["result"]), UUID(answer["case"]), answer["out"])


def _why_not(row: Mapping[str, Any]) -> str:
    if row["revoked_at"] is not None:
        return "这份结果已经撤销，不能更正"
    if row["superseded_at"] is not None:
        return "这份结果已经更正过，请更正后来的那一份"
    if row["way"] in ("sent", "placed", "published"):
        return "这份结果正在送达途中，请先由窗口取回，或者等送达以后再更正"
    return ""


def _check(row: Mapping[str, Any], new: NewResult, reason: str, at: datetime) -> None:
    fields = {}
    if not 4 <= len(reason) <= LONGEST_REASON:
        fields["reason"] = "请写明哪里有误、怎样更正。"
    fields |= unprintable({"reason": reason})
    try:
        check_results([new], "", "", at)
    except errors.Invalid as fault:
        fields |= {name.removeprefix("results.0."): sentence for name, sentence in fault.fields.items()}
    same = all(getattr(new, part) == row[part] for part in ("name", "number", "issued_on", "valid_until"))
    if same and new.file is None:
        fields["name"] = "更正后的内容与原来的一样，请改正有误的地方，或者上传更正后的电子文件。"
    if fields:
        raise errors.Invalid("".join(dict.fromkeys(fields.values())), fields)
