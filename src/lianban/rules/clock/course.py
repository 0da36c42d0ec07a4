"""The course of a clock: its limit, then its extensions, to the due instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianban import errors
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import days, hours
from lianban.rules.clock.history import DayCount, Due, History, Step, shanghai, too_long
from lianban.rules.clock.months import months
from lianban.rules.clock.stops import Stops, closing

LONGEST = {
    Unit.WORKING_DAYS: (10_000, "个工作日"),
    Unit.OFFICE_HOURS: (80_000, "个工作小时"),
    Unit.HOURS: (350_400, "小时"),
    Unit.NATURAL_DAYS: (14_610, "天"),
    Unit.MONTHS: (480, "个月"),
}
"""No limit, extensions included, is longer than some forty years: more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a limit in one unit: where it starts and ends, and for units of days which ones it used up."""

    limit: Limit
    start: datetime
    instant: datetime
    firm: bool
    counted: list[date]


def reckon(history: History, calendar: Calendar, *, explain: bool = True) -> Due:
    """When a clock ends, and why; without `explain` only when, in a fraction of the time.

    Days and months: the day of the start does not count (R-T1), the last one ends when the office closes (R-T3). A
    day is used up when the clock runs at its close of business (R-T5). Natural days and months that end on a rest day
    roll forward to the next working day. Office hours are used up only while the office is open (R-T9), plain hours
    run through; both leave out pauses to the second. On the spot means before the office closes on the working day of
    the start, or on the next one when it is already closed.

    An extension in the same unit makes the limit longer; one in another unit runs on from where the limit ends.
    Raises Invalid for a limit or a pause that is absurdly long.
    """
    notes: list[DayCount] | None = [] if explain else None
    steps: list[Step] | None = [] if explain else None
    legs = trace(history, calendar, Stops(history.pauses), notes, steps)
    firm = all(leg.firm for leg in legs)
    return Due(legs[-1].instant, not firm, calendar.edition, tuple(notes or ()), tuple(steps or ()))


def due(start: datetime, limit: Limit, calendar: Calendar) -> Due:
    """When a limit that starts at `start` and is neither paused nor extended ends."""
    return reckon(History(start, limit), calendar)


def trace(
    history: History,
    calendar: Calendar,
    stops: Stops,
    notes: list[DayCount] | None = None,
    steps: list[Step] | None = None,
) -> list[Leg]:
    """The parts of a clock's course in order; the explanation goes into `notes` and `steps` where they are lists."""
    at, first, legs = shanghai(history.start), history.first_day_counts, []
    try:
        for limit in _limits(history):
            leg = _leg(at, limit, calendar, stops, notes, steps, first=first)
            at, first = leg.instant, False
            legs.append(leg)
    except (OverflowError, ValueError) as error:
        # The days of Python end with the year 9999.
        raise too_long() from error
    return legs


def _limits(history: History) -> list[Limit]:
    """The limit and its extensions in the order they were granted; neighbours of one unit add up."""
    found = [history.limit]
    for extension in sorted(history.extensions, key=lambda e: (shanghai(e.at), e.limit.unit.value, e.limit.amount)):
        limit = extension.limit
        if limit.unit is found[-1].unit:
            found[-1] = Limit(found[-1].amount + limit.amount, limit.unit)
        elif limit.amount:
            found.append(limit)
    for limit in found:
        most, unit = LONGEST.get(limit.unit, (0, ""))
        if not 0 <= limit.amount <= most:
            raise errors.Invalid(f"时限最长 {most} {unit}，不能是 {limit.amount}。请核对时限。")
    return found


def _leg(
    start: datetime,
    limit: Limit,
    calendar: Calendar,
    stops: Stops,
    notes: list[DayCount] | None,
    steps: list[Step] | None,
    *,
    first: bool,
) -> Leg:
    # A start after closing time cannot use up its day.
    first = first and start <= closing(start.date(), calendar)
    match limit.unit if limit.amount else Unit.ON_THE_SPOT:
        case Unit.WORKING_DAYS:
            walk = days.working_days(start.date(), limit.amount, calendar, stops, notes, first=first)
        case Unit.NATURAL_DAYS:
            walk = days.natural_days(start.date(), limit.amount, calendar, stops, notes, first=first)
        case Unit.MONTHS:
            walk = months(start, limit.amount, calendar, stops, steps, first=first)
        case Unit.ON_THE_SPOT:
            walk = days.on_the_spot(start, calendar, stops, notes)
        case unit:
            return _hours(start, limit, calendar, stops, steps, office=unit is Unit.OFFICE_HOURS)
    return Leg(limit, start, closing(walk.last, calendar), walk.firm, walk.counted)


def _hours(
    start: datetime, limit: Limit, calendar: Calendar, stops: Stops, steps: list[Step] | None, *, office: bool
) -> Leg:
    length, firm = timedelta(hours=limit.amount), True
    stretches: list[hours.Stretch] | None = None if steps is None else []
    if office:
        instant, firm = hours.office_time(start, length, calendar, stops, stretches)
    else:
        instant = hours.plain_time(start, length, stops, stretches)
    if steps is not None and stretches is not None:
        steps += hours.told(start, stretches, calendar, stops, "办公时间" if office else "连续计时")
    return Leg(limit, start, instant, firm, [])
