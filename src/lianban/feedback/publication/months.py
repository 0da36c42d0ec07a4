"""The figures of a month, once it is over (R-HCP-12): by unit and grade, small counts hidden with what gives them away.

They are published once a month and not from day to day: whoever compared today's table with yesterday's would see the
grade that a single person gave. What changes afterwards (a rating is found invalid) is put right with the next month.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.casework.policies import policy
from lianban.feedback.publication.subjects import month_of, screening
from lianban.feedback.publication.waiting import unit_name
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.ratings import GRADES, HIDDEN, Published, percent, published
from lianban.tables.ids import new_id

BACK = 12
"""Months that are still published or put right."""
GOOD, POSITIVE = "good", (5, 4, 3)
CLASSES = {**{str(grade): name for grade, name in GRADES.items()}, "invalid": "认定无效", "apart": "单列待核实"}
DEFAULTS = {"default": "默认评价"}

_COUNT = """
SELECT department, CASE WHEN source = 'default' THEN 'default' WHEN standing = 'counted' THEN grade::text
  ELSE standing END AS class, count(*) AS n
FROM ratings WHERE region_code = $1 AND day >= $2 AND day < $3 AND source <> 'inspection' GROUP BY 1, 2
"""
_PROBLEMS = """
SELECT count(*) FILTER (WHERE status = 'written_off') AS closed,
  count(*) FILTER (WHERE status NOT IN ('written_off', 'void')) AS open, count(*) FILTER (WHERE status = 'void') AS void
FROM rectifications WHERE region_code = $1 AND opened_at >= $2 AND opened_at < $3
"""
_ANY = "SELECT EXISTS (SELECT 1 FROM ratings WHERE region_code = $1 AND day >= $2 AND day < $3)"
_LATEST = "SELECT content, at FROM public_months WHERE region_code = $1 AND month = $2 ORDER BY at DESC LIMIT 1"
_CHANGED = """
SELECT EXISTS (SELECT 1 FROM rating_marks WHERE region_code = $1 AND at > $2 AND rating_day >= $3 AND rating_day < $4)
  OR EXISTS (SELECT 1 FROM rectifications WHERE region_code = $1 AND opened_at >= $3 AND opened_at < $4
    AND closed_at > $2)
"""
_ISSUE = "INSERT INTO public_months (id, region_code, month, content, by_id, at) VALUES ($1, $2, $3, $4::jsonb, $5, $6)"
_MONTHS = "SELECT DISTINCT month FROM public_months WHERE region_code = $1 ORDER BY month DESC LIMIT 36"


async def issue_month(month: date, *, region: str = "", by: Actor, at: datetime) -> bool:
    """Publish the figures of a month that is over, or put them right; whether anything is new.

    Raises Forbidden, Conflict for a month that is not over or has no ratings.
    """
    if by != SYSTEM:
        screening(by)
    place, first, now = region or by.region, month_of(month), month_of(local(at))
    if first >= now:
        raise errors.Conflict(
            f"{first.year}年{first.month}月还没有结束。数字按月公布，月中公布的话，比较两次的数字就能认出单个评价人。"
        )
    names = await catalogue.departments(place)
    async with transaction():
        small = (await policy(place)).small_cell
        rows = await connection().fetch(_COUNT, place, first, _next(first))
        if not rows:
            raise errors.Conflict(f"{first.year}年{first.month}月没有收到评价，没有可以公布的数字。")
        problems = await connection().fetchrow(_PROBLEMS, place, _start(first), _start(_next(first)))
        content = _content(rows, problems, names, small)
        known = await connection().fetchrow(_LATEST, place, first)
        if known and json.loads(known["content"]) == content:
            return False
        await connection().execute(_ISSUE, new_id(at), place, first, json.dumps(content, ensure_ascii=False), by.id, at)
        await journal.record(
            "rating", f"{place} {first:%Y-%m}", "figures published", by=by, at=at, region=place, content={}
        )
    return True


async def issue_due(at: datetime) -> int:
    """Publish every month that is over and was not published; on that occasion put the earlier ones right. A chore of
    the worker; may be repeated."""
    done = 0
    for region in sorted({entry.region for entry in await catalogue.bundles()}):
        fresh = [month for month in _past(at) if await _missing(region, month)]
        for month in fresh:
            done += await issue_month(month, region=region, by=SYSTEM, at=at)
        for month in _past(at) if fresh else ():
            if month not in fresh and await _changed(region, month):
                done += await issue_month(month, region=region, by=SYSTEM, at=at)
    return done


async def months_of(region: str) -> list[date]:
    """The months whose figures are published, the latest first."""
    async with transaction():
        return [row["month"] for row in await connection().fetch(_MONTHS, region)]


def _content(
    rows: Sequence[Mapping[str, Any]], problems: Mapping[str, Any], names: dict[str, str], small: int
) -> dict[str, Any]:
    counts: Counter[tuple[str, str]] = Counter({(row["department"], row["class"]): row["n"] for row in rows})
    classes = {**CLASSES, **(DEFAULTS if any(one == "default" for _, one in counts) else {})}
    units = sorted({unit for unit, _ in counts}, key=lambda unit: (unit != "", unit_name(unit, names)))
    table = published([[counts[unit, one] for one in classes] for unit in units], small)
    sums = [sum(counts[unit, one] for unit in units) for one in classes]
    lines = [
        {
            "unit": unit_name(unit, names),
            "cells": list(table.cells[n]),
            "total": table.rows[n],
            GOOD: _good(table.cells[n], [counts[unit, one] for one in classes]),
        }
        for n, unit in enumerate(units)
    ]
    return {
        "classes": list(classes.values()),
        "lines": lines,
        "columns": list(table.columns),
        "total": table.total,
        GOOD: _good(table.columns, sums),
        "hides": table.hides,
        "small": small,
        "problems": _ledger(problems, table, small),
    }


def _good(shown: Sequence[int | None], counts: Sequence[int]) -> str:
    """好评率: a share would tell the hidden count, so it stands only where all five grades do."""
    if any(value is None for value in shown[: len(GRADES)]):
        return HIDDEN
    by_grade = dict(zip(GRADES, counts, strict=False))
    return percent(sum(by_grade[grade] for grade in POSITIVE), sum(by_grade.values()))


def _ledger(problems: Mapping[str, Any], table: Published, small: int) -> dict[str, int | None]:
    """How many problems were opened in the month and what became of them; nothing where the number of negative ratings
    is hidden, which it would tell."""
    hidden = published([[problems["closed"], problems["open"], problems["void"]]], small)
    if not table.columns or None in (*table.columns[3:6], *hidden.cells[0]):
        return dict.fromkeys(("opened", "closed", "open", "void"))
    closed, still, void = hidden.cells[0]
    return {"opened": hidden.total, "closed": closed, "open": still, "void": void}


async def _missing(region: str, month: date) -> bool:
    async with transaction():
        if await connection().fetchval(_LATEST, region, month):
            return False
        return bool(await connection().fetchval(_ANY, region, month, _next(month)))


async def _changed(region: str, month: date) -> bool:
    async with transaction():
        known = await connection().fetchrow(_LATEST, region, month)
        if known is None:
            return False
        return bool(await connection().fetchval(_CHANGED, region, known["at"], month, _next(month)))


def _past(at: datetime) -> list[date]:
    """The months that are over, the latest first."""
    now = month_of(local(at))
    number = now.year * 12 + now.month - 1
    return [date((number - n) // 12, (number - n) % 12 + 1, 1) for n in range(1, BACK + 1)]


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
