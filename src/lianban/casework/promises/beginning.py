"""What is promised begins with the acceptance: each material that follows has its row and its clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lianban.casework import clocks
from lianban.casework.clocks import Owner
from lianban.casework.clocks.rows import calendar_of
from lianban.casework.intake.record import Record, note
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.actors import Actor
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Edition, Limit, Material, Unit
from lianban.rules.composer import limit_text
from lianban.rules.notices.intake import COMPLETE
from lianban.rules.notices.promises import Follows
from lianban.rules.plan import Plan, PlanMaterial
from lianban.tables.ids import new_id

if TYPE_CHECKING:
    from lianban.casework.intake.standing import Standing

SAME_DAY = Limit(0, Unit.ON_THE_SPOT)
_ROW = """
INSERT INTO tolerances (id, case_id, material, material_name, items, status, promised_at, until, by_id)
VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8)
"""


async def begin(record: Record, found: Standing, *, by: Actor, at: datetime) -> tuple[Follows, ...]:
    """Start what was promised in an application that is being accepted; in the caller's transaction, the case locked.

    The time to make up is the shorter of the region's and the commitments of the items concerned (domain E); it runs
    from the moment at which the notice is handed over, for the day and the hour by which the applicant was told.
    """
    edition, calendar, most = found.edition, await calendar_of(record.region), await longest(record.region)
    follows = []
    for line in found.lacking.tolerated:
        limit = limit_of(line, edition, most, at, calendar)
        running = await clocks.start(
            Owner(record.id, None, record.region),
            "tolerance",
            limit,
            f"《申请容缺受理承诺书》：“{line.name}”",
            at=at,
            subject=line.material,
        )
        items = _items(line)
        await connection().execute(
            _ROW, new_id(at), record.id, line.material, line.name, items, at, running.promised, by.id
        )
        content = {"material": line.material, "items": items}
        await note(record, "tolerance promised", by=by, at=at, content=content)
        follows.append(as_follows(line, edition, limit, local(running.promised), running.provisional))
    return tuple(follows)


async def longest(region: str) -> Limit:
    """The longest time that the region allows; in the caller's transaction."""
    return (await policy(region)).limit("tolerance")


def limit_of(line: PlanMaterial, edition: Edition, most: Limit, at: datetime, calendar: Calendar) -> Limit:
    """Which of the limits ends first. An item of hours or of the moment leaves time until the office closes."""
    limits = [most]
    for item in _items(line):
        committed = edition.items[item].committed
        hours = committed.unit in (Unit.ON_THE_SPOT, Unit.OFFICE_HOURS, Unit.HOURS)
        limits.append(SAME_DAY if hours else committed)
    return min(limits, key=lambda limit: clock.due(at, limit, calendar).instant)


def blank(
    lines: Iterable[PlanMaterial], edition: Edition, most: Limit, at: datetime, calendar: Calendar
) -> tuple[Follows, ...]:
    """What a promise that has not been signed yet says: how long, not until when."""
    return tuple(as_follows(line, edition, limit_of(line, edition, most, at, calendar)) for line in lines)


def as_follows(
    line: PlanMaterial, edition: Edition, limit: Limit, until: datetime | None = None, provisional: bool = False
) -> Follows:
    """A material on the papers of tolerated acceptance."""
    return Follows(
        name=line.name,
        form=_form(edition.materials[line.material], line.copies),
        items=tuple(edition.items[item].name for item in _items(line)),
        limit="受理当日下班前" if limit == SAME_DAY else f"受理后 {limit_text(limit)}内",
        until=until,
        provisional=provisional,
        standards=line.standards,
    )


def on_acceptance(content: dict[str, Any], plan: Plan, edition: Edition, follows: Sequence[Follows]) -> dict[str, Any]:
    """The acceptance notice with what was promised: papers that follow, and items granted on a promise."""
    names = "”“".join(one.name for one in follows)
    promises = []
    for item in plan.items:
        promise = edition.items[item.item].promise
        if promise and not item.notice_only:
            content_told = "；".join(promise.content)
            promises.append(
                f"“{item.name}”以告知承诺方式办理（{promise.basis.document}{promise.basis.article}）：申请人承诺{content_told}。"
                f"作出决定后由{edition.departments[item.department].name}核查；{promise.liability}"
            )
    later = f"主要申请材料齐全、符合法定形式，“{names}”经申请人书面承诺容缺后补（见《容缺受理通知书》）。"
    standing = content["standing"].replace(COMPLETE, later) if follows else content["standing"]
    return content | {"standing": standing, "promises": promises}


def _items(line: PlanMaterial) -> list[str]:
    return list(dict.fromkeys(asker.item for asker in line.askers if not asker.open))


def _form(material: Material, copies: int) -> str:
    parts = ["原件"] if material.original else []
    parts += [f"复印件 {copies} 份"] if copies else []
    return "、".join(parts or ["原件"]) + ("或者电子件" if material.electronic else "")
