"""Limits in hours: office hours are used up only while the office is open, plain hours run through (R-T9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lianban.rules.calendar import ONE_DAY, Calendar
from lianban.rules.clock.days import FURTHEST
from lianban.rules.clock.history import Step, moment, too_long
from lianban.rules.clock.stops import Stops

Stretch = tuple[datetime, datetime]
ZERO = timedelta(0)


def office_time(
    start: datetime, length: timedelta, calendar: Calendar, stops: Stops, stretches: list[Stretch] | None = None
) -> tuple[datetime, bool]:
    """When `length` of open, unpaused office time after `start` is used up, and whether that is certain."""
    left, day, firm = length, start.date(), True
    for _ in range(FURTHEST):
        what = calendar.day(day)
        firm = firm and what.firm
        for opens, closes in calendar.hours(day) if what.working else ():
            for begin, end in stops.running(max(start, moment(day, opens)), moment(day, closes)):
                done = left <= end - begin
                if stretches is not None:
                    stretches.append((begin, begin + left if done else end))
                if done:
                    return begin + left, firm
                left -= end - begin
        day += ONE_DAY
    raise too_long()


def plain_time(start: datetime, length: timedelta, stops: Stops, stretches: list[Stretch] | None = None) -> datetime:
    """When `length` of unpaused time after `start` is used up."""
    left = length
    for begin, end in stops.running(start, start + timedelta(days=FURTHEST)):
        done = left <= end - begin
        if stretches is not None:
            stretches.append((begin, begin + left if done else end))
        if done:
            return begin + left
        left -= end - begin
    raise too_long()


def open_between(begin: datetime, end: datetime, calendar: Calendar, stops: Stops) -> timedelta:
    """The open, unpaused office time between two instants."""
    found, day = ZERO, begin.date()
    while day <= end.date():
        for opens, closes in calendar.hours(day) if calendar.day(day).working else ():
            for since, until in stops.running(max(begin, moment(day, opens)), min(end, moment(day, closes))):
                found += until - since
        day += ONE_DAY
    return found


def plain_between(begin: datetime, end: datetime, stops: Stops) -> timedelta:
    """The unpaused time between two instants."""
    return sum((until - since for since, until in stops.running(begin, end)), ZERO)


def told(start: datetime, stretches: list[Stretch], calendar: Calendar, stops: Stops, counted: str) -> Iterator[Step]:
    """The steps from `start` over the counted stretches, with what lies between them.

    Minutes are rounded down on their running sum, so that seconds never make them miss the limit.
    """
    at, used, said = start, ZERO, 0
    for begin, end in stretches:
        yield from _between(at, begin, calendar, stops)
        used += end - begin
        minutes = int(used.total_seconds() // 60)
        yield Step(begin, end, minutes - said, counted)
        at, said = end, minutes


def _between(begin: datetime, end: datetime, calendar: Calendar, stops: Stops) -> Iterator[Step]:
    at = begin
    for since, until in stops.running(begin, end):
        if at < since:
            yield Step(at, since, 0, stops.why(at, since)[0])
        yield Step(since, until, 0, _closed(since, until, calendar))
        at = until
    if at < end:
        yield Step(at, end, 0, stops.why(at, end)[0])


def _closed(begin: datetime, end: datetime, calendar: Calendar) -> str:
    days = (begin.date() + timedelta(days=n) for n in range((end.date() - begin.date()).days + 1))
    rests = dict.fromkeys(what.reason for what in map(calendar.day, days) if not what.working)
    return f"非办公时间（{'、'.join(rests)}）" if rests else "非办公时间"
