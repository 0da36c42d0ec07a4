"""How long it takes: limits as fractions of working days, and the longest chain of commitments."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lianban.rules.catalog.types import Limit, Start, Unit
from lianban.rules.plan import PlanItem

HOURS_A_DAY = 7
"""Office hours of a working day, 9–12 and 13–17."""

_WORKING_DAYS = {
    Unit.WORKING_DAYS: Fraction(1),
    Unit.OFFICE_HOURS: Fraction(1, HOURS_A_DAY),
    Unit.HOURS: Fraction(1, 24),
    Unit.NATURAL_DAYS: Fraction(5, 7),
    # 248 working days of a year over twelve months, rounded up to a third.
    Unit.MONTHS: Fraction(62, 3),
    Unit.ON_THE_SPOT: Fraction(0),
}
_UNIT_WORDS = {
    Unit.WORKING_DAYS: "个工作日",
    Unit.OFFICE_HOURS: "个工作小时",
    Unit.HOURS: "小时",
    Unit.NATURAL_DAYS: "个自然日",
    Unit.MONTHS: "个月",
}


def in_working_days(limit: Limit) -> Fraction:
    """The limit in working days; a comparison measure, never a due date."""
    return limit.amount * _WORKING_DAYS[limit.unit]


def limit_text(limit: Limit) -> str:
    """“5 个工作日”, “2 个工作小时”, “当场办结”."""
    return "当场办结" if limit.unit is Unit.ON_THE_SPOT else f"{limit.amount} {_UNIT_WORDS[limit.unit]}"


def finishes(items: Iterable[PlanItem]) -> dict[str, tuple[Fraction, tuple[str, ...]]]:
    """When each item has to be done by its commitment, in working days, and the chain that makes it so.

    Items come predecessors first. A clock that starts with the predecessor runs after it; one that
    starts with the acceptance runs beside it, but is not over before the predecessor.
    """
    found: dict[str, tuple[Fraction, tuple[str, ...]]] = {}
    for each in items:
        own = in_working_days(each.committed)
        # The latest predecessor decides; of equals the first one in the plan.
        waits = max((found[name] for name in each.after if name in found), key=lambda at: at[0], default=None)
        if waits is None:
            found[each.item] = own, (each.item,)
        elif each.start is Start.PREDECESSOR:
            found[each.item] = waits[0] + own, (*waits[1], each.item)
        else:
            found[each.item] = (own, (each.item,)) if own > waits[0] else (waits[0], (*waits[1], each.item))
    return found


def critical_path(items: Iterable[PlanItem]) -> tuple[Fraction, tuple[str, ...]]:
    """The longest chain of commitments among certain items: its length in working days and its items."""
    chains = finishes(each for each in items if not each.open and not each.notice_only)
    return max(chains.values(), key=lambda chain: chain[0], default=(Fraction(0), ()))
