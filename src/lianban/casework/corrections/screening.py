"""A department looks through what was received for one of its items (收件核对), within the five working days.

It sees the fields and materials that this item asks for and nothing else. It may report what is missing or wrong in
them, against the published standard; it may not add materials or conditions (优化营商环境条例). It reports to the
window: only the window tells the applicant, once and everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import clocks
from lianban.casework.corrections import gaps
from lianban.casework.corrections.views import Paper, ScreeningLine, ScreeningView, Value
from lianban.casework.idempotency import once
from lianban.casework.intake.record import Record, current_edition, locked, note, record_of
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.intake.told import told
from lianban.casework.owed import catch_up
from lianban.casework.tasks.worklist import require_officer
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import form, lifecycles, masks
from lianban.rules.actors import Actor, Role
from lianban.rules.corrections import ACCEPTED, FAULTS, KINDS, LATE, subject_of
from lianban.rules.plan import MaterialAsker, PlanField, PlanMaterial
from lianban.tables.cases import Case
from lianban.tables.corrections import Gap
from lianban.tables.ids import new_id

MISSING = "没有找到这项收件核对，请从列表里重新打开。"
LONGEST = 1000
MOST = 60
REMEDIES = {
    "missing": "请提交这份材料。",
    "unreadable": "请重新提交清晰、完整的一份。",
    "wrong": "请提交符合标准的一份。",
}
_LIST = """
SELECT s.*, c.number, c.bundle_name, c.applicant, k.computed_due FROM screenings s JOIN cases c ON c.id = s.case_id
LEFT JOIN clocks k ON k.case_id = s.case_id AND k.kind = 'correction' AND k.stopped_at IS NULL
WHERE s.region_code = $1 AND s.department = $2
  AND CASE WHEN $3 THEN s.status IN ('clear', 'gaps') ELSE s.status = 'pending' END
  AND c.status = ANY($4) ORDER BY s.asked_at, s.id LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a department finds. `kind`: material, field or other; `subject` is the material or element.

    Of a material `fault` says how (missing, unreadable, wrong) and `standard` which published standard it does not
    meet; `problem` adds words, `remedy` says what to do, `basis` the article (given by default).
    """

    kind: str
    subject: str = ""
    fault: str = ""
    standard: str = ""
    problem: str = ""
    remedy: str = ""
    basis: str = ""


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
    wanted = {m.material for m, _ in _materials(found, item)} | {f.element for f in _fields(found, item)}
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
        fields=() if shut else tuple(_value(f, found, record) for f in _fields(found, item)),
        papers=() if shut else tuple(_paper(m, a, found, record) for m, a in _materials(found, item)),
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
        lines = await _checked(record, row, found, findings)
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


async def _checked(
    record: Record, row: Mapping[str, Any], found: Standing, findings: Sequence[Finding]
) -> list[dict[str, str]]:
    """The findings as rows. Raises Invalid with everything that is wrong with them."""
    if not findings:
        raise Invalid("请至少写明一处需要补正的内容；没有问题的，请点“核对无误”。")
    if len(findings) > MOST:
        raise Invalid(f"一次最多报告 {MOST} 处，请合并后再报告。")
    history = await told(record)
    lines: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    for n, finding in enumerate(findings):
        try:
            line = _line(row["item"], found, finding)
            subject = subject_of(line["subject_kind"], line["subject"])
            if why := history.why_not(subject):
                raise Invalid(why)
            lines.append(line)
        except Invalid as refusal:
            fields[f"gap.{n}"] = refusal.sentence
    if fields:
        raise Invalid("；".join(dict.fromkeys(fields.values())), fields)
    return lines


def _line(item: str, found: Standing, finding: Finding) -> dict[str, str]:
    if finding.kind not in KINDS:
        raise Invalid(f"请选择类别：{'、'.join(KINDS.values())}。")
    for text in (finding.problem, finding.remedy, finding.basis):
        if len(text) > LONGEST:
            raise Invalid(f"每一栏最多 {LONGEST} 个字，请缩短。")
    problem, remedy, basis = (t.strip() for t in (finding.problem, finding.remedy, finding.basis))
    if finding.kind == "material":
        problem, remedy = _of_material(item, found, finding, problem, remedy)
    elif finding.kind == "field":
        field = next((f for f in _fields(found, item) if f.element == finding.subject), None)
        if field is None:
            raise _not_asked(item, found)
        if not problem:
            raise Invalid(f"请写明“{field.label}”有什么问题。")
        remedy = remedy or f"请改正“{field.label}”。"
    elif not problem or not basis:
        raise Invalid("材料和申请表以外的问题，请写明内容和法律依据；没有法律依据的，不得要求补正。")
    subject = item if finding.kind == "other" else finding.subject
    basis = basis or gaps.basis_of(found, finding.kind, finding.subject)
    return {
        "subject_kind": finding.kind,
        "subject": subject,
        "problem": problem,
        "remedy": remedy or "请按上述要求补正。",
        "basis": basis,
    }


def _of_material(item: str, found: Standing, finding: Finding, problem: str, remedy: str) -> tuple[str, str]:
    asked = next(((m, a) for m, a in _materials(found, item) if m.material == finding.subject), None)
    if asked is None:
        raise _not_asked(item, found)
    material, asker = asked
    standards = asker.standards or material.standards
    if finding.fault not in FAULTS:
        raise Invalid(f"请选择“{material.name}”的问题：{'、'.join(FAULTS.values())}。")
    said = f"“{material.name}”{FAULTS[finding.fault]}"
    if finding.fault == "wrong":
        if standards and finding.standard not in standards:
            raise Invalid(f"请选择“{material.name}”不符合哪一条公布的受理标准，不能另加条件。")
        if not standards and not problem:
            raise Invalid(f"请写明“{material.name}”哪里不符合要求。")
        said += f"（{finding.standard}）" if finding.standard else ""
    return f"{said}。{problem}", remedy or REMEDIES[finding.fault]


def _not_asked(item: str, found: Standing) -> Invalid:
    name = found.edition.items[item].name
    return Invalid(f"“{name}”公布的办理要求里没有这一项，不得增加材料或者条件（《优化营商环境条例》）。")


def _fields(found: Standing, item: str) -> list[PlanField]:
    return [f for f in found.reading.plan.fields if any(a.item == item for a in f.askers) and form.awaits_value(f)]


def _materials(found: Standing, item: str) -> list[tuple[PlanMaterial, MaterialAsker]]:
    return [
        (m, next(a for a in m.askers if a.item == item))
        for m in found.reading.plan.materials
        if m.to_bring and any(a.item == item for a in m.askers)
    ]


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
