"""A department's own paper in one matter: whom and what it is about, and how it is issued."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework import notices
from lianban.casework.notices import PaperView, short_authority
from lianban.casework.progress import Held
from lianban.casework.tasks.refusals import applicant_of, enquiry_of
from lianban.outside.clock import local
from lianban.rules.actors import Actor
from lianban.rules.notices import Content
from lianban.rules.notices.adjusting import Concerned


async def concerned(held: Held, task_id: UUID) -> Concerned:
    """The department, the applicant (masked) and the item of a task, as papers name them."""
    edition, life = await held.edition(), held.lives[task_id]
    return Concerned(
        authority=edition.departments[life.department].name,
        applicant=await applicant_of(held.id, held.case["applicant"]),
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        item=held.tasks[task_id]["item_name"],
        accepted_on=local(held.case["accepted_at"]).date(),
        enquiry=enquiry_of(edition, held.case["number"], life.department),
    )


async def issue(held: Held, task_id: UUID, kind: str, content: Content, *, by: Actor, at: datetime) -> PaperView:
    """Issue a paper of the task's department, numbered in its series: late in the transaction, the case locked."""
    department = held.lives[task_id].department
    return await notices.issue(
        kind,
        content,
        case_id=held.id,
        region=held.region,
        authority=short_authority(await held.edition(), department),
        by=by,
        at=at,
        task_id=task_id,
        department=department,
    )
