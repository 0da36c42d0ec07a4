"""Outside the bundle's conditions: the matter goes item by item (转单项办理, D-B2-9). No refusal, and nothing is lost.

A draft that nobody has received is turned as it is: nothing was handed in, so it gets no case number, and the paper its
own number alone; of a received case the number and the query code stay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import notices
from lianban.casework.idempotency import once
from lianban.casework.intake import papers
from lianban.casework.intake.ending import end
from lianban.casework.intake.record import Record, current_edition, held
from lianban.casework.intake.saying import said
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.owed import catch_up
from lianban.errors import Conflict, Invalid
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import composer, lifecycles
from lianban.rules.actors import Actor
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Contact, Edition, Necessity
from lianban.rules.composer import limit_text
from lianban.rules.notices.outcomes import SingleItem, turned
from lianban.rules.plan import PlanItem, plan_to_dict

_KEEP = "UPDATE cases SET plan = $2::jsonb, applicant = $3, subject = $4 WHERE id = $1"
TURNABLE = ("draft", "received", "correcting")


@dataclass(frozen=True, slots=True)
class Turned:
    """The case that goes item by item, and the paper that says where."""

    case_id: UUID
    paper: UUID


async def turn(
    case_id: UUID, *, condition: str = "", reason: str = "", by: Actor, at: datetime, key: str = ""
) -> Turned:
    """转单项办理, with the paper that lists each item: department, address, phone, what to bring, limits.

    `condition` is the one of `bundle.scope` that is not met, `reason` says more, or all when no condition fits; one of
    them is needed. The same submission again gives the first paper. Raises NotFound, Conflict in the wrong state,
    Invalid with the fields.
    """

    async def run() -> dict[str, Any]:
        return {"paper": str(await _turn(case_id, condition.strip(), reason, by=by, at=at))}

    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(case_id), condition, reason]
        first = await once(key, "turn", by=by, at=at, fingerprint=asked, run=run)
    return Turned(case_id, UUID(first["paper"]))


async def _turn(case_id: UUID, condition: str, reason: str, *, by: Actor, at: datetime) -> UUID:
    record = await held(case_id, by=by, at=at)
    if record.status not in TURNABLE:
        state = lifecycles.stage_name(lifecycles.CaseLife, record.status)
        raise Conflict(f"办件现在是“{state}”，不能再转单项办理。受理以后可以由申请人撤回，再按单项申请。")
    edition = await current_edition(record, by=by, at=at)
    words = _reason(edition, condition, reason)
    found = await standing(record, edition, at=at)
    row = lifecycles.CaseRow(str(case_id), record.status, record.region, reason_given=bool(words))
    lifecycles.fire(row, "turn", by)
    items = [single(edition, found, item) for item in found.items]
    plan = json.dumps(plan_to_dict(found.reading.plan), ensure_ascii=False)
    await connection().execute(_KEEP, case_id, plan, _applicant(record, found), found.subject)
    content: dict[str, Any] = {"condition": conditions_of(edition).index(condition) + 1} if condition else {}
    if not condition and record.status != "draft":
        # What was received has a right to an answer (32, 72(1)): a reason of one's own is looked at twice.
        content = {"flag": "no published condition"}
    await end(record, row.state, "turned to single items", words, by=by, at=at, content=content)
    paper = await notices.issue(
        "turned",
        turned(
            authority=edition.bundle.centre,
            applicant=papers.shown(found.parties, "applicant"),
            bundle=edition.bundle.name,
            case_number=record.number,
            items=items,
            reason=words,
            told_on=local(at).date(),
            clerk=by.name,
            enquiry=papers.enquiry(edition, record.number, record.query_code),
        ),
        case_id=case_id,
        region=record.region,
        authority=notices.short_authority(edition),
        by=by,
        at=at,
    )
    return paper.id


def _applicant(record: Record, found: Standing) -> str:
    return found.applicant or str(record.part("parties").get("applicant", {}).get("name", ""))


def conditions_of(edition: Edition) -> tuple[str, ...]:
    """The conditions of the bundle in words, without the line that tells what happens outside them."""
    return tuple(line for line in edition.bundle.scope if not line.startswith("不符合"))


def _reason(edition: Edition, condition: str, reason: str) -> str:
    if condition and condition not in conditions_of(edition):
        sentence = "请从这件事的办理条件里选择一条。"
        raise Invalid(sentence, {"condition": sentence})
    more = said({"reason": ("具体情况", reason)}, optional=frozenset({"reason"}))["reason"]
    if not condition and len(more) < 2:
        sentence = "请选择不符合哪一条办理条件，或者写明转单项办理的理由。"
        raise Invalid(sentence, {"reason": sentence})
    first = f"不符合“一件事”的办理条件“{condition.rstrip('。')}”。" if condition else ""
    return first + more


def single(edition: Edition, found: Standing, item: PlanItem) -> SingleItem:
    """The item as somebody applies for it alone."""
    region = contacts(edition.bundle.region)
    place = region.departments.get(item.department, Contact())
    alone = composer.compose(edition, found.reading.facts, alone=item.item)
    bring = [
        f"{m.name}（按实际情况）" if m.open or m.necessity is Necessity.OPTIONAL else m.name
        for m in alone.materials
        if m.to_bring
    ]
    return SingleItem(
        name=item.name,
        department=edition.departments[item.department].name,
        address=place.address or region.centre.address,
        phone=place.phone or region.centre.phone,
        materials=tuple(bring),
        committed=limit_text(item.committed),
        statutory=limit_text(item.statutory) if item.statutory else "",
    )
