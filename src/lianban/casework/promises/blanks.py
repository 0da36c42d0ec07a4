"""The promise to be signed before acceptance, and the ticks that go with it while a case has been received."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from lianban.casework.clocks.rows import calendar_of
from lianban.casework.intake.completeness import SIGNED
from lianban.casework.intake.drafts import promise_tick
from lianban.casework.intake.record import current_edition, held, note, store
from lianban.casework.intake.standing import standing
from lianban.casework.owed import catch_up
from lianban.casework.promises.beginning import blank, longest
from lianban.errors import Conflict
from lianban.outside.clock import local
from lianban.outside.database import transaction
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Necessity
from lianban.rules.notices import Content
from lianban.rules.notices import promises as promise_papers

BEFORE = ("draft", "received")


async def undertaking(case_id: UUID, *, by: Actor, at: datetime) -> Content:
    """申请容缺受理承诺书 for the papers that are ticked, or for all that may follow when none is.

    Raises NotFound; Conflict when the case is accepted; Invalid when nothing may follow.
    """
    async with transaction():
        record = await held(case_id, by=by, at=at)
        if record.status not in BEFORE:
            raise Conflict("这个办件已经受理，不能再申请容缺。")
        edition = await current_edition(record, by=by, at=at)
        found = await standing(record, edition, at=at)
        may = [m for m in found.reading.plan.materials if m.to_bring and m.necessity is Necessity.LATER and not m.open]
        lines = found.lacking.later or tuple(may)
        most, calendar = await longest(record.region), await calendar_of(record.region)
    return promise_papers.undertaking(
        authority=edition.bundle.centre,
        applicant=found.applicant,
        bundle=edition.bundle.name,
        follows=blank(lines, edition, most, at, calendar),
        on=local(at).date(),
    )


async def offers(case_id: UUID, *, by: Actor, at: datetime) -> tuple[tuple[str, str, bool], ...]:
    """What is missing in a received case and may follow: (form name, name, ticked), the signature last.

    Empty when nothing may, or after acceptance. Raises NotFound.
    """
    async with transaction():
        record = await held(case_id, by=by, at=at)
        if record.status != "received":
            return ()
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
    later, missing = record.part("later"), {m.material for m in found.lacking.later} | set(found.lacking.materials)
    lines = [
        (f"later.{m.material}", m.name, bool(later.get(m.material)))
        for m in found.reading.plan.materials
        if m.material in missing and m.necessity is Necessity.LATER
    ]
    return (*lines, (f"later.{SIGNED}", "已当面签署承诺书", bool(later.get(SIGNED)))) if lines else ()


async def tick(case_id: UUID, values: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Tick what is to follow in a draft or a received case: names as in `drafts.save` (`later.<material>`).

    Raises NotFound, Conflict after acceptance, Invalid for a name that does not exist.
    """
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held(case_id, by=by, at=at)
        if record.status not in BEFORE:
            raise Conflict("这个办件已经受理或者正在补正，不能再申请容缺。")
        edition = await current_edition(record, by=by, at=at)
        changed = [
            name
            for name, text in values.items()
            if promise_tick(record, edition, name.removeprefix("later."), text.strip(), by=by, at=at)
        ]
        if changed:
            record.version += 1
            await store(record, at=at)
            await note(record, "draft saved", by=by, at=at, content={"changed": sorted(changed)})
