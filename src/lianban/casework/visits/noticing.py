"""The papers of a visit: the notice to the applicant, a newer one that takes its place, and the joint record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import notices
from lianban.casework.notices import PaperView, short_authority
from lianban.casework.progress import Held
from lianban.casework.tasks.refusals import applicant_of, enquiry_of
from lianban.casework.visits import checks, photos
from lianban.casework.visits.holding import Visiting
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition, Limit, Necessity, Unit
from lianban.rules.composer import limit_text
from lianban.rules.notices.base import Content
from lianban.rules.notices.parts import moment
from lianban.rules.notices.surveys import Checked, Concluded, Pictured, Visited, survey_notice, survey_record
from lianban.rules.surveys import Surveyor

MOST_PICTURES = 12
"""Of one item in the printed record; all of them stay with the case."""

WINDOW_SEAL = "政务服务窗口专用章（盖章处）"
DEDICATED_SEAL = "行政审批专用章（盖章处）"
_TEAM = "SELECT name, certificate FROM surveyors WHERE visit_id = $1 AND task_id = $2 ORDER BY certificate, name"
_SURVEY = "SELECT * FROM surveys WHERE visit_id = $1 AND task_id = $2"


async def team_of(visit_id: UUID, task_id: UUID) -> tuple[Surveyor, ...]:
    """Who surveys an item in this visit, in the caller's transaction."""
    rows = await connection().fetch(_TEAM, visit_id, task_id)
    return tuple(Surveyor(row["name"], row["certificate"]) for row in rows)


async def issue_notice(found: Visiting, *, by: Actor, at: datetime, changed: str = "") -> PaperView:
    """Issue the notice of the visit as it stands; one that was issued before is superseded by it."""
    held, row = found.held, await connection().fetchrow("SELECT * FROM visits WHERE id = $1", found.id)
    edition = await held.edition()
    staying = {id: part for id, part in found.parts.items() if part["status"] != "out"}
    items = []
    for task_id, part in staying.items():
        items.append(
            Visited(
                held.tasks[task_id]["item_name"],
                edition.departments[part["department"]].name,
                await team_of(found.id, task_id),
                _on_site(held, part["item"]),
            )
        )
    authority, department = _authority(edition, staying)
    content = survey_notice(
        authority=authority,
        applicant=await applicant_of(held.id, held.case["applicant"]),
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        items=items,
        starts_at=local(row["starts_at"]),
        ends_at=local(row["ends_at"]),
        place=row["place"],
        contact=row["contact"],
        phone=row["contact_phone"],
        note=row["note"],
        told_at=local(at),
        enquiry=enquiry_of(edition, held.case["number"], department),
        seal=DEDICATED_SEAL if department else WINDOW_SEAL,
        changed=changed,
    )
    paper = await _issue(found, "survey_notice", content, edition, department, by=by, at=at)
    if row["paper_id"] is not None:
        await connection().execute(
            "UPDATE papers SET superseded_by = $2, superseded_at = $3 WHERE id = $1 AND superseded_at IS NULL",
            row["paper_id"],
            paper.id,
            at,
        )
    await connection().execute("UPDATE visits SET paper_id = $2 WHERE id = $1", found.id, paper.id)
    return paper


async def issue_record(found: Visiting, *, by: Actor, at: datetime) -> PaperView:
    """Issue the joint record of a visit that every department has concluded."""
    held, row = found.held, await connection().fetchrow("SELECT * FROM visits WHERE id = $1", found.id)
    edition = await held.edition()
    staying = {id: part for id, part in found.parts.items() if part["status"] == "concluded"}
    away = [
        f"{held.tasks[id]['item_name']}（{part['reason']}）"
        for id, part in found.parts.items()
        if part["status"] == "out"
    ]
    authority, department = _authority(edition, staying)
    listed, taken = await checks.lines(found.id, staying), await photos.for_record(found.id)
    parts = []
    for task_id, part in staying.items():
        survey = await connection().fetchrow(_SURVEY, found.id, task_id)
        parts.append(
            Concluded(
                item=held.tasks[task_id]["item_name"],
                department=edition.departments[part["department"]].name,
                surveyors=tuple(
                    Surveyor(*pair) for pair in zip(survey["surveyors"], survey["certificates"], strict=True)
                ),
                conclusion=survey["conclusion"],
                findings=survey["findings"],
                rectify_by=survey["rectify_by"],
                limit=_limit(survey),
                limit_reason=survey["limit_reason"],
                checks=tuple(Checked(c.text, c.answer_name, c.remark, c.basis) for c in listed.get(task_id, ())),
                photos=tuple(_pictured(p) for p in taken if p.task_id == task_id)[:MOST_PICTURES],
            )
        )
    content = survey_record(
        authority=authority,
        applicant=await applicant_of(held.id, held.case["applicant"]),
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        parts=parts,
        began_at=local(row["began_at"] or row["starts_at"]),
        place=row["place"],
        contact=row["contact"],
        made_at=local(at),
        enquiry=enquiry_of(edition, held.case["number"], department),
        away=away,
    )
    paper = await _issue(found, "survey_record", content, edition, department, by=by, at=at)
    await connection().execute("UPDATE visits SET record_id = $2 WHERE id = $1", found.id, paper.id)
    return paper


async def _issue(
    found: Visiting, kind: str, content: Content, edition: Edition, department: str, *, by: Actor, at: datetime
) -> PaperView:
    return await notices.issue(
        kind,
        content,
        case_id=found.held.id,
        region=found.held.region,
        authority=short_authority(edition, department),
        by=by,
        at=at,
        department=department,
    )


def _authority(edition: Edition, parts: Mapping[UUID, Mapping[str, Any]]) -> tuple[str, str]:
    """Who issues: the one department that comes, or for several the centre that calls them together."""
    departments = {part["department"] for part in parts.values()}
    if len(departments) == 1:
        only = departments.pop()
        return edition.departments[only].name, only
    return edition.bundle.centre, ""


def _on_site(held: Held, item: str) -> tuple[str, ...]:
    """What is to be at hand on the spot: the papers of this item that are shown there."""
    return tuple(
        m.name
        for m in held.plan.materials
        if any(asker.item == item and asker.necessity is Necessity.ON_SITE for asker in m.askers)
    )


def _pictured(photo: photos.Printed) -> Pictured:
    """A photo with its time and what it shows. A phone's own time may be missing: then the time of arrival."""
    when = f"{moment(local(photo.taken_at))}拍摄" if photo.taken_at else f"{moment(local(photo.received_at))}收到"
    return Pictured(f"{photo.check}　{when}　{photo.by_name}".strip(), photo.image)


def _limit(row: Mapping[str, Any]) -> str:
    return limit_text(Limit(row["limit_amount"], Unit(row["limit_unit"]))) if row["limit_amount"] else ""
