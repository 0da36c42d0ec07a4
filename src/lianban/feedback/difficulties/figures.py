"""The figures of the window: of the requests registered in a month, how many were answered, closed, solved (domain D).

Each figure counts what the list shows under the same filters. Rates are cut off, never rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban import errors
from lianban.feedback.difficulties.listing import COUNTED, SEEN, category_name, cause_name, month_of, must_read
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.difficulties import GROUPS, category_of
from lianban.rules.ratings import percent

FIGURES = {
    "received": "收到",
    "excluded": "不属于受理范围",
    "open": "未办结",
    "answered": "已答复",
    "in_time": "按期答复",
    "closed": "办结",
    "solved": "办成",
    "displeased": "回访不满意",
    "referred": "上报",
}
"""What is counted, in the order of the table; the conditions are `listing.COUNTED`."""

RATES = (
    ("办结率", "closed", ("received", "excluded"), "办结 ÷（收到 − 不属于受理范围）"),
    ("按期答复率", "in_time", ("answered",), "按期答复 ÷ 已答复"),
    ("办成率", "solved", ("closed",), "办成 ÷ 办结；回访不满意的不算办成"),
)

_COUNTS = ", ".join(f"count(*) FILTER (WHERE {where}) AS {name}" for name, where in COUNTED.items())
_ROWS = f"""
SELECT d.category, d.cause, {_COUNTS} FROM difficulties d
WHERE {SEEN} AND d.registered_at >= $5 AND d.registered_at < $6 AND $4::timestamptz IS NOT NULL
GROUP BY d.category, d.cause
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what it is made of."""

    name: str
    text: str
    numerator: int
    denominator: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of a category or a cause; `id` "" is all together, "-" what is not sorted yet."""

    id: str
    name: str
    counts: dict[str, int]
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the requests registered in a month, as they stand `at`."""

    month: str
    at: datetime
    total: Line
    groups: tuple[Line, ...]
    causes: tuple[Line, ...]


async def figures(month: str, *, by: Actor, at: datetime) -> Figures:
    """The figures of a month, "2026-11". Raises Forbidden, Invalid."""
    must_read(by)
    period = month_of(month)
    if period is None:
        sentence = "请填写月份，如 2026-11。"
        raise errors.Invalid(sentence, {"month": sentence})
    async with transaction():
        rows = await connection().fetch(_ROWS, by.region, by.id, by.department, at, *period)
    groups: dict[str, dict[str, int]] = {id: dict.fromkeys(COUNTED, 0) for id in GROUPS}
    causes: dict[str, dict[str, int]] = {}
    total = dict.fromkeys(COUNTED, 0)
    for row in rows:
        group = category_of(row["category"]).group if category_name(row["category"]) else "-"
        for into in (total, groups.setdefault(group, dict.fromkeys(COUNTED, 0))):
            _add(into, row)
        if row["cause"]:
            _add(causes.setdefault(row["cause"], dict.fromkeys(COUNTED, 0)), row)
    return Figures(
        month=month,
        at=local(at),
        total=_line("", "合计", total),
        groups=tuple(_line(id, GROUPS.get(id, "还没有分类"), counts) for id, counts in groups.items()),
        causes=tuple(
            _line(id, cause_name(id), counts)
            for id, counts in sorted(causes.items(), key=lambda pair: (-pair[1]["received"], pair[0]))
        ),
    )


def _add(into: dict[str, int], row: Mapping[str, Any]) -> None:
    for name in COUNTED:
        into[name] += row[name]


def _line(id: str, name: str, counts: dict[str, int]) -> Line:
    return Line(id, name, counts, tuple(_rate(counts, *rate) for rate in RATES))


def _rate(counts: dict[str, int], name: str, top: str, base: tuple[str, ...], meaning: str) -> Rate:
    below = counts[base[0]] - sum(counts[less] for less in base[1:])
    return Rate(name, percent(counts[top], below), counts[top], below, meaning)
