"""A second reckoning of time limits, slow and plain: day by day and quarter of an hour by quarter of an hour.

It shares nothing with `lianban.rules.clock` but the values that go in. All instants lie on quarters of an hour.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from lianban.rules.calendar import Calendar, Notice, Overlay, calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import SHANGHAI, Extension, History, Pause

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
MIDNIGHT = datetime.min.time()
WD, WH, H, D, M, SPOT = (Unit(u) for u in ("wd", "wh", "h", "d", "m", "0"))


def at(text: str) -> datetime:
    """An instant of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def close_of(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, calendar.hours(day)[-1][1], SHANGHAI)


def stands(when: datetime, pauses: Iterable[Pause]) -> bool:
    return any(p.since <= when < p.until for p in pauses)


def reference(history: History, calendar: Calendar) -> datetime:
    """The due instant of a history."""
    limits, unit = [[history.limit.amount]], [history.limit.unit]
    for extension in sorted(history.extensions, key=lambda e: (e.at, e.limit.unit.value)):
        if extension.limit.unit is unit[-1]:
            limits[-1].append(extension.limit.amount)
        else:
            limits.append([extension.limit.amount])
            unit.append(extension.limit.unit)
    end, first = history.start, history.first_day_counts
    for amounts, each in zip(limits, unit, strict=True):
        end = _one(end, sum(amounts), each, history.pauses, calendar, first)
        first = False
    return end


def _one(
    start: datetime, amount: int, unit: Unit, pauses: tuple[Pause, ...], calendar: Calendar, first: bool
) -> datetime:
    if unit in (WH, H):
        return _hours(start, amount * 4, unit, pauses, calendar)
    if unit is SPOT:
        day = start.date()
        while (
            not calendar.day(day).working or start > close_of(day, calendar) or stands(close_of(day, calendar), pauses)
        ):
            day += DAY
        return close_of(day, calendar)
    if unit is M:
        year, month = start.year, start.month
        for _ in range(amount):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        number = start.day
        while True:
            try:
                amount = (date(year, month, number) - start.date()).days
                break
            except ValueError:
                number -= 1
    day = start.date() if first and start <= close_of(start.date(), calendar) else start.date() + DAY
    left = amount
    while True:
        if (unit is not WD or calendar.day(day).working) and not stands(close_of(day, calendar), pauses):
            left -= 1
        if left <= 0 and calendar.day(day).working and not stands(close_of(day, calendar), pauses):
            return close_of(day, calendar)
        day += DAY


def _hours(start: datetime, quarters: int, unit: Unit, pauses: tuple[Pause, ...], calendar: Calendar) -> datetime:
    now, left = start, quarters
    while left:
        if unit is WH and not calendar.day(now.date()).working:
            now = datetime.combine(now.date() + DAY, MIDNIGHT, SHANGHAI)
            continue
        is_open = unit is H or any(a <= now.time() < b for a, b in calendar.hours(now.date()))
        left -= is_open and not stands(now, pauses)
        now += QUARTER
    return now


def notice(year: int, dice: random.Random) -> Notice:
    """A holiday notice somebody could have written."""
    off: dict[date, str] = {}
    for month in (1, 2, 4, 5, 6, 9, 10):
        begin = date(year, month, dice.randint(1, 20))
        off |= {begin + n * DAY: "节日" for n in range(dice.randint(1, 9))}
    sundays = [date(year, 1, 1) + n * DAY for n in range(365) if (date(year, 1, 1) + n * DAY).weekday() == 6]
    return Notice(year, f"第{year}号", off, {d: "调休上班" for d in dice.sample(sundays, 5) if d not in off})


def calendars(dice: random.Random) -> tuple[Calendar, ...]:
    """The national one, one with seasons, one with closures of its own, one with a notice of the next year."""
    closed = {date(2026, 1, 1) + dice.randint(0, 720) * DAY: "暴雪停工" for _ in range(40)}
    national, changsha = calendar_for(), calendar_for("430100")
    return (
        national,
        changsha,
        changsha.over(Overlay("应急", "应急〔2026〕1号", closed)),
        national.with_notices([notice(2027, dice)]),
    )


def quarter(dice: random.Random, first: date, days: int) -> datetime:
    """A quarter of an hour in the given days, mostly while people are at work."""
    hour = dice.randint(8, 18) if dice.random() < 0.8 else dice.randint(0, 23)
    day = first + dice.randint(0, days) * DAY
    return datetime(day.year, day.month, day.day, hour, 15 * dice.randint(0, 3), tzinfo=SHANGHAI)


def amount(dice: random.Random, unit: Unit) -> int:
    return {
        WD: dice.randint(1, 45),
        WH: dice.randint(1, 24),
        H: dice.randint(1, 72),
        D: dice.randint(1, 60),
        M: dice.randint(1, 12),
        SPOT: 0,
    }[unit]


def pause(dice: random.Random, start: datetime) -> Pause:
    """Days or hours, before, during or after the limit."""
    since = quarter(dice, start.date() - 5 * DAY, 45)
    if dice.random() < 0.5:
        since = datetime.combine(since.date(), MIDNIGHT, SHANGHAI)
        length = dice.randint(1, 12) * DAY
    else:
        length = dice.randint(0, 400) * QUARTER
    return Pause(since, since + length, "检测", "行政许可法第四十五条", f"第{dice.randint(1, 99)}号")


def history(dice: random.Random) -> History:
    """A random life of a clock, from 2025 into 2027."""
    start = quarter(dice, date(2025, 1, 1), 760)
    unit = dice.choice((WD, WD, WH, H, D, M, SPOT))
    kinds = [unit] * 3 * (unit is not SPOT) + [WD, WH, D, H]
    extensions = []
    for _ in range(dice.choice((0, 0, 1, 2))):
        kind = dice.choice(kinds)
        extensions.append(Extension(Limit(amount(dice, kind), kind), quarter(dice, start.date(), 30)))
    pauses = tuple(pause(dice, start) for _ in range(dice.choice((0, 1, 2, 5))))
    return History(
        start, Limit(amount(dice, unit), unit), pauses, tuple(extensions), first_day_counts=dice.random() < 0.2
    )
