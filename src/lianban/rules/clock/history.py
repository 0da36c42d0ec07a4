"""The events a clock is made of, and what is derived from them. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lianban import errors
from lianban.rules.catalog.types import Limit

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE = timedelta(microseconds=1)
"""A due instant is still in time; the first late instant is this much after it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that is not counted, [since, until): always with an end, which was told in writing (行政许可法 45).

    `paper` is the number of the notice. One that ends before it begins takes no time at all.
    """

    since: datetime
    until: datetime
    reason: str = ""
    basis: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """More time, granted at `at` (行政许可法 42). How often and by whom is for the verb to say."""

    limit: Limit
    at: datetime
    reason: str = ""
    basis: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All a clock is. The order of pauses and extensions does not matter.

    `first_day_counts` departs from 民法典 201 (the day of the start is not counted) where a jurisdiction does.
    `stopped` ends the marks; the due instant stays what it was.
    """

    start: datetime
    limit: Limit
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped: datetime | None = None
    first_day_counts: bool = False


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day on the way to the due day: whether it used up a part of the limit, and why (not).

    `paper` is the number of the notice that paused the clock on that day.
    """

    date: date
    counted: bool
    reason: str
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch on the way to the due instant; each begins where the one before ended.

    `minutes` are those that were counted, so a pause or a closed office has none.
    """

    since: datetime
    until: datetime
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a limit. `provisional` when it hangs on a year without a holiday notice; `calendar` is its edition.

    `days` explain limits in days: the counted ones add up to the limit with its extensions. `steps` explain hours
    and months and lead from the start to the instant.
    """

    instant: datetime
    provisional: bool
    calendar: str
    days: tuple[DayCount, ...]
    steps: tuple[Step, ...] = ()


def too_long() -> errors.Invalid:
    """The refusal of what leads beyond every office's lifetime."""
    return errors.Invalid("时限连同暂停的时间太长，算不出到期日。请核对起算时间、时限和暂停的起止日期。")


def shanghai(at: datetime) -> datetime:
    """`at` on Shanghai's clocks."""
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def moment(day: date, clock: time) -> datetime:
    """A time of day on a day, in Shanghai."""
    return datetime.combine(day, clock, SHANGHAI)


def days_pause(first: date, last: date, reason: str = "", basis: str = "", paper: str = "") -> Pause:
    """The pause of whole days, both included: from the first midnight to the last. Raises Invalid on Python's last."""
    midnight = time()
    if last == date.max:
        raise too_long()
    return Pause(moment(first, midnight), moment(last + timedelta(days=1), midnight), reason, basis, paper)
