"""What is left of a limit, in words that need no colour, and the colour that goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from lianban.rules.calendar import Calendar
from lianban.rules.clock.history import LATE, Pause, shanghai
from lianban.rules.clock.hours import open_between, plain_between
from lianban.rules.clock.stops import Stops, closing

Tone: TypeAlias = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a limit, in words that need no colour, and the colour that goes with them."""

    text: str
    tone: Tone


def remaining(
    due: datetime,
    now: datetime,
    calendar: Calendar,
    *,
    started: datetime | None = None,
    pauses: Sequence[Pause] = (),
) -> Remaining:
    """What is left until `due`: "还剩 2 个工作日", minutes on the last day, "计时暂停" while the clock stands still.

    Amber with one working day left or 90 % used up, and for limits of a day or less with 75 % of the minutes used up
    (needs `started`); red when it is over. Paused days are not left. Only for showing: the law is in `due`.
    """
    due, now, begun = shanghai(due), shanghai(now), shanghai(started) if started else None
    stops = Stops(pauses).before(due)
    if now > due:
        late = _count(due.date(), now.date(), calendar, stops)
        return Remaining(f"已超期 {late} 个工作日" if late else f"已超期 {_span(now - due)}", "red")
    if until := stops.until(now):
        return Remaining(f"计时暂停，{_resumes(until)}", "green")
    left = _count(now.date(), due.date(), calendar, stops)
    tone = _tone(begun, due, now, left, calendar, stops)
    if now.date() == due.date():
        return Remaining(f"今天 {due:%H:%M} 到期，还剩 {_span(plain_between(now, due, stops))}", tone)
    if left == 0:
        return Remaining(f"{due.month}月{due.day}日 {due:%H:%M} 到期", tone)
    return Remaining(f"还剩 {left} 个工作日", tone)


def _tone(begun: datetime | None, due: datetime, now: datetime, left: int, calendar: Calendar, stops: Stops) -> Tone:
    if begun is None or begun >= due:
        return "amber" if left <= 1 else "green"
    whole = _count(begun.date(), due.date(), calendar, stops)
    if whole <= 1:
        minutes = open_between(begun, due, calendar, stops)
        gone = open_between(begun, now, calendar, stops) if minutes else plain_between(begun, now, stops)
        return "amber" if gone >= (minutes or plain_between(begun, due, stops)) * 0.75 else "green"
    closed = now.date() if now >= closing(now.date(), calendar) else now.date() - timedelta(days=1)
    gone_days = _count(begun.date(), closed, calendar, stops)
    return "amber" if left <= 1 or gone_days >= whole * 0.9 - 1e-9 else "green"


def _resumes(until: datetime) -> str:
    """Until when: the last day of a pause of whole days, else the minute it ends."""
    if until.time() == time():
        last = until - LATE
        return f"至 {last.month}月{last.day}日"
    return f"至 {until.month}月{until.day}日 {until:%H:%M}"


def _count(after: date, until: date, calendar: Calendar, stops: Stops) -> int:
    """The working days on which the clock runs after one day up to another, that one included."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(calendar.day(day).working and not stops.over(day, calendar) for day in days)


def _span(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [f"{hours} 小时"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes} 分钟")
    return " ".join(parts)
