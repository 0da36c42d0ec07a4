"""A mistake that can be put right on the spot may be (行政许可法 32(1)(3)): old and new value are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework.corrections import gaps
from lianban.casework.corrections.answering import put
from lianban.casework.corrections.views import SpotLine
from lianban.casework.intake.record import current_edition, held, note
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.owed import catch_up
from lianban.casework.tasks.checking import unprintable
from lianban.errors import Conflict, Invalid
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import form, lifecycles, parties
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.plan import plan_to_dict
from lianban.tables.corrections import SpotCorrection
from lianban.tables.ids import new_id

LONGEST = 500


async def correct(case_id: UUID, element: str, value: str, reason: str, *, by: Actor, at: datetime) -> SpotLine:
    """Correct one field of a received application while the applicant is at the counter; no round of correction.

    Raises NotFound, Conflict, Invalid with the fields.
    """
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held(case_id, by=by, at=at)
        if record.status != "received":
            said = lifecycles.stage_name(lifecycles.CaseLife, record.status)
            raise Conflict(f"只有“已收件”的办件可以当场更正，这个办件现在是“{said}”。")
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        if element not in set(correctable(found)):
            raise Invalid("请选择要更正的内容。", {"element": "请选择要更正的内容。"})
        if not 2 <= len(reason.strip()) <= LONGEST:
            sentence = f"请写明更正的理由（2 至 {LONGEST} 个字）。"
            raise Invalid(sentence, {"reason": sentence})
        if wrong := unprintable({"reason": reason}):
            raise Invalid(wrong["reason"], wrong)
        old = gaps.value_of(found, record, element)
        try:
            changed = put(record, found, element, value, at=at)
        except Invalid as refusal:
            raise Invalid(refusal.sentence, {"value": refusal.sentence}) from refusal
        if not changed:
            raise Invalid("填写的内容和原来一样，没有更正。", {"value": "填写的内容和原来一样。"})
        after = await standing(record, found.edition, at=at)
        _same_matter(found, after)
        new = gaps.value_of(after, record, element)
        row = SpotCorrection(
            id=new_id(at),
            case_id=case_id,
            element=element,
            old_value=old,
            new_value=new,
            reason=reason.strip(),
            by_id=by.id,
            by_name=by.name,
            at=at,
        )
        await SpotCorrection.insert(row)
        await gaps.refresh_plan(record, after, plan_to_dict(after.reading.plan), at=at)
        await note(record, "corrected on the spot", by=by, at=at, content={"element": element})
    return _line(after.edition, element, old, new, row.reason, by.name, at)


async def spot_corrections(case_id: UUID, edition: Edition) -> tuple[SpotLine, ...]:
    """What was put right on the spot, in order; the caller has checked who asks and is in a transaction."""
    rows = await connection().fetch("SELECT * FROM spot_corrections WHERE case_id = $1 ORDER BY at, id", case_id)
    return tuple(
        _line(edition, r["element"], r["old_value"], r["new_value"], r["reason"], r["by_name"], r["at"]) for r in rows
    )


def correctable(found: Standing) -> list[str]:
    """The fields that are filled in at the window, and those of the parties."""
    asked = [f.element for f in found.reading.plan.fields if form.awaits_value(f)]
    on_form = set(parties.on_form(found.edition, found.reading.plan))
    roles = ["applicant", *(r for r in parties.ROLES if r != "applicant" and any(p.role == r for p in found.parties))]
    people = [
        f"party.{role}.{field}"
        for role in roles
        for field in parties.OF_ROLE[role]
        if not (role == "applicant" and field in on_form)
    ]
    return [*asked, *people]


def _same_matter(before: Standing, after: Standing) -> None:
    if not after.applicant:
        raise Invalid("改动以后就没有申请人了，请核对。", {"value": "改动以后就没有申请人了，请核对。"})
    if {i.item for i in before.items} != {i.item for i in after.items}:
        sentence = "这样更正会改变要办的事项，不能当场更正；请一次告知申请人补正。"
        raise Invalid(sentence, {"value": sentence})


def _line(edition: Edition, element: str, old: str, new: str, reason: str, by_name: str, at: datetime) -> SpotLine:
    before, after = (gaps.read(edition, element, value) for value in (old, new))
    return SpotLine(element, gaps.label(edition, "field", element), before, after, reason, by_name, local(at))
