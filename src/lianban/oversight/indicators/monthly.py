"""The page of indicators: a month of a unit with every figure, the units side by side, and the months before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from lianban import errors
from lianban.outside.clock import local
from lianban.outside.database import transaction
from lianban.oversight.indicators.lists import scope, units
from lianban.oversight.indicators.reading import Period, Sheet, month_of, sheet
from lianban.rules.actors import Actor
from lianban.rules.charts import Bar, bars
from lianban.rules.indicators import GROUPS, INDICATORS, WHOLE, Figure, figure

BESIDE = ("coverage", "active", "handled", "upward", "good", "in_time")
"""What stands side by side for all units: the four of the bulletin, and what units are ranked by."""
MONTHS = 6
EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for. `open` whether this person may open the lists behind the figures."""

    period: Period
    known: date
    unit: str
    unit_name: str
    indicator: str
    open: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures of a unit by group; `beside` unit → its figures; `chart` the chosen indicator month by month."""

    asked: Asked
    counted_at: datetime
    groups: tuple[tuple[str, tuple[Figure, ...]], ...]
    beside: tuple[tuple[str, str, tuple[Figure, ...]], ...]
    units: dict[str, str]
    chart: dict[str, Any]
    latest: bool


async def overview(
    *, by: Actor, month: date, known: date | None, unit: str | None, indicator: str, at: datetime
) -> Overview:
    """The figures of a month as known at the end of `known` (None: now), of a unit (None: one's own, or all).

    Raises Forbidden, Invalid for what is no indicator, no unit, or a day that has not come.
    """
    mine, today = scope(by), local(at).date()
    if indicator not in INDICATORS:
        raise errors.Invalid("没有这个指标，请重新选择。", {"indicator": "没有这个指标，请重新选择。"})
    if not EARLIEST <= month <= today:
        raise errors.Invalid("请选择本月或者以前的月份。", {"month": "请选择本月或者以前的月份。"})
    if known is not None and not EARLIEST <= known <= today:
        sentence = "截至日期不能晚于今天：还没有发生的事情不能统计。"
        raise errors.Invalid(sentence, {"known": sentence})
    async with transaction():
        names = await units(by.region)
    wanted = (WHOLE if mine is None else mine) if unit is None else unit
    if wanted != WHOLE and (wanted not in names or mine not in (None, wanted)):
        raise errors.NotFound("没有这个单位的数据，或者您不能查看。")
    period, as_of = month_of(month), known or today
    found = await sheet(by.region, period, known=as_of, at=at)
    counts = found.of(wanted)
    groups = tuple(
        (word, tuple(figure(one.id, counts) for one in INDICATORS.values() if one.group == group))
        for group, word in GROUPS.items()
    )
    shown = {WHOLE: "全部单位", **{id: name for id, name in names.items() if mine in (None, id) and id in found.units}}
    return Overview(
        Asked(period, as_of, wanted, {WHOLE: "全部单位", **names}[wanted], indicator, mine is None or wanted == mine),
        found.counted_at,
        groups,
        tuple((id, name, tuple(figure(one, found.of(id)) for one in BESIDE)) for id, name in shown.items()),
        {WHOLE: "全部单位", **(names if mine is None else {mine: names.get(mine, mine)})},
        await _chart(by.region, period, as_of, wanted, indicator, found, at),
        as_of == today,
    )


async def _chart(
    region: str, period: Period, known: date, unit: str, indicator: str, last: Sheet, at: datetime
) -> dict[str, Any]:
    """The indicator in the months up to this one. The earlier ones are as known at the end of yesterday at the latest:
    what they were then is counted once, not at every look."""
    sheets, settled = [last], min(known, local(at).date() - timedelta(days=1))
    while len(sheets) < MONTHS:
        before = month_of(sheets[-1].period.since - timedelta(days=1))
        sheets.append(await sheet(region, before, known=settled, at=at))
    drawn = []
    for one in reversed(sheets):
        shown = figure(indicator, one.of(unit))
        drawn.append(Bar(f"{one.period.since.month}月", shown.text, shown.value))
    return bars(drawn)
