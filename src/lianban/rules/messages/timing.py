"""When a message may go out: not in the quiet hours; reminders one working day before the end of a limit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from lianban.errors import Invalid
from lianban.rules.calendar import Calendar
from lianban.rules.clock.stops import opening


def clock_time(text: str) -> time:
    """ "21:00" as a time of day. Raises Invalid."""
    try:
        if len(text) != 5:
            raise ValueError
        return time.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"“{text}”不是时刻，请写成 21:00 这样。") from error


def not_before(at: datetime, since: time, until: time) -> datetime:
    """`at`, or the end of the quiet hours it falls into. They may run over midnight; equal times: there are none."""
    now = at.time()
    quiet = since <= now < until if since <= until else now >= since or now < until
    if not quiet:
        return at
    day = at.date() if now < until else at.date() + timedelta(days=1)
    return datetime.combine(day, until, at.tzinfo)


def reminder(due: datetime, calendar: Calendar) -> datetime:
    """When to remind of a limit that ends at `due`: the opening of the last working day before that day."""
    day: date = due.date() - timedelta(days=1)
    while not calendar.day(day).working:
        day -= timedelta(days=1)
    return opening(day, calendar)
