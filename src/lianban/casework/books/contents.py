"""What belongs in a book of a case: for the staff what the reader may see of it, for the holder of the query code only
the applicant's own papers, the records he signed and what has been delivered.

A department's book is its part of the case, as its page of the case is. A child's record opens as it does on the page
(未成年人网络保护条例 36): with the task, or with an approved purpose. Every book is a line of the access log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import catalogue, notices, tracking
from lianban.casework.attachments import folder
from lianban.casework.books import enclosures
from lianban.casework.books.files import File
from lianban.casework.intake.record import record_of
from lianban.casework.intake.standing import standing
from lianban.casework.story import CaseStory, story
from lianban.casework.tasks import CONCLUSIONS
from lianban.errors import NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules import books, lifecycles
from lianban.rules.actors import HOLDER, Actor
from lianban.rules.books import COURSE, FORM, MATERIALS, PAPERS, RESULTS, Matter
from lianban.rules.catalog.types import Edition
from lianban.rules.lifecycles import CaseLife
from lianban.rules.plan import plan_from_dict
from lianban.rules.printouts import application_form
from lianban.tables.cases import Case

WAYS = {"pdf": "装订成册（PDF）", "zip": "打包（ZIP）"}

_FILES = """
SELECT id, material, name, media_type, size, sha256, at FROM material_files
WHERE case_id = $1 AND removed_at IS NULL ORDER BY material, position, id
"""
_PAPERS = """
SELECT id, kind, title, number, code, issued_at, sha256, size, void_at, superseded_at,
  content ->> 'authority' AS authority
