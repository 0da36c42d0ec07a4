"""The two papers of acceptance: the receipt of what was handed in, and the acceptance notice (行政许可法 32(2))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lianban.casework.intake.opening import NewClock, NewTask, Opened
from lianban.casework.intake.views import FileView
from lianban.outside.settings import settings
from lianban.rules import clock, notices
from lianban.rules.actors import Actor
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Edition, Exemption, Limit, Unit
from lianban.rules.composer import limit_text
from lianban.rules.masks import mask_id_card, mask_phone
from lianban.rules.notices import AcceptedItem, Content, Deadline, Enquiry, HandedIn, Party
from lianban.rules.parties import TakingPart
from lianban.rules.plan import Plan, PlanMaterial

ANSWER_WITHIN = Limit(5, Unit.WORKING_DAYS)
"""行政许可法 32(1)(4)."""


def contents(
    opened: Opened,
    edition: Edition,
    plan: Plan,
    people: Sequence[TakingPart],
    files: Sequence[FileView],
    number: str,
    query_code: str,
    calendar: Calendar,
    *,
    by: Actor,
    at: datetime,
) -> dict[str, Content]:
    """What the receipt and the acceptance notice say, by kind of paper. `at` is Shanghai time."""
    bundle, departments = edition.bundle, edition.departments
    applicant, agent = _shown(people, "applicant"), _shown(people, "agent")
    assert applicant is not None
    enquiry = _enquiry(edition, number, query_code)
    names = {item: departments[edition.items[item].department].name for item in edition.items}
    receipt = notices.receipt(
        authority=bundle.centre,
        applicant=applicant,
        agent=agent,
        bundle=bundle.name,
        case_number=number,
        items=[(task.item_name, names[task.item]) for task in opened.tasks],
        materials=_handed_in(opened, edition, plan, files),
        received_at=at,
        answer_due=clock.due(at, ANSWER_WITHIN, calendar).instant.date(),
        clerk=by.name,
        enquiry=enquiry,
        accepted=True,
    )
    acceptance = notices.acceptance(
        authority=bundle.centre,
        applicant=applicant,
        agent=agent,
        bundle=bundle.name,
        case_number=number,
        applied_on=at.date(),
        accepted_at=at,
        items=[_item(task, edition, names[task.item], opened) for task in opened.tasks],
        commitment=_deadline(bundle.commitment, opened.bundle_clock),
        excludes=bundle.commitment_excludes,
        basis=notices.acceptance_basis([edition.items[task.item].kind for task in opened.tasks]),
        clerk=by.name,
        enquiry=enquiry,
    )
    return {"receipt": receipt, "acceptance": acceptance}


def _shown(people: Sequence[TakingPart], role: str) -> Party | None:
    person = next((p for p in people if p.role == role), None)
    if person is None:
        return None
    number = mask_id_card(person.id_number) if person.id_kind != "uscc" else person.id_number
    return Party(person.name, number, mask_phone(person.phone), person.mandate or person.relation)


def _enquiry(edition: Edition, number: str, query_code: str) -> Enquiry:
    centre = contacts(edition.bundle.region).centre
    return Enquiry(
        address=centre.address,
        phone=centre.phone,
        supervision_phone=centre.supervision_phone,
        hours=centre.hours,
        web=f"{settings().base_url}/c/{number}",
        query_code=query_code,
    )


def _handed_in(opened: Opened, edition: Edition, plan: Plan, files: Sequence[FileView]) -> list[HandedIn]:
    checks = opened.record.part("checks")
    lines = []
    for material in plan.materials:
        check, scans = checks.get(material.material, {}), [f for f in files if f.material == material.material]
        if material.exemption is Exemption.GENERATED:
            lines.append(HandedIn(material.name, "电子件（系统生成）"))
        elif material.to_bring and (scans or check.get("original")):
            lines.append(_line(material, scans, bool(check.get("original")), int(check.get("copies", 0))))
    return lines or [HandedIn(f"{edition.bundle.name}申请表", "电子件（系统生成）")]


def _line(material: PlanMaterial, scans: Sequence[FileView], original: bool, copies: int) -> HandedIn:
    form = "原件和复印件" if original and copies else "原件（核验后退还）" if original else "电子件"
    return HandedIn(material.name, form, max(1, copies), sum(f.pages for f in scans))


def _item(task: NewTask, edition: Edition, department: str, opened: Opened) -> AcceptedItem:
    item = edition.items[task.item]
    others = {other.item: other.item_name for other in opened.tasks}
    starts = "、".join(f"“{others[before]}”" for before in task.after if before in others) + "办成之日起算"
    return AcceptedItem(
        name=task.item_name,
        department=department,
        committed=_deadline(item.committed, task.committed, starts),
        statutory=_deadline(item.statutory, task.statutory, starts) if item.statutory else None,
    )


def _deadline(limit: Limit, running: NewClock | None, starts: str = "") -> Deadline:
    if running is None:
        return Deadline(limit_text(limit), starts=starts)
    return Deadline(limit_text(limit), running.due, running.provisional)
