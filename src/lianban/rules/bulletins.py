"""通报: which periods they cover, what stands in them, and who was last twice running (R-HCP-11).

一周一通报 (江都), a month with the four indicators, a quarter for the joint meeting (烟台). The content is plain, made
once from the counts and never again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from lianban import errors
from lianban.rules.charts import Bar, bars
from lianban.rules.indicators import INDICATORS, WHOLE, Figure, Place, figure, ranking

KINDS = {"week": "周通报", "month": "月通报", "quarter": "季度通报"}
FOUR = tuple(one.id for one in INDICATORS.values() if one.group == "four")
REST = ("good", "bad", "in_time", "appeals", "invalid", "named", "callback", "on_time", "solved")
LONGEST_REMARKS = 2000


def period_of(kind: str, day: date) -> tuple[date, date]:
    """First and last day of the week (from Monday), month or quarter in which a day lies."""
    if kind == "week":
        since = day - timedelta(days=day.weekday())
        return since, since + timedelta(days=6)
    months = 1 if kind == "month" else 3
    since = date(day.year, (day.month - 1) // months * months + 1, 1)
    following = since.month + months
    return since, date(since.year + (following > 12), (following - 1) % 12 + 1, 1) - timedelta(days=1)


def before(kind: str, since: date) -> tuple[date, date]:
    """The period before the one that begins on `since`."""
    return period_of(kind, since - timedelta(days=1))


def period_name(kind: str, since: date) -> str:
    """2026年第44周, 2026年10月, 2026年第三季度."""
    if kind == "week":
        year, week, _ = since.isocalendar()
        return f"{year}年第{week}周"
    if kind == "month":
        return f"{since.year}年{since.month}月"
    return f"{since.year}年第{'一二三四'[(since.month - 1) // 3]}季度"


def remarks_of(text: str) -> str:
    """What the supervisor adds. Raises Invalid when it is too long."""
    said = text.strip()
    if len(said) > LONGEST_REMARKS:
        sentence = f"情况说明最多 {LONGEST_REMARKS} 个字，现在有 {len(said)} 个字，请删短一些。"
        raise errors.Invalid(sentence, {"remarks": sentence})
    return said


def content(
    *,
    kind: str,
    since: date,
    until: date,
    authority: str,
    counts: Mapping[str, Mapping[str, int]],
    earlier: Mapping[str, Mapping[str, int]],
    names: Mapping[str, str],
    fewest: int,
    remarks: str,
    issued_on: date,
) -> dict[str, Any]:
    """The whole bulletin: figures of the region beside those of the period before, the units in their places, words."""
    whole, past = counts.get(WHOLE, {}), earlier.get(WHOLE, {})
    places = ranking(counts, fewest)
    figures = [figure(id, whole) for id in (*FOUR, *REST)]
    return {
        "kind": "bulletin",
        "title": f"政务服务“好差评”{KINDS[kind]}",
        "authority": authority,
        "period": period_name(kind, since),
        "span": f"{_day(since)}至{_day(until)}",
        "date": _day(issued_on),
        "iso": issued_on.isoformat(),
        "four": [_line(one, figure(one.indicator.id, past)) for one in figures[: len(FOUR)]],
        "rest": [_line(one, figure(one.indicator.id, past)) for one in figures[len(FOUR) :]],
        "places": [_place(one, names) for one in places],
        "ranked_by": "、".join(INDICATORS[id].name for id in ("good", "in_time", "active")),
        "fewest": fewest,
        "summary": _summary(whole),
        "remarks": remarks,
        "chart": bars([Bar(_short(one.indicator.name), one.text, one.value) for one in figures[: len(FOUR)]]),
    }


def _line(one: Figure, past: Figure) -> dict[str, Any]:
    return {
        "name": one.indicator.name,
        "text": one.text,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "before": past.text,
    }


def _place(one: Place, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "place": str(one.place) if one.place else "不排名",
        "unit": names.get(one.department, one.department),
        "texts": [f"{each.text}（{each.numerator}/{each.denominator}）" for each in one.figures],
    }


def _summary(counts: Mapping[str, int]) -> list[str]:
    """What the figures say, in sentences."""
    n = {name: counts.get(name, 0) for name in ("occasions", "rated", "valid", "negatives", "invalid", "negatives_due")}
    settled, named, called = (counts.get(name, 0) for name in ("negatives_settled", "named", "named_called"))
    said = [
        f"本期产生评价机会 {n['occasions']} 个，其中 {n['rated']} 个由群众作出评价；有效评价 {n['valid']} 条。",
        f"收到差评 {n['negatives']} 条，其中经评审或核实认定无效 {n['invalid']} 条"
        "（照样保存，不计入被评价单位的得分）。",
    ]
    if n["negatives_due"]:
        said.append(f"到期或者办结的差评整改 {n['negatives_due']} 件，已销号并答复评价人 {settled} 件。")
    if named:
        said.append(f"实名差评 {named} 条，已回访 {called} 条。")
    return said


def _short(name: str) -> str:
    """Below a narrow bar there is room for four characters."""
    return {"评价范围覆盖率": "覆盖率", "群众实际评价率": "评价率", "差评有效处置率": "处置率"}.get(name, "汇集率")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
