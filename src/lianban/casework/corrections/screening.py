"""A department looks through what was received for one of its items (收件核对), within the five working days.

It sees the fields and materials that this item asks for and nothing else. It may report what is missing or wrong in
them, against the published standard; it may not add materials or conditions (优化营商环境条例). It reports to the
window: only the window tells the applicant, once and everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import clocks
from lianban.casework.corrections import gaps
from lianban.casework.corrections.findings import Finding, checked, fields_of, materials_of
from lianban.casework.corrections.views import Paper, ScreeningLine, ScreeningView, Value
from lianban.casework.idempotency import once
from lianban.casework.intake.record import Record, current_edition, locked, note, record_of
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.owed import catch_up
from lianban.casework.tasks.worklist import require_officer
from lianban.errors import Conflict, Forbidden, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles, masks
from lianban.rules.actors import Actor, Role
from lianban.rules.corrections import ACCEPTED, LATE, subject_of
from lianban.rules.plan import MaterialAsker, PlanField, PlanMaterial
from lianban.tables.cases import Case
from lianban.tables.corrections import Gap
from lianban.tables.ids import new_id

MISSING = "没有找到这项收件核对，请从列表里重新打开。"
_LIST = """
SELECT s.*, c.number, c.bundle_name, c.applicant, k.computed_due FROM screenings s JOIN cases c ON c.id = s.case_id
LEFT JOIN clocks k ON k.case_id = s.case_id AND k.kind = 'correction' AND k.stopped_at IS NULL
WHERE s.region_code = $1 AND s.department = $2
  AND CASE WHEN $3 THEN s.status IN ('clear', 'gaps') ELSE s.status = 'pending' END
  AND c.status = ANY($4) ORDER BY s.asked_at, s.id LIMIT 200
"""


async def worklist(*, by: Actor, at: datetime, done: bool = False) -> tuple[ScreeningLine, ...]:
    """What this department has been asked to look through, the oldest first; with `done` what it has answered.

    Raises Forbidden for others than a department's.
    """
    require_officer(by)
    async with transaction():
        open = ["received", "correcting"] if done else ["received"]
        rows = await connection().fetch(_LIST, by.region, by.department, done, open)
    return tuple(
        ScreeningLine(
            id=r["id"],
            case_id=r["case_id"],
            number=r["number"],
            bundle_name=r["bundle_name"],
            item=r["item"],
            item_name=r["item_name"],
            applicant=masks.mask_name(r["applicant"]),
            round=r["round"],
            status=r["status"],
            asked_at=local(r["asked_at"]),
            due=local(r["computed_due"]) if r["computed_due"] else None,
        )
        for r in rows
    )


async def view(screening_id: UUID, *, by: Actor, at: datetime, address: str = "") -> ScreeningView:
    """The received case for this item; the look is recorded. Raises NotFound for another department's."""
    await _catch_up(screening_id, by=by, at=at)
    async with transaction():
        row = await _row(screening_id, by)
        case = await Case.objects().get(Case.id == row["case_id"])
        assert case is not None
        record = record_of(case)
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        shut = ""
        try:
            purpose = await people.require_access(case, by=by, at=at)
            await people.record_access(case.id, f"收件核对 {row['item']}", purpose, by=by, at=at, address=address)
        except Forbidden as refusal:
            shut = refusal.sentence
        known = await gaps.rows(case.id)
        clock = next((c for c in await clocks.clocks_of(case.id, at=at) if c.kind == "correction"), None)
        closed = await _closed(record, row, at)
    own = [g for g in known if g["item"] == row["item"]]
    edition, item = found.edition, row["item"]
    wanted = {m.material for m, _ in materials_of(found, item)} | {f.element for f in fields_of(found, item)}
    asked = [g for g in known if g["item"] == item or (not g["item"] and g["subject"] in wanted)]
    return ScreeningView(
        id=screening_id,
        case_id=record.id,
        number=record.number,
        bundle_name=case.bundle_name,
        item=item,
        item_name=row["item_name"],
        department_name=edition.departments[row["department"]].name,
        applicant="" if shut else found.applicant,
        round=row["round"],
        status=row["status"],
        open=closed,
        received_at=local(record.received_at or record.opened_at),
        due=clock.due if clock and not clock.stopped_at else None,
        locked=shut,
        fields=() if shut else tuple(_value(f, found, record) for f in fields_of(found, item)),
        papers=() if shut else tuple(_paper(m, a, found, record) for m, a in materials_of(found, item)),
        gaps=() if shut else tuple(gaps.view(g, found, record) for g in own if g["round"] == row["round"]),
        told=()
        if shut
        else tuple(
            gaps.view(g, found, record)
            for g in asked
            if g["round"] < row["round"] and g["status"] in ("notified", "supplied")
        ),
        suggested_basis="；".join(gaps.basis_text(b) for b in edition.items[item].basis[:2]),
    )


async def clear(screening_id: UUID, *, by: Actor, at: datetime) -> None:
    """Nothing is missing. What the department had reported and the window has not told yet is taken back.

    Raises NotFound, Conflict when the time for it is over.
    """
    await _catch_up(screening_id, by=by, at=at)
    async with transaction():
        record, row = await _held(screening_id, by=by, at=at)
        if row["status"] == "clear":
            return
        await _forget(row)
        await _say(row, "clear", by=by, at=at)
        await note(record, "screened clear", by=by, at=at, department=by.department, content={"item": row["item"]})


