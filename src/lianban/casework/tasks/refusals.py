"""The written decision of a refusal (行政许可法 38(2)): issued with the decision, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework import notices
from lianban.casework.notices import PaperView, short_authority
from lianban.casework.progress import Held
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.rules.actors import Actor
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Contact, Edition
from lianban.rules.masks import mask_id_card, mask_phone
from lianban.rules.notices import PERMISSION, Enquiry, Party, refusal

_HEARD = """
SELECT p.number FROM hearings h JOIN papers p ON p.id = h.record_paper WHERE h.task_id = $1 AND h.status = 'recorded'
"""
_APPLICANT = "SELECT name, id_kind, id_number, phone, relation FROM parties WHERE case_id = $1 AND role = 'applicant'"


async def issue_refusal(
    held: Held,
    task_id: UUID,
    *,
    facts: str,
    reason: str,
    basis: str,
    remedy: str,
    by: Actor,
    at: datetime,
) -> PaperView:
    """Issue the written refusal of a task. Raises Invalid when something that the law demands is missing."""
    edition, life = await held.edition(), held.lives[task_id]
    department = edition.departments[life.department]
    content = refusal(
        authority=department.name,
        applicant=await applicant_of(held.id, held.case["applicant"]),
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        item=held.tasks[task_id]["item_name"],
        applied_on=local(held.case["received_at"]).date(),
        accepted_on=local(held.case["accepted_at"]).date(),
        facts=facts,
        reason=reason,
        basis=basis,
        remedy=remedy,
        decided_on=local(at).date(),
        enquiry=enquiry_of(edition, held.case["number"], life.department),
        permission=edition.items[life.item].kind == PERMISSION,
        hearing=await hearing_record(task_id),
    )
    return await notices.issue(
        "refusal",
        content,
        case_id=held.id,
        region=held.region,
        authority=short_authority(edition, life.department),
        by=by,
        at=at,
        task_id=task_id,
        department=life.department,
    )


async def hearing_record(task_id: UUID) -> str:
    """The number of the signed record on which alone the decision is made (行政许可法 48(2)), "" without a hearing."""
    return await connection().fetchval(_HEARD, task_id) or ""


async def applicant_of(case_id: UUID, name: str) -> Party:
    """The applicant as papers show them: numbers masked."""
    row = await connection().fetchrow(_APPLICANT, case_id)
    if row is None:
        return Party(name)
    number = row["id_number"] if row["id_kind"] == "uscc" else mask_id_card(row["id_number"])
    return Party(row["name"], number, mask_phone(row["phone"]), row["relation"])


def enquiry_of(edition: Edition, number: str, department: str = "") -> Enquiry:
    """Where to ask: the department, or the centre where the department's particulars are not known."""
    region = contacts(edition.bundle.region)
    place = region.departments.get(department, Contact()) if department else region.centre
    if not place.phone:
        place = region.centre
    return Enquiry(
        address=place.address,
        phone=place.phone,
        supervision_phone=place.supervision_phone,
        hours=place.hours,
        web=f"{settings().base_url}/c/{number}",
    )
