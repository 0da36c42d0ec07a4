"""What a request turns into: a supervision record when a blame is true, a rectification when something is to be put
right (domain D: 不给办属实的，督办问责；态度问题转差评整改)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import errors
from lianban.casework.notices.issuing import take_number
from lianban.feedback.difficulties.rows import InHand, hold, words
from lianban.feedback.rectification import Problem, open_problem
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id

_RECORD = """
INSERT INTO supervision_records (id, region_code, number, difficulty_id, department, person, finding, opened_by,
  opened_by_name, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_RECORDS = """
SELECT s.*, d.number AS request, COALESCE(p.name, '') AS person_name FROM supervision_records s
JOIN difficulties d ON d.id = s.difficulty_id LEFT JOIN people p ON p.id::text = s.person AND s.person <> ''
WHERE s.region_code = $1 AND s.person <> $2 ORDER BY s.concluded_at IS NOT NULL, s.opened_at DESC, s.id LIMIT 200
"""
_RECTIFIED = "SELECT id FROM rectifications WHERE source = 'difficulty' AND source_id = $1"


@dataclass(frozen=True, slots=True)
class Supervision:
    """A supervision record as the supervisors read it."""

    id: UUID
    number: str
    difficulty_id: UUID
    request: str
    department: str
    person_name: str
    finding: str
    opened_at: datetime
    opened_by_name: str
    measures: str
    concluded_at: datetime | None
    concluded_by_name: str


async def judge(id: UUID, valid: bool, finding: str, *, by: Actor, at: datetime) -> None:
    """A supervisor has looked into a “不给办”: is it true? If so a supervision record is opened.

    Not by the one complained of. Raises NotFound, Conflict, Invalid.
    """
    said = words(finding, "finding", "核实的情况")
    async with hold(id, by, at=at) as found:
        found.life.reason_given = True
        await found.play("judge", by, valid=valid, finding=said)
        await found.note("judged", f"{'属实' if valid else '不属实'}：{said}", by=by)
        await found.tell_journal("request judged", by=by, valid=valid)
        if valid:
            await _open_record(found, said, by=by)


async def rectify(id: UUID, problem: str, *, by: Actor, at: datetime) -> UUID:
    """A supervisor has what went wrong put right: opens a rectification, once; its id. Raises NotFound, Forbidden,
    Conflict, Invalid."""
    said = words(problem, "problem", "需要整改的问题")
    async with hold(id, by, at=at) as found:
        if not by.may(Role.SUPERVISOR) or by.region != found.region:
            raise errors.Forbidden("只有监督员可以转为整改。")
        if found.life.blame and found.life.valid is not True:
            raise errors.Conflict("“不给办”的诉求核实属实以后才能转为整改。")
        known: UUID | None = await connection().fetchval(_RECTIFIED, found.id)
        if known:
            return known
        await found.note("rectified", said, by=by, told=False)
        await found.tell_journal("request rectified", by=by)
        return await open_problem(
            Problem(
                region=found.region,
                source="difficulty",
                source_id=found.id,
                problem=said,
                department=found.row["about_department"] or found.life.lead,
                served_by=found.row["about_person"],
                case_id=found.row["case_id"],
            ),
            by=by,
            at=at,
        )


async def conclude(record_id: UUID, measures: str, *, by: Actor, at: datetime) -> None:
    """What was done about it is written down; the record ends. Raises NotFound, Conflict, Invalid."""
    said = words(measures, "measures", "处理结果")
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM supervision_records WHERE id = $1", record_id)
    if row is None or not _supervises(by, row["region_code"]):
        raise errors.NotFound("没有找到这条督办记录，请刷新页面。")
    # The request's own lock: nobody concludes beside us, and the one complained of may not even know of it.
    async with hold(row["difficulty_id"], by, at=at) as found:
        row = await connection().fetchrow("SELECT * FROM supervision_records WHERE id = $1", record_id)
        if row["concluded_at"] is not None:
            raise errors.Conflict(f"{row['concluded_by_name']}已经登记了处理结果。")
        await connection().execute(
            "UPDATE supervision_records SET measures = $2, concluded_by = $3, concluded_by_name = $4,"
            " concluded_at = $5 WHERE id = $1",
            record_id,
            said,
            by.id,
            by.name,
            at,
        )
        await found.tell_journal("supervision concluded", by=by)


async def records(*, by: Actor) -> list[Supervision]:
    """The supervision records of the region, open ones first. Raises Forbidden."""
    if by.department or not by.may(Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.AUDITOR):
        raise errors.Forbidden("督办记录只有监督员、政府负责人和审计管理员可以查看。")
    async with transaction():
        rows = await connection().fetch(_RECORDS, by.region, by.id)
    return [
        Supervision(
            id=r["id"],
            number=r["number"],
            difficulty_id=r["difficulty_id"],
            request=r["request"],
            department=r["department"],
            person_name=r["person_name"],
            finding=r["finding"],
            opened_at=local(r["opened_at"]),
            opened_by_name=r["opened_by_name"],
            measures=r["measures"],
            concluded_at=local(r["concluded_at"]) if r["concluded_at"] else None,
            concluded_by_name=r["concluded_by_name"],
        )
        for r in rows
    ]


async def _open_record(found: InHand, finding: str, *, by: Actor) -> None:
    year = local(found.at).year
    number = f"DB{year}-{await take_number(found.region, 'supervision', year):05}"
    await connection().execute(
        _RECORD,
        new_id(found.at),
        found.region,
        number,
        found.id,
        found.row["about_department"],
        found.row["about_person"],
        finding,
        by.id,
        by.name,
        found.at,
    )


def _supervises(by: Actor, region: str) -> bool:
    return by.region == region and by.may(Role.SUPERVISOR)
