"""When a time limit ends, and how much of it is left (行政许可法 42, 82; 民法典 201–203).

Instants are aware datetimes in Asia/Shanghai; an instant without a zone already is Shanghai time.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from lianban.rules.calendar import ONE_DAY, Calendar
from lianban.rules.catalog.types import Limit, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
Tone: TypeAlias = Literal["green", "amber", "red"]
ROLLED = "期间最后一日顺延至此"


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day on the way to the due day: whether it used up a part of the limit, and why (not)."""

    date: date
    counted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a limit. `provisional` when it hangs on a year without a holiday notice."""

    instant: datetime
    provisional: bool
    calendar: str
    days: tuple[DayCount, ...]


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a limit, in words that need no colour, and the colour that goes with them."""

    text: str
    tone: Tone


def shanghai(at: datetime) -> datetime:
    """`at` on Shanghai's clocks."""
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def due(start: datetime, limit: Limit, calendar: Calendar) -> Due:
    """When a limit that starts at `start` ends.

    Days and months: the day of the start does not count (R-T1) and the last day ends when the office closes (R-T3);
    natural days and months that end on a rest day roll forward to the next working day. Office hours are used up
    only while the office is open (R-T9); plain hours run through. On the spot means before the office closes on the
    working day of the start, or on the next one when it is already closed.
    """
    start = shanghai(start)
    match limit.unit:
        case Unit.WORKING_DAYS:
            days = tuple(_working_days(start.date(), limit.amount, calendar))
            last = days[-1].date if days else start.date()
            return _closing(last, days, calendar, [d.date for d in days])
        case Unit.NATURAL_DAYS:
            last = start.date() + timedelta(days=limit.amount)
            counted = [DayCount(start.date() + timedelta(days=n), True, "自然日") for n in range(1, limit.amount + 1)]
            rolled = list(_roll(last, calendar))
            end = rolled[-1].date if rolled else last
            return _closing(end, (*counted, *rolled), calendar, [last, *(d.date for d in rolled)])
        case Unit.MONTHS:
            last = months_on(start.date(), limit.amount)
            rolled = list(_roll(last, calendar))
            end = rolled[-1].date if rolled else last
            return _closing(end, tuple(rolled), calendar, [last, *(d.date for d in rolled)])
        case Unit.HOURS:
            return Due(start + timedelta(hours=limit.amount), False, calendar.edition, ())
        case Unit.OFFICE_HOURS:
            return _office_hours(start, limit.amount, calendar)
        case Unit.ON_THE_SPOT:
            day, looked = start.date(), [start.date()]
            while not calendar.day(day).working or start > _closing_time(day, calendar):
                day += ONE_DAY
                looked.append(day)
            return _closing(day, (), calendar, looked)


def _working_days(start: date, amount: int, calendar: Calendar) -> Iterator[DayCount]:
    day, left = start, amount
    while left > 0:
        day += ONE_DAY
        what = calendar.day(day)
        left -= what.working
        yield DayCount(day, what.working, what.reason)


def _roll(last: date, calendar: Calendar) -> Iterator[DayCount]:
    """Nothing when `last` is a working day; else the rest days after it and the working day that takes its place."""
    day, what = last, calendar.day(last)
    while not what.working:
        reason = what.reason
        day += ONE_DAY
        what = calendar.day(day)
        yield DayCount(day, False, f"{ROLLED}（{last:%m-%d} {reason}）" if what.working else what.reason)


def months_on(start: date, months: int) -> date:
    """The corresponding day of the last month, or its last day where there is none (民法典 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _office_hours(start: datetime, hours: int, calendar: Calendar) -> Due:
    left, day, looked = timedelta(hours=hours), start.date(), []
    while True:
        looked.append(day)
        for opens, closes in calendar.hours(day) if calendar.day(day).working else ():
            begin, end = max(start, _at(day, opens)), _at(day, closes)
            if begin < end and left <= end - begin:
                return Due(begin + left, _provisional(looked, calendar), calendar.edition, ())
            left -= max(end - begin, timedelta(0))
        day += ONE_DAY


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI)


def _closing_time(day: date, calendar: Calendar) -> datetime:
    return _at(day, calendar.hours(day)[-1][1])


def _closing(day: date, days: tuple[DayCount, ...], calendar: Calendar, looked: list[date]) -> Due:
    return Due(_closing_time(day, calendar), _provisional(looked, calendar), calendar.edition, days)


def _provisional(days: list[date], calendar: Calendar) -> bool:
    return not all(calendar.day(day).firm for day in days)


def remaining(due: datetime, now: datetime, calendar: Calendar, *, started: datetime | None = None) -> Remaining:
    """What is left until `due`: "还剩 2 个工作日", or minutes on the last day.

    Amber with one working day left or 90 % used up, and for limits of a day or less with 75 % of the minutes used up
    (needs `started`); red when it is over. Only for showing: the law is in `due`.
    """
    due, now = shanghai(due), shanghai(now)
    if now > due:
        late = _count(due.date(), now.date(), calendar)
        return Remaining(f"已超期 {late} 个工作日" if late else f"已超期 {_span(now - due)}", "red")
    left = _count(now.date(), due.date(), calendar)
    used = (now - shanghai(started)) / (due - shanghai(started)) if started and shanghai(started) < due else 0.0
    if started and _count(shanghai(started).date(), due.date(), calendar) <= 1:
        tone: Tone = "amber" if used >= 0.75 else "green"
    else:
        tone = "amber" if left <= 1 or used >= 0.9 else "green"
    if now.date() == due.date():
        return Remaining(f"今天 {due:%H:%M} 到期，还剩 {_span(due - now)}", tone)
    if left == 0:
        return Remaining(f"{due.month}月{due.day}日 {due:%H:%M} 到期", tone)
    return Remaining(f"还剩 {left} 个工作日", tone)


def _count(after: date, until: date, calendar: Calendar) -> int:
    """The working days after one day up to another, that one included."""
    return sum(calendar.day(after + timedelta(days=n)).working for n in range(1, (until - after).days + 1))


def _span(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [f"{hours} 小时"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes} 分钟")
    return " ".join(parts)