FROM papers WHERE case_id = $1 ORDER BY issued_at, id
"""
_RESULTS = """
SELECT r.*, t.item_name, t.department FROM results r JOIN tasks t ON t.id = r.task_id
WHERE r.case_id = $1 ORDER BY r.id
"""
_SURVEYS = """
SELECT s.surveyed_on, s.surveyors, s.conclusion, s.findings, t.item_name, t.department
FROM surveys s JOIN tasks t ON t.id = s.task_id WHERE s.case_id = $1 ORDER BY s.at, s.id
"""
_FACTS = "SELECT element, value FROM facts WHERE case_id = $1 AND superseded_at IS NULL"


@dataclass(frozen=True, slots=True)
class Contents:
    """A case with the files of its book, in order."""

    case_id: UUID
    matter: Matter
    files: tuple[File, ...]


async def whole(case_id: UUID, *, way: str, by: Actor, at: datetime, address: str = "") -> Contents:
    """The book of a case as `by` may see it; the look is recorded. `way` is how it is taken along: pdf or zip.

    Raises as `story` does: NotFound, Forbidden (a child's record).
    """
    async with transaction():
        seen = await story(case_id, by=by, at=at, address=address)
        case = await Case.objects().get(Case.id == case_id)
        assert case is not None
        purpose = await people.require_access(case, by=by, at=at)
        edition = await catalogue.edition(case.edition)
        matter = _matter(seen, edition, by, at)
        scans = [row for row in await connection().fetch(_FILES, case_id) if _shown(seen, row["id"])]
        papers = {paper.id for paper in seen.papers}
        results = {result.id for item in seen.items for result in item.results}
        found, proof = await enclosures.staffs(case_id, edition, department=by.department)
        files = (
            File(FORM, f"{edition.bundle.name}申请表", "申请表.pdf", by=matter.applicant, date=_day(seen.received_at),
                 template="notices/form.html", data=await _form(case, seen, edition, by, at)),
            *_materials(seen, scans),
            *(_paper(row) for row in await connection().fetch(_PAPERS, case_id) if row["id"] in papers),
            *found,
            *(_result(row, edition) for row in await connection().fetch(_RESULTS, case_id)
              if row["id"] in results and row["sha256"]),
            *proof,
            *_course(seen, matter, await connection().fetch(_SURVEYS, case_id), by),
        )  # fmt: skip
        await people.record_access(case_id, f"全案{WAYS[way]}", purpose, by=by, at=at, address=address)
    return Contents(case_id, matter, files)


async def holders(number: str, query_code: str, *, way: str, address: str, at: datetime) -> Contents:
    """The applicant's own papers that are not void, the records he signed, and what has been delivered.

    Raises as tracking does.
    """
    case_id = await tracking.opened(number, query_code, address=address, at=at)
    async with transaction():
        case = await Case.objects().get(Case.id == case_id)
        if case is None:
            raise NotFound(notices.MISSING)
        edition = await catalogue.edition(case.edition)
        papers = [row for row in await connection().fetch(_PAPERS, case_id) if row["void_at"] is None]
        results = [
            row
            for row in await connection().fetch(_RESULTS, case_id)
            if row["sha256"] and row["delivered_at"] and row["revoked_at"] is None
        ]
        items = await connection().fetch("SELECT item_name FROM tasks WHERE case_id = $1 ORDER BY id", case_id)
        matter = Matter(
            scope="holder",
            authority=edition.bundle.centre,
            number=case.number or "",
            bundle=case.bundle_name,
            region=case.region_code,
            edition=edition.bundle.version,
            applicant=case.applicant,
            subject="",
            status=lifecycles.stage_name(CaseLife, case.status),
            received_at=_local(case.received_at),
            accepted_at=_local(case.accepted_at),
            ended_at=_local(case.closed_at or case.ended_at),
            items=tuple(row["item_name"] for row in items),
            infant=edition.bundle.infant,
            made_by="申请人凭查询码领取",
            made_at=local(at),
            url=f"{settings().base_url}/c/{case.number}",
        )
        signed = await enclosures.applicants(case_id, edition)
        files = (*(_paper(row) for row in papers), *signed, *(_result(row, edition) for row in results))
        await people.record_access(case_id, f"一次领取{WAYS[way]}", "申请人查询", by=HOLDER, at=at, address=address)
    return Contents(case_id, matter, files)


async def numbered(number: str) -> UUID:
    """The case with this number, for whoever works on the installation itself. Raises NotFound."""
    async with transaction():
        found: UUID | None = await connection().fetchval("SELECT id FROM cases WHERE number = $1", number.strip())
    if found is None:
        raise NotFound("没有找到这个办件编号，请核对后重新输入。")
    return found


def _matter(seen: CaseStory, edition: Edition, by: Actor, at: datetime) -> Matter:
    return Matter(
        scope="department" if by.department else "whole",
        authority=edition.bundle.centre,
        number=seen.number,
        bundle=seen.bundle_name,
        region=seen.region,
        edition=seen.edition_version,
        applicant=seen.applicant,
        subject=seen.subject,
        status=seen.status_name,
        received_at=seen.received_at,
        accepted_at=seen.accepted_at,
        ended_at=seen.closed_at or seen.ended_at,
        items=tuple(item.name for item in seen.items),
        infant=edition.bundle.infant,
        made_by=by.name,
        made_at=local(at),
        url=f"{settings().base_url}/c/{seen.number}",
    )


def _shown(seen: CaseStory, file_id: UUID) -> bool:
    return any(scan.id == file_id for material in seen.materials for scan in material.files)


async def _form(case: Case, seen: CaseStory, edition: Edition, by: Actor, at: datetime) -> Mapping[str, Any]:
    """The application as it stands, with the fields that the reader's items use."""
    if case.accepted_at:
        facts = {row["element"]: row["value"] for row in await connection().fetch(_FACTS, case.id)}
    else:
        facts = dict((await standing(record_of(case), edition, at=at)).reading.facts)
    plan = plan_from_dict(json.loads(case.plan or "{}"))
    if by.department:
        used = {view.element for section in seen.sections for view in section.fields}
        plan = replace(plan, fields=tuple(f for f in plan.fields if f.element in used))
    parties = [
        {
            "role": party.role_name,
            "name": party.name,
            "id_kind": party.id_kind_name,
            "id_number": party.id_number,
            "phone": party.phone,
            "relation": party.relation,
            "mandate": party.mandate,
        }
        for party in seen.parties
    ]
    on = (seen.received_at or seen.opened_at).date()
    return application_form(edition, plan, facts, mode="filled", on=on, parties=parties, number=seen.number)


def _materials(seen: CaseStory, rows: Sequence[Mapping[str, Any]]) -> Iterator[File]:
    number = 0
    for material in seen.materials:
        own = [row for row in rows if row["material"] == material.material]
        if not own:
            continue
        number += 1
        for place, row in enumerate(own, 1):
            yield File(
                part=MATERIALS,
                title=f"{material.name}（{place}）" if len(own) > 1 else material.name,
                name=f"{place:02d} {row['name']}",
                folder=f"{number:02d} {material.name}",
                media_type=row["media_type"],
                by=seen.applicant,
                date=_day(local(row["at"])),
                standing="已核对原件" if material.original_seen else "",
                size=row["size"],
                sha256=row["sha256"],
                key=f"{folder(seen.case_id)}/{row['sha256']}",
            )


def _paper(row: Mapping[str, Any]) -> File:
    return File(
        part=PAPERS,
        title=row["title"],
        name=f"{row['title']} {row['number']}.pdf",
        number=row["number"],
        code=row["code"],
        by=row["authority"] or "",
        date=_day(local(row["issued_at"])),
        standing="已作废" if row["void_at"] else "已被更正" if row["superseded_at"] else "",
        size=row["size"],
        sha256=row["sha256"],
        paper_id=row["id"],
    )


def _result(row: Mapping[str, Any], edition: Edition) -> File:
    return File(
        part=RESULTS,
        title=row["name"],
        name=f"{row['name']} {row['file_name']}",
        media_type=row["media_type"],
        number=row["number"],
        by=edition.departments[row["department"]].name if row["department"] in edition.departments else "",
        date=row["issued_on"].isoformat(),
        standing="已撤销" if row["revoked_at"] else "",
        sha256=row["sha256"],
        key=f"cases/{row['case_id']}/{row['sha256']}",
    )


def _course(seen: CaseStory, matter: Matter, surveys: Sequence[Mapping[str, Any]], by: Actor) -> Iterator[File]:
    """What was done and thought; of the opinions a department has its own."""
    items = [
        {
            "name": item.name,
            "department": item.department_name,
            "status": "已撤销" if item.revoked else item.status_name,
            "decided": _minute(item.decided_at),
            "by": item.decided_by_name or item.claimed_by_name,
            "opinion": item.opinion,
            "reason": item.reason,
            "basis": item.legal_basis,
            "remedy": item.remedy,
            "promise": item.promise,
            "results": "、".join(f"{one.name} {one.number}".strip() for one in item.results),
        }
        for item in seen.items
    ]
    checks = [
        {
            "item": row["item_name"],
            "on": row["surveyed_on"].isoformat(),
            "surveyors": "、".join(row["surveyors"]),
            "conclusion": CONCLUSIONS[row["conclusion"]],
            "findings": row["findings"],
        }
        for row in surveys
        if not by.department or row["department"] == by.department
    ]
    log = [
        {
            "seq": line.seq,
            "at": _minute(line.at),
            "words": line.words + (f"：{line.item}" if line.item else ""),
            "by": (line.by_name or "系统") + (f"（代{line.for_name}）" if line.for_name else ""),
        }
        for line in seen.journal
    ]
    told = books.course(matter, items=items, surveys=checks, journal=log)
    yield File(COURSE, "审批意见和办件日志", "办理过程.pdf", by=matter.authority, date=_day(matter.made_at),
               template="notices/book_course.html", data=told)  # fmt: skip
    text = json.dumps({key: told[key] for key in ("items", "surveys", "journal")}, ensure_ascii=False, indent=1)
    yield File(COURSE, "办理过程（数据）", "办理过程.json", media_type="application/json", by=matter.authority,
               date=_day(matter.made_at), text=text)  # fmt: skip


def _local(at: datetime | None) -> datetime | None:
    return local(at) if at else None


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
