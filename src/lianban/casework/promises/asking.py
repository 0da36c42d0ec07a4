"""What an applicant may promise before acceptance: papers that follow (容缺), items granted on a promise (告知承诺).

The draft keeps under `later` which papers are to follow, and that the written promise was signed before the clerk;
a scan of it counts as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from lianban.casework import bars
from lianban.casework.bars import Bar
from lianban.rules.catalog.types import Edition
from lianban.rules.conditions import elements
from lianban.rules.parties import TakingPart
from lianban.rules.plan import Plan

AGAINST_PROMISING = ("tolerance", "false_promise")
"""Whoever did not keep a promise, and whose credit is not repaired, makes no new one (domain E)."""


def promisors(parties: Sequence[TakingPart]) -> list[str]:
    """The identity numbers of those who promise: the applicant's."""
    return [p.id_number for p in parties if p.role == "applicant" and p.id_number]


async def problems(
    edition: Edition, plan: Plan, parties: Sequence[TakingPart], later: Collection[str], *, at: datetime
) -> dict[str, str]:
    """Why these applicants may not promise, by form name; in the caller's transaction.

    A broken promise of either kind closes tolerated acceptance, a false one closes the items granted on a promise.
    """
    promised = [i.item for i in plan.items if not i.notice_only and not i.open and edition.items[i.item].promise]
    if not later and not promised:
        return {}
    found = await bars.open_bars(edition.bundle.region, promisors(parties), at=at)
    against = [bar for bar in found if bar.kind in AGAINST_PROMISING]
    if not against:
        return {}
    names = {line.material: line.name for line in plan.materials}
    said = {
        f"later.{material}": f"申请人{_why(against[0])}，信用修复以前不能容缺受理，请补齐“{names[material]}”后再受理。"
        for material in later
    }
    false = next((bar for bar in against if bar.kind == "false_promise"), None)
    return said | (dict(_general_way(edition, promised, false)) if false else {})


def _why(bar: Bar) -> str:
    return f"有未修复的失信记录（{bar.kind_name}：{bar.reason.rstrip('。')}）"


def _general_way(edition: Edition, promised: Sequence[str], bar: Bar) -> Iterator[tuple[str, str]]:
    """The refusal at the question by which the promise was chosen: the last one that brings the item."""
    asked = {question.element for question in edition.bundle.questions}
    for entry in edition.bundle.items:
        if entry.item in promised:
            choice = [name for name in elements(entry.when) if name in asked]
            yield (
                choice[-1] if choice else f"item.{entry.item}",
                f"申请人{_why(bar)}，信用修复以前不能采用告知承诺办理“{edition.items[entry.item].name}”，请改选一般流程。",
            )
