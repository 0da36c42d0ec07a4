"""Limits in months: to the corresponding day of the last month (民法典 202)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import groupby

from lianban.rules.calendar import ONE_DAY, Calendar
from lianban.rules.clock.days import ROLLED, Walk, natural_days
from lianban.rules.clock.history import DayCount, Step, moment
from lianban.rules.clock.stops import PAUSED, Stops, closing


def months_on(start: date, months: int) -> date:
    """The corresponding day of the last month, or its last day where there is none (民法典 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def months(
    start: datetime, amount: int, calendar: Calendar, stops: Stops, steps: list[Step] | None, *, first: bool
) -> Walk:
    """Use up the days from `start` to the corresponding day; paused days are added at the end, day for day.

    A step of several days counts 1440 minutes for each, the last one included although it ends when the office closes.
    """
    day, target = start.date(), months_on(start.date(), amount)
    notes: list[DayCount] | None = None if steps is None else []
    walk = natural_days(day, (target - day).days, calendar, stops, notes, first=first)
    if steps is not None and notes is not None:
        steps += _steps(start, amount, target, notes, closing(walk.last, calendar), first=first)
    return walk


def _steps(
    start: datetime, amount: int, target: date, notes: list[DayCount], end: datetime, *, first: bool
) -> Iterator[Step]:
    kind = "对应日" if target.day == start.day else "没有对应日，以月末日为准"
    aim = f"{amount} 个月，{kind} {target}"
    since, midnight = start, time()
    if not first:
        until = moment(start.date() + ONE_DAY, midnight)
        yield Step(since, until, 0, f"开始的当日不计入（{aim}）")
        since = until
    stretches = [(counted, list(days)) for (counted, _), days in groupby(notes, key=_kind)]
    for number, (counted, days) in enumerate(stretches):
        until = end if number == len(stretches) - 1 else moment(days[-1].date + ONE_DAY, midnight)
        reason = days[-1].reason
        if first and number == 0:
            reason += f"（开始的当日计入；{aim}）"
        yield Step(since, until, len(days) * 1440 if counted else 0, reason)
        since = until


def _kind(day: DayCount) -> tuple[bool, str]:
    """Counted days stand together; so do those one notice paused, and those the end rolled over."""
    return day.counted, "" if day.counted else day.reason if day.reason.startswith(PAUSED) else ROLLED
