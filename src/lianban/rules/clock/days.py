"""Limits in days: working days, natural days, and on the spot (行政许可法 82; 民法典 201, 203)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lianban.rules.calendar import ONE_DAY, Calendar
from lianban.rules.clock.history import DayCount, too_long
from lianban.rules.clock.stops import Stops, closing

ROLLED = "期间最后一日顺延至此"
ON_THE_SPOT = "当场办结，以当日下班为限"
FURTHEST = 40_000
"""No search goes on for more days than this (over a century); whatever needs more is a mistake."""


@dataclass(slots=True)
class Walk:
    """Where a limit in days got to: the last day, the days it used up, and whether all it hangs on is certain."""

    last: date
    counted: list[date]
    firm: bool


def working_days(
    start: date, amount: int, calendar: Calendar, stops: Stops, notes: list[DayCount] | None, *, first: bool
) -> Walk:
    """Use up `amount` working days after `start` (or from it, with `first`)."""
    counted: list[date] = []
    firm, left, day, look, pauses = True, amount, start if first else start + ONE_DAY, calendar.day, bool(stops.spans)
    for _ in range(FURTHEST):
        what = look(day)
        firm = firm and what.firm
        paused = pauses and what.working and stops.over(day, calendar)
        if what.working and not paused:
            counted.append(day)
            left -= 1
        if notes is not None:
            if paused:
                notes.append(DayCount(day, False, *stops.why_on(day, calendar)))
            else:
                notes.append(DayCount(day, what.working, what.reason))
        if not left:
            return Walk(day, counted, firm)
        day += ONE_DAY
    raise too_long()


def natural_days(
    start: date, amount: int, calendar: Calendar, stops: Stops, notes: list[DayCount] | None, *, first: bool
) -> Walk:
    """Use up `amount` days of any kind; an end on a rest day rolls on to the next working day (R-T3)."""
    counted: list[date] = []
    left, day, pauses = amount, start if first else start + ONE_DAY, bool(stops.spans)
    for _ in range(FURTHEST):
        paused = pauses and stops.over(day, calendar)
        if not paused:
            counted.append(day)
            left -= 1
        if notes is not None:
            if paused:
                notes.append(DayCount(day, False, *stops.why_on(day, calendar)))
            else:
                notes.append(DayCount(day, True, "自然日"))
        if not left:
            return _rolled(day, counted, calendar, stops, notes)
        day += ONE_DAY
    raise too_long()


def _rolled(last: date, counted: list[date], calendar: Calendar, stops: Stops, notes: list[DayCount] | None) -> Walk:
    """On to the next working day on which the clock runs, unless `last` is one."""
    day, what = last, calendar.day(last)
    firm, cause = what.firm, f"{last:%m-%d} {what.reason}"
    for _ in range(FURTHEST):
        paused = day != last and stops.over(day, calendar)
        if day != last and notes is not None:
            if paused:
                notes.append(DayCount(day, False, *stops.why_on(day, calendar)))
            else:
                notes.append(DayCount(day, False, f"{ROLLED}（{cause}）" if what.working else what.reason))
        if what.working and not paused:
            return Walk(day, counted, firm)
        day += ONE_DAY
        what = calendar.day(day)
        firm = firm and what.firm
    raise too_long()


def on_the_spot(start: datetime, calendar: Calendar, stops: Stops, notes: list[DayCount] | None) -> Walk:
    """Before the office closes: today, or the next working day when it is closed already."""
    first = start.date() if start <= closing(start.date(), calendar) else start.date() + ONE_DAY
    looked: list[DayCount] | None = None if notes is None else []
    walk = working_days(first, 1, calendar, stops, looked, first=True)
    if notes is not None and looked:
        notes += [*looked[:-1], DayCount(walk.last, False, ON_THE_SPOT)]
    return walk
