"""Lodging cases of Longjing in which something is promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from lianban.casework import catalogue, intake, materials, tasks
from lianban.casework.intake import Accepted, DraftView
from lianban.casework.tasks import Decided, NewResult
from lianban.rules.actors import Actor
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.working import officer, task_of

SYSTEM_BOOK = "hygiene_system"
"""The secondary paper of the lodging edition."""
APPLICANT_ID = "222405199107080037"
PERSON = {
    "applies_in_person": "self",
    "licence_held": "yes",
    "organisation_form": "individual",
    "wants_seal": "no",
    "fire_way": "promise",
    "hygiene_way": "general",
    "security_way": "general",
    "residential_building": "no",
    "central_air": "no",
    "offers_meals": "no",
    "wants_sign": "no",
    "trade_name": "龙井民宿",
    "legal_rep_name": "王建国",
    "legal_rep_id_number": APPLICANT_ID,
    "legal_rep_phone": "13912340002",
    "applicant_name": "王建国",
    "applicant_id_number": APPLICANT_ID,
    "applicant_phone": "13912340002",
    "party.applicant.name": "王建国",
    "party.applicant.id_number": APPLICANT_ID,
    "party.applicant.phone": "13912340002",
    "uscc": "92222405MA0000017K",
}
HEALTH = officer("health", "health")
FIRE = officer("fire", "fire_rescue")
PROMISED = {f"later.{SYSTEM_BOOK}": "yes", "later.signed-here": "yes"}


async def lodging(
    but: tuple[str, ...] = (SYSTEM_BOOK,),
    by: Actor = WANG,
    at: datetime = MONDAY,
    **more: str,
) -> DraftView:
    """A filled draft; every needed paper is handed in `but` these."""
    await catalogue.ship(at)
    known = {**PERSON, **more}
    draft = await intake.open_draft("lodging", "222405", {}, by=by, at=at)
    for _ in range(6):
        told = _values(draft, known)
        if not told:
            break
        draft = await intake.save(draft.case_id, told, by=by, at=at)
    given = {f.name: known[f.name] for p in draft.parties for f in p.fields if f.name in known}
    draft = await intake.save(draft.case_id, given | {"consent.privacy": "yes"}, by=by, at=at)
    for material in draft.materials:
        if material.required and material.material not in but:
            await materials.add(draft.case_id, material.material, "扫描.jpg", picture(), by=by, at=at)
    return await intake.draft(draft.case_id, by=by, at=at)


def _values(draft: DraftView, known: Mapping[str, str]) -> dict[str, str]:
    told = {}
    for each in (*draft.questions, *(f for s in draft.sections for f in s.fields)):
        if each.value or not each.asked:
            continue
        first = each.options[0].id if each.options else {"date": "2026-11-02"}.get(each.kind, each.example)
        if value := known.get(each.element) or first:
            told[each.element] = value
    return told


async def tolerated(at: datetime = MONDAY, **more: str) -> Accepted:
    """Accepted while the book of rules is still to come."""
    draft = await lodging((SYSTEM_BOOK,), WANG, at, **more)
    await intake.save(draft.case_id, PROMISED, by=WANG, at=at)
    return await intake.accept(draft.case_id, by=WANG, at=at)


async def claimed(case_id: UUID, item: str, by: Actor, at: datetime = MONDAY) -> UUID:
    """The task of an item in somebody's hands."""
    task = await task_of(case_id, item)
    await tasks.claim(task, by=by, at=at)
    return task


async def grant(task: UUID, by: Actor, at: datetime = MONDAY, **supplies: str) -> Decided:
    """Surveyed where needed, and granted with one result."""
    if (await tasks.view(task, by=by, at=at)).needs_survey:
        await tasks.survey(
            task,
            surveyed_on=at.date(),
            surveyors=[tasks.Surveyor(by.name, "J-1"), tasks.Surveyor("金明浩", "J-2")],
            conclusion="pass",
            by=by,
            at=at,
        )
    result = NewResult("许可证", date(at.year, at.month, at.day), "222405-7")
    return await tasks.grant(task, opinion="符合条件。", results=[result], supplies=supplies, by=by, at=at)
