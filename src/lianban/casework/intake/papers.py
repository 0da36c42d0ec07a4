"""The two papers of acceptance: the receipt of what was handed in, and the acceptance notice (行政许可法 32(2))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban.casework.intake.opening import NewClock, NewTask, Opened
from lianban.casework.intake.record import Record
from lianban.casework.intake.standing import Standing
from lianban.casework.intake.views import FileView
from lianban.outside.settings import settings
from lianban.rules import clock, notices, statutory
from lianban.rules.actors import Actor
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Edition, Exemption, Limit
from lianban.rules.composer import limit_text
from lianban.rules.corrections import ANSWER_WITHIN
from lianban.rules.masks import mask_id_card, mask_phone
from lianban.rules.notices import (
    ACCEPTANCE_BASIS,
    PROVISIONAL,
    AcceptedItem,
    Content,
    Deadline,
    Enquiry,
    HandedIn,
    Party,
    day,
    moment,
)
from lianban.rules.notices.promises import Follows
from lianban.rules.parties import TakingPart
from lianban.rules.plan import PlanItem, PlanMaterial

__all__ = ["Content", "Paper", "acceptance", "enquiry", "receipt", "shown"]

SILENCE_BASIS = "《中华人民共和国行政许可法》第三十二条第一款第四项、第二款"


@dataclass(frozen=True, slots=True)
class Paper:
    """What every paper of the window is made of. `at` is Shanghai time."""

    record: Record
    found: Standing
    calendar: Calendar
    by: Actor
    at: datetime

    @property
    def who(self) -> dict[str, Any]:
        """Authority, applicant, matter and enquiry, as all builders want them."""
        bundle, record = self.found.edition.bundle, self.record
        applicant = shown(self.found.parties, "applicant")
        assert applicant is not None
        return {
            "authority": bundle.centre,
            "applicant": applicant,
            "agent": shown(self.found.parties, "agent"),
            "bundle": bundle.name,
            "case_number": record.number,
            "clerk": self.by.name,
            "enquiry": enquiry(self.found.edition, record.number, record.query_code),
        }


def receipt(
    paper: Paper,
    items: Sequence[NewTask] | Sequence[PlanItem],
    *,
    received_at: datetime,
    accepted: bool,
    answer_due: datetime | None = None,
    follows: Sequence[Follows] = (),
) -> Content:
    """收件凭证. `answer_due` ends the five working days; without it they are reckoned from the receipt.

    `follows` is what the applicant has promised to bring later (容缺): listed as such, not as handed in.
    """
    edition = paper.found.edition
    names = {item: edition.departments[edition.items[item].department].name for item in edition.items}
    due = answer_due or clock.due(received_at, ANSWER_WITHIN, paper.calendar).instant
    return notices.receipt(
        **paper.who,
        items=[(i.item_name if isinstance(i, NewTask) else i.name, names[i.item]) for i in items],
        materials=[*_handed_in(paper), *(_later(one) for one in follows)],
        received_at=received_at.astimezone(clock.SHANGHAI),
        answer_due=due.astimezone(clock.SHANGHAI).date(),
        accepted=accepted,
    )


def acceptance(paper: Paper, opened: Opened, *, accepted_at: datetime, silent_until: datetime | None) -> Content:
    """受理通知书; both dates when a correction, or the law by the authority's silence, came between."""
    edition, record = paper.found.edition, paper.record
    names = {item: edition.departments[edition.items[item].department].name for item in edition.items}
    applied = record.received_at.astimezone(clock.SHANGHAI) if record.received_at else paper.at
    bundle, supplied = edition.bundle, record.supplied_at
    basis = notices.acceptance_basis([edition.items[task.item].kind for task in opened.tasks])
    return notices.acceptance(
        **paper.who,
        applied_on=applied.date(),
        accepted_at=accepted_at,
        issued_on=paper.at.date(),
        items=[_item(task, edition, names[task.item], opened) for task in opened.tasks],
        commitment=_deadline(bundle.commitment, opened.bundle_clock),
        excludes=bundle.commitment_excludes,
        basis=basis.replace(ACCEPTANCE_BASIS, SILENCE_BASIS) if silent_until else basis,
        supplied_on=supplied.astimezone(clock.SHANGHAI).date() if supplied else None,
        deemed=_silence(applied, supplied, silent_until) if silent_until else "",
    )