async def report(screening_id: UUID, findings: Sequence[Finding], *, by: Actor, at: datetime, key: str = "") -> None:
    """Report everything that is missing or wrong; a new report replaces one that the window has not told yet.

    Raises NotFound; Conflict when the time for it is over; Invalid (fields `gap.<n>…`) for what this item does not ask
    for, what lacks words, and what should have been told the first time.
    """

    async def run() -> dict[str, Any]:
        record, row = await _held(screening_id, by=by, at=at)
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        lines = await checked(record, row["item"], found, findings)
        await _forget(row)
        for line in lines:
            await Gap.insert(
                Gap(
                    id=new_id(at),
                    case_id=record.id,
                    item=row["item"],
                    department=row["department"],
                    round=row["round"],
                    status="reported",
                    by_id=by.id,
                    by_name=by.name,
                    at=at,
                    subject_kind=line["subject_kind"],
                    subject=line["subject"],
                    problem=line["problem"],
                    remedy=line["remedy"],
                    basis=line["basis"],
                )
            )
        await _say(row, "gaps", by=by, at=at)
        subjects = [subject_of(line["subject_kind"], line["subject"]) for line in lines]
        content = {"item": row["item"], "subjects": sorted(subjects)}
        await note(record, "gaps reported", by=by, at=at, department=by.department, content=content)
        return {}

    await _catch_up(screening_id, by=by, at=at)
    said = [[f.kind, f.subject, f.fault, f.standard, f.problem, f.remedy, f.basis] for f in findings]
    async with transaction():
        await once(key, "report", by=by, at=at, fingerprint=[str(screening_id), said], run=run)


async def _row(screening_id: UUID, by: Actor) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await connection().fetchrow("SELECT * FROM screenings WHERE id = $1", screening_id)
    mine = row is not None and (row["region_code"], row["department"]) == (by.region, by.department)
    if not mine or not by.may(Role.APPROVER, Role.DEPARTMENT_HEAD):
        raise NotFound(MISSING)
    assert row is not None
    return row


async def _catch_up(screening_id: UUID, *, by: Actor, at: datetime) -> None:
    async with transaction():
        row = await _row(screening_id, by)
    await catch_up(row["case_id"], at=at)


async def _held(screening_id: UUID, *, by: Actor, at: datetime) -> tuple[Record, Mapping[str, Any]]:
    """The locked case and the question, which can still be answered."""
    row = await _row(screening_id, by)
    record = await locked(row["case_id"])
    # Read again: the window may have closed it while we waited for the case.
    row = await _row(screening_id, by)
    if why := await _closed(record, row, at):
        raise Conflict(why)
    case = await Case.objects().get(Case.id == record.id)
    assert case is not None
    await people.require_access(case, by=by, at=at)
    return record, row


async def _closed(record: Record, row: Mapping[str, Any], at: datetime) -> str:
    """Why nothing can be said any more; "" while it can."""
    if record.status == "correcting" or (record.status == "received" and row["status"] == "over"):
        return "窗口已经一次告知申请人补正，这一轮不能再增加内容（行政许可法第三十二条）；补正后会再请您核对。"
    if record.status == "received":
        latest = await connection().fetchval("SELECT max(round) FROM screenings WHERE case_id = $1", record.id)
        return "" if row["round"] == latest else "这一轮核对已经结束，请打开补正后的核对。"
    if record.accepted_by:
        deemed = await connection().fetchval("SELECT deemed FROM cases WHERE id = $1", record.id)
        return LATE if deemed else ACCEPTED
    said = lifecycles.stage_name(lifecycles.CaseLife, record.status)
    return f"这个办件现在是“{said}”，不用再核对。"


async def _forget(row: Mapping[str, Any]) -> None:
    await connection().execute(
        "DELETE FROM gaps WHERE case_id = $1 AND item = $2 AND round = $3 AND status = 'reported'",
        row["case_id"],
        row["item"],
        row["round"],
    )


async def _say(row: Mapping[str, Any], status: str, *, by: Actor, at: datetime) -> None:
    await connection().execute(
        "UPDATE screenings SET status = $2, by_id = $3, by_name = $4, at = $5 WHERE id = $1",
        row["id"],
        status,
        by.id,
        by.name,
        at,
    )


def _value(field: PlanField, found: Standing, record: Record) -> Value:
    raw = gaps.value_of(found, record, field.element)
    broken = field.element in found.reading.problems
    shown = raw if broken else gaps.read(found.edition, field.element, raw)
    return Value(field.element, field.label, field.section, shown, field.element in found.lacking.fields)


def _paper(material: PlanMaterial, asker: MaterialAsker, found: Standing, record: Record) -> Paper:
    check = record.part("checks").get(material.material, {})
    return Paper(
        material=material.material,
        name=material.name,
        standards=asker.standards or material.standards,
        original_seen=bool(check.get("original")),
        note="" if f"material.{material.material}" not in found.lacking.all else "没有提交",
        files=tuple(f for f in found.files if f.material == material.material),
    )
