"""How much of a limit is used up, and the moments at which a hint or a card is due (domain E, cards)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple

from lianban.rules.calendar import ONE_DAY, Calendar
from lianban.rules.catalog.types import Unit
from lianban.rules.clock import hours
from lianban.rules.clock.course import Leg, trace
from lianban.rules.clock.days import FURTHEST
from lianban.rules.clock.history import LATE, History, shanghai, too_long
from lianban.rules.clock.stops import Stops, closing, opening

ROUNDING = 1e-9
"""0.7 × 10 is a little more than 7 in binary; the seventh day is meant."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to warn: shares of the limit used up; `yellow_days_left` working days; `short_yellow` for a day or less."""

    blue: float = 0.5
    yellow: float = 0.9
    yellow_days_left: int = 1
    short_yellow: float = 0.75


class Mark(NamedTuple):
    """A moment something is to be raised: "blue" (a hint), "yellow", "red" or "black"."""

    colour: str
    at: datetime


class _Measure:
    """The budget of one clock as something to be used up.

    Days are used up one by one at their close of business (R-T5). Hours, limits of a single day and limits of mixed
    units are measured by their minutes: elapsed ones for plain hours, else those the office is open.
    """

    def __init__(self, history: History, calendar: Calendar) -> None:
        self.start, self.calendar = shanghai(history.start), calendar
        stops = Stops(history.pauses)
        self.legs = trace(history, calendar, stops)
        self.due = self.legs[-1].instant
        self.stops = stops.before(self.due)
        self.unit = self.legs[0].limit.unit
        self.days = _days(self.legs)

    def moment(self, share: float, end: datetime) -> datetime:
        """When `share` of the budget is used up, measured in minutes up to `end` where days do not serve."""
        if self.days and end == self.due:
            number = max(1, ceil(share * len(self.days) - ROUNDING))
            return closing(self.days[min(number, len(self.days)) - 1], self.calendar)
        return self.minute(share, end)

    def minute(self, share: float, end: datetime) -> datetime:
        """When `share` of the minutes from the start to `end` is used up."""
        if whole := self._office(end):
            return hours.office_time(self.start, whole * share, self.calendar, self.stops)[0]
        return hours.plain_time(self.start, hours.plain_between(self.start, end, self.stops) * share, self.stops)

    def spent(self, at: datetime) -> float:
        """The share of the minutes from the start to the due instant that is used up at `at`."""
        if whole := self._office(self.due):
            return hours.open_between(self.start, at, self.calendar, self.stops) / whole
        whole = hours.plain_between(self.start, self.due, self.stops)
        return hours.plain_between(self.start, at, self.stops) / whole if whole else float(at >= self.due)

    def _office(self, end: datetime) -> timedelta:
        """The office time up to `end`; none for plain hours, and none when the office is closed all the while."""
        if self.unit is Unit.HOURS:
            return hours.ZERO
        return hours.open_between(self.start, end, self.calendar, self.stops)

    def counts(self, day: date) -> bool:
        """Whether `day` is a working day on which the clock runs."""
        return self.calendar.day(day).working and not self.stops.over(day, self.calendar)

    def is_short(self, end: datetime) -> bool:
        """Whether no more than one working day lies after the day of the start up to `end`."""
        day, found = self.start.date() + ONE_DAY, 0
        while day <= end.date():
            found += self.counts(day)
            if found > 1:
                return False
            day += ONE_DAY
        return True

    def days_before(self, end: datetime, left: int) -> datetime:
        """The opening of the first working day after which no more than `left` working days are left."""
        day, found = end.date(), 0
        for _ in range(FURTHEST):
            found += self.counts(day)
            if found > left or day <= self.start.date():
                return max(self.start, opening(day, self.calendar))
            day -= ONE_DAY
        raise too_long()


def _days(legs: list[Leg]) -> list[date]:
    """The days a limit of two days or more uses up; none for limits that minutes measure."""
    leg = legs[0]
    return leg.counted if len(legs) == 1 and len(leg.counted) > 1 else []


def used(history: History, calendar: Calendar, at: datetime) -> float:
    """The share of the budget that is used up at `at` (or when the clock was stopped before); over 1 when late."""
    measure, at = _Measure(history, calendar), shanghai(at)
    if history.stopped is not None:
        at = min(at, shanghai(history.stopped))
    if not measure.days:
        return measure.spent(max(at, measure.start))
    done = bisect_right(measure.days, at, key=lambda day: closing(day, calendar))
    day = measure.due.date() + ONE_DAY
    while closing(day, calendar) <= at:
        done += measure.unit is not Unit.WORKING_DAYS or calendar.day(day).working
        day += ONE_DAY
    return done / len(measure.days)


def marks(
    history: History,
    calendar: Calendar,
    thresholds: Thresholds,
    *,
    promised: datetime | None = None,
    last: str = "red",
) -> tuple[Mark, ...]:
    """The moments something is to be raised, in order.

    Blue when half of the limit is used up (as `thresholds` say); yellow at the earlier of 90 % used up and the opening
    of the day that leaves one working day, or at 75 % of the minutes when only a day or less is given. `last` comes
    at the first late instant, right after the earlier of the promise and the due instant.

    No mark lies in a pause: it waits for the end of it. A hint that would not come before the card it announces is
    left out, and so is everything after the clock was stopped.
    """
    measure = _Measure(history, calendar)
    end = measure.due if promised is None else min(measure.due, shanghai(promised))
    found = [Mark(last, measure.stops.after(end + LATE))]
    if measure.is_short(end):
        yellow = measure.minute(thresholds.short_yellow, end)
    else:
        left = measure.days_before(end, thresholds.yellow_days_left)
        yellow = min(measure.moment(thresholds.yellow, end), left)
    for colour, at in (("yellow", yellow), ("blue", measure.moment(thresholds.blue, end))):
        mark = Mark(colour, measure.stops.after(at))
        if mark.at < found[0].at:
            found.insert(0, mark)
    stopped = shanghai(history.stopped) if history.stopped else None
    return tuple(mark for mark in found if stopped is None or mark.at <= stopped)