def _silence(received: datetime, supplied: datetime | None, until: datetime) -> str:
    """Both facts: when the papers came, and that nothing was told by the end of the fifth working day."""
    since, words = (supplied.astimezone(clock.SHANGHAI), "补正材料") if supplied else (received, "申请材料")
    return (
        f"{words}于{day(since)}全部收到，本机关到{day(until.astimezone(clock.SHANGHAI))}（收到之日起第五个工作日）"
        f"没有告知需要补正的内容，自收到{words}之日起即为受理。"
    )


def shown(people: Sequence[TakingPart], role: str) -> Party | None:
    person = next((p for p in people if p.role == role), None)
    if person is None:
        return None
    number = mask_id_card(person.id_number) if person.id_kind != "uscc" else person.id_number
    return Party(person.name, number, mask_phone(person.phone), person.mandate or person.relation)


def enquiry(edition: Edition, number: str, query_code: str) -> Enquiry:
    centre = contacts(edition.bundle.region).centre
    return Enquiry(
        address=centre.address,
        phone=centre.phone,
        supervision_phone=centre.supervision_phone,
        hours=centre.hours,
        web=f"{settings().base_url}/c/{number}" if number else "",
        query_code=query_code,
    )


def _handed_in(paper: Paper) -> list[HandedIn]:
    checks, found = paper.record.part("checks"), paper.found
    lines = []
    for material in found.reading.plan.materials:
        check, scans = checks.get(material.material, {}), [f for f in found.files if f.material == material.material]
        if material.exemption is Exemption.GENERATED:
            lines.append(HandedIn(material.name, "电子件（系统生成）"))
        elif material.to_bring and (scans or check.get("original")):
            lines.append(_line(material, scans, bool(check.get("original")), int(check.get("copies", 0))))
    return lines or [HandedIn(f"{found.edition.bundle.name}申请表", "电子件（系统生成）")]


def _later(one: Follows) -> HandedIn:
    until = moment(one.until) + PROVISIONAL * one.provisional if one.until else one.limit
    return HandedIn(one.name, "未收到", 0, later=f"容缺后补，{until}{'前补齐' if one.until else '补齐'}")


def _line(material: PlanMaterial, scans: Sequence[FileView], original: bool, copies: int) -> HandedIn:
    form = "原件和复印件" if original and copies else "原件（核验后退还）" if original else "电子件"
    return HandedIn(material.name, form, max(1, copies), sum(f.pages for f in scans))


def _item(task: NewTask, edition: Edition, department: str, opened: Opened) -> AcceptedItem:
    item = edition.items[task.item]
    # What the Act itself sets is told as well: its twenty days, or the forty-five of the whole that is handled jointly.
    lawful, running = statutory.limit_of(item, edition.bundle), task.statutory
    if lawful is None and item.kind == statutory.PERMISSION and opened.joint_clock is not None:
        lawful, running = statutory.JOINT, opened.joint_clock
    others = {other.item: other.item_name for other in opened.tasks}
    starts = "、".join(f"“{others[before]}”" for before in task.after if before in others) + "办成之日起算"
    return AcceptedItem(
        name=task.item_name,
        department=department,
        committed=_deadline(item.committed, task.committed, starts),
        statutory=_deadline(lawful, running, starts) if lawful else None,
    )


def _deadline(limit: Limit, running: NewClock | None, starts: str = "") -> Deadline:
    if running is None:
        return Deadline(limit_text(limit), starts=starts)
    return Deadline(limit_text(limit), running.due, running.provisional)
