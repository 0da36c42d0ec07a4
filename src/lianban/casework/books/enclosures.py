"""What was put beside the papers of a case: photos taken on the spot, records that were signed, proof of deliveries.

A department has its own part: the photos of its items, the signed joint record of the visits it took part in, the
hearing of its item. Proof of a delivery is the window's and stays there, as on the pages. The applicant has the joint
record and the hearing record where he signed them: they are his word as much as the authority's, and he may have a copy
of what he signed. He has neither the photos, which are the surveyors' evidence and are opened by looking into the file
at the department, nor what proves a delivery, which shows other people and their papers. 送达回证 are papers and stand
among the papers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from lianban.casework.attachments import folder
from lianban.casework.books.files import File
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.books import DELIVERY, HEARING, SURVEY
from lianban.rules.catalog.types import Edition
from lianban.rules.notices.delivery import METHODS

_VISITS = """
SELECT v.id, v.signed_by, v.signed_at, v.signed_sha256, v.signed_media_type,
  (SELECT array_agg(p.department) FROM visit_parts p WHERE p.visit_id = v.id AND p.status <> 'out') AS departments
FROM visits v WHERE v.case_id = $1 AND v.signed_sha256 <> '' ORDER BY v.starts_at, v.id
"""
_PHOTOS = """
SELECT f.*, t.item_name, t.department, c.text AS check_text FROM survey_photos f
JOIN visits v ON v.id = f.visit_id JOIN tasks t ON t.id = f.task_id
LEFT JOIN survey_checks c ON c.visit_id = f.visit_id AND c.task_id = f.task_id AND c.position = f.position
WHERE f.case_id = $1 AND f.removed_at IS NULL AND ($2 = '' OR t.department = $2)
ORDER BY v.starts_at, v.id, t.item_name, COALESCE(f.taken_at, f.received_at), f.id
"""
_HEARINGS = """
SELECT h.signed_name, h.signed_type, h.signed_sha256, h.held_on, t.item_name, t.department,
  EXISTS (SELECT 1 FROM hearing_parties p WHERE p.hearing_id = h.id AND p.kind = 'applicant' AND p.signed = 'signed')
    AS applicant_signed
FROM hearings h JOIN tasks t ON t.id = h.task_id WHERE h.case_id = $1 AND h.signed_sha256 <> '' ORDER BY h.held_on, h.id
"""
_DELIVERIES = """
SELECT id, method, mandate, file_name, media_type, sha256, at, by_name FROM deliveries
WHERE case_id = $1 AND sha256 <> '' ORDER BY at, id
"""
_SUFFIXES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


async def staffs(case_id: UUID, edition: Edition, *, department: str) -> tuple[list[File], list[File]]:
    """For the staff, in the caller's transaction: what comes before the results (the spot, hearings), what after them
    (deliveries). A `department` gets its own part, "" everything."""
    before = [
        _sheet(case_id, row)
        for row in await connection().fetch(_VISITS, case_id)
        if not department or department in (row["departments"] or ())
    ]
    before += _photos(case_id, await connection().fetch(_PHOTOS, case_id, department), edition)
    before += [
        _hearing(case_id, row, edition)
        for row in await connection().fetch(_HEARINGS, case_id)
        if not department or row["department"] == department
    ]
    sent = [] if department else await connection().fetch(_DELIVERIES, case_id)
    return before, [_delivery(case_id, row, n) for n, row in enumerate(sent, 1)]


async def applicants(case_id: UUID, edition: Edition) -> list[File]:
    """The records which the applicant, or whoever was there for him, has signed, in the caller's transaction."""
    sheets = [_sheet(case_id, row) for row in await connection().fetch(_VISITS, case_id)]
    heard = await connection().fetch(_HEARINGS, case_id)
    return [*sheets, *(_hearing(case_id, row, edition) for row in heard if row["applicant_signed"])]


def _sheet(case_id: UUID, row: Mapping[str, Any]) -> File:
    on = local(row["signed_at"]).date().isoformat()
    suffix = _SUFFIXES.get(row["signed_media_type"], "bin")
    return File(
        part=SURVEY,
        title="联合现场勘查记录（已签名）",
        name=f"联合现场勘查记录（已签名）{on}.{suffix}",
        media_type=row["signed_media_type"],
        by=row["signed_by"],
        date=on,
        standing="签名件",
        sha256=row["signed_sha256"],
        key=f"{folder(case_id)}/{row['signed_sha256']}",
    )


def _photos(case_id: UUID, rows: Sequence[Mapping[str, Any]], edition: Edition) -> list[File]:
    """Each with what it shows, when and by whom it was taken: the caption goes with it into every book."""
    counted: dict[str, int] = {}
    files = []
    for row in rows:
        item = row["item_name"]
        number = counted[item] = counted.get(item, 0) + 1
        shows = f"核查要点 {row['position']}：{row['check_text']}" if row["check_text"] else "现场整体情况"
        when = row["taken_at"] or row["received_at"]
        came = f"{local(row['received_at']):%Y-%m-%d %H:%M} 存入系统"
        taken = f"{local(when):%Y-%m-%d %H:%M} 拍摄，{came}" if row["taken_at"] else came
        who = edition.departments[row["department"]].name if row["department"] in edition.departments else ""
        files.append(
            File(
                part=SURVEY,
                title=f"现场照片 {number}（{item}）：{shows}",
                name=f"{number:02d} {local(when):%Y-%m-%d %H%M} {row['name'] or '现场照片.jpg'}",
                folder=f"现场照片 {item}",
                media_type=row["media_type"],
                by=who,
                date=f"{local(when):%Y-%m-%d %H:%M}",
                caption=f"{item}　{shows}\n{taken}　{who}　{row['by_name']}".rstrip(),
                size=row["size"],
                sha256=row["sha256"],
                key=f"{folder(case_id)}/{row['sha256']}",
            )
        )
    return files


def _hearing(case_id: UUID, row: Mapping[str, Any], edition: Edition) -> File:
    suffix = _SUFFIXES.get(row["signed_type"], "bin")
    return File(
        part=HEARING,
        title=f"听证笔录（已签名）（{row['item_name']}）",
        name=f"听证笔录（已签名）{row['item_name']}.{suffix}",
        media_type=row["signed_type"],
        by=edition.departments[row["department"]].name if row["department"] in edition.departments else "",
        date=row["held_on"].isoformat() if row["held_on"] else "",
        standing="签名件",
        sha256=row["signed_sha256"],
        key=f"{folder(case_id)}/{row['signed_sha256']}",
    )


def _delivery(case_id: UUID, row: Mapping[str, Any], number: int) -> File:
    what = "代收人的授权委托书" if row["mandate"] == "file" else f"{METHODS[row['method']]}的证明材料"
    return File(
        part=DELIVERY,
        title=what,
        name=f"{number:02d} {what} {row['file_name']}",
        media_type=row["media_type"],
        by=row["by_name"],
        date=local(row["at"]).date().isoformat(),
        sha256=row["sha256"],
        key=f"{folder(case_id)}/{row['sha256']}",
    )
