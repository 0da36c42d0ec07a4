"""What was told to the applicant is kept (行政许可法 42, 45; domain G, R-T8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lianban.rules.calendar import ONE_DAY, Calendar
from lianban.rules.catalog.types import Unit
from lianban.rules.clock import hours
from lianban.rules.clock.days import FURTHEST
from lianban.rules.clock.history import Due, shanghai, too_long
from lianban.rules.clock.stops import Stops, closing


def promise(
    told: datetime,
    before: Due,
    after: Due,
    calendar: Calendar,
    unit: Unit,
    *,
    moved: bool = False,
    since: datetime | None = None,
) -> datetime:
    """The promise that holds once the computed due instant went from `before` to `after`.

    An earlier due instant makes an earlier promise; a later one leaves it as it was told. Only a pause or an extension
    whose notice was issued (`moved`) makes it later: by as many units as the due instant moved, never beyond that.
    `since` is when the pause begins or the extension was granted: a promise that was broken before is not healed.
    """
    told, old, new = shanghai(told), shanghai(before.instant), shanghai(after.instant)
    if not moved or new <= old or (since is not None and shanghai(since) > told):
        return min(told, new)
    return min(_later(told, old, new, calendar, unit), new)


def _later(told: datetime, old: datetime, new: datetime, calendar: Calendar, unit: Unit) -> datetime:
    if told >= old:
        return new
    if unit is Unit.HOURS:
        return told + (new - old)
    nothing = Stops(())
    if unit is Unit.OFFICE_HOURS:
        return hours.office_time(told, hours.open_between(old, new, calendar, nothing), calendar, nothing)[0]
    if unit in (Unit.NATURAL_DAYS, Unit.MONTHS):
        day = told.date() + (new.date() - old.date())
        return closing(_working_day(day, 0, calendar), calendar)
    moved, day = 0, old.date()
    while day < new.date():
        day += ONE_DAY
        moved += calendar.day(day).working
    return closing(_working_day(told.date(), moved, calendar), calendar)


def _working_day(day: date, on: int, calendar: Calendar) -> date:
    """The working day `on` working days after `day`; with 0 the day itself or the next one that is a working day."""
    left = on
    for n in range(FURTHEST):
        at = day + timedelta(days=n)
        left -= n > 0 and calendar.day(at).working
        if left <= 0 and (on or calendar.day(at).working):
            return at
    raise too_long()
