"""The strip of a deadline: month by month, each day counted or not, and why; for hours and months their steps.

Made from what the clock says of itself (`clock.Due`): nothing is reckoned a second time. Plain values, ready to show.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from lianban.rules.calendar import ONE_DAY, Calendar
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Due, Extension, History, shanghai
from lianban.rules.clock.stops import PAUSED

DAY_UNITS = (Unit.WORKING_DAYS, Unit.NATURAL_DAYS)
START = "起算当日，不计入"
START_BASIS = "民法典第二百零一条"
WEEKEND = ("周六", "周日")
MARKS = {
    "start": "起算",
    "counted": "计入",
    "makeup": "调休上班，计入",
    "weekend": "周末，不计",
    "holiday": "放假，不计",
    "paused": "暂停，不计",
    "other": "不计",
}
"""What a day can be on the strip, in the order of the legend."""


@dataclass(frozen=True, slots=True)
class Square:
    """One day. `n` is which of the limit's days it is (0: none); `mark` the word in the square, `why` the whole reason.

    `kind` is one of `MARKS`; `paper` the number of the notice that paused the clock or gave the extension the day
    belongs to; `firm` False on a day of a year without a holiday notice.
    """

    date: date
    kind: str
    n: int
    mark: str
    why: str
    paper: str = ""
    extended: bool = False
    last: bool = False
    today: bool = False
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday; None is a day of another month, or before the start or after the end."""

    title: str
    weeks: tuple[tuple[Square | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many days were left out for one reason."""

    reason: str
    days: int


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a limit in hours or months; `minutes` counted in it, `total` so far; 0 where nothing counts."""

    since: datetime
    until: datetime
    minutes: int
    total: int
    reason: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A deadline explained. `budget` is the number of days with its extensions, 0 for limits that are none in days."""

    squares: tuple[Square, ...]
    months: tuple[Month, ...]
    legend: tuple[tuple[str, str], ...]
    left_out: tuple[Tally, ...]
    lines: tuple[Line, ...]
    budget: int
    unit: str


def strip(due: Due, history: History, calendar: Calendar, *, today: date | None = None) -> Strip:
    """The strip of a clock that was reckoned from `history` with `calendar`."""
    squares = _squares(due, history, calendar, today)
    kinds = {s.kind for s in squares}
    return Strip(
        squares=squares,
        months=tuple(_months(squares)),
        legend=tuple((kind, words) for kind, words in MARKS.items() if kind in kinds),
        left_out=tuple(_left_out(squares)),
        lines=tuple(_lines(due)),
        budget=max((s.n for s in squares), default=0),
        unit="个工作日" if history.limit.unit is Unit.WORKING_DAYS else "天",
    )


def _squares(due: Due, history: History, calendar: Calendar, today: date | None) -> tuple[Square, ...]:
    if not due.days:
        return ()
    granted, n = _granted(history), 0
    start = shanghai(history.start).date()
    found: list[Square] = []
    if due.days[0].date > start:
        mark = Square(start, "start", 0, "起算", f"{START}（{START_BASIS}）", today=start == today)
        # The limit may begin days after the event: what lies between is shown by the clock itself, if at all.
        found.append(replace(mark, firm=calendar.day(start).firm))
    for day in due.days:
        n += day.counted
        kind = _kind(day.counted, day.reason, calendar, day.date)
        extension = _extension(n, history.limit, granted) if day.counted else None
        why = day.reason
        if extension:
            why = f"{why}，延长的期限{f'（{extension.paper}）' if extension.paper else ''}"
        found.append(
            Square(
                date=day.date,
                kind=kind,
                n=n if day.counted else 0,
                mark=_mark(kind, n, day.reason),
                why=why,
                paper=day.paper or (extension.paper if extension else ""),
                extended=extension is not None,
                last=day.date == due.instant.date(),
                today=day.date == today,
                firm=calendar.day(day.date).firm,
            )
        )
    return tuple(found)


def _granted(history: History) -> list[Extension]:
    return sorted(history.extensions, key=lambda e: (shanghai(e.at), e.limit.unit.value, e.limit.amount))


def _extension(n: int, limit: Limit, granted: list[Extension]) -> Extension | None:
    """The extension to which the n-th day belongs; None while it is one of the limit itself."""
    reach = limit.amount if limit.unit in DAY_UNITS else 0
    if n <= reach:
        return None
    for one in granted:
        reach += one.limit.amount if one.limit.unit in DAY_UNITS else 0
        if n <= reach:
            return one
    return None


def _kind(counted: bool, reason: str, calendar: Calendar, day: date) -> str:
    if counted:
        return "makeup" if calendar.day(day).working and day.weekday() >= 5 else "counted"
    if reason.startswith(PAUSED):
        return "paused"
    if reason in WEEKEND:
        return "weekend"
    return "other" if calendar.day(day).working else "holiday"


def _mark(kind: str, n: int, reason: str) -> str:
    match kind:
        case "counted" | "makeup":
            return f"第{n}天"
        case "paused":
            return "暂停"
        case "weekend":
            return "休"
        case "holiday":
            # 中秋节 → 中秋: what fits a square; the whole name stands in the list.
            return reason.removesuffix("节")[:2]
        case _:
            return "不计"


def _months(squares: tuple[Square, ...]) -> Iterable[Month]:
    for (year, month), days in groupby(squares, key=lambda s: (s.date.year, s.date.month)):
        by_date = {s.date: s for s in days}
        first, last = min(by_date), max(by_date)
        monday = first - timedelta(days=first.weekday())
        weeks = []
        while monday <= last:
            weeks.append(tuple(by_date.get(monday + n * ONE_DAY) for n in range(7)))
            monday += 7 * ONE_DAY
        yield Month(f"{year}年{month}月", tuple(weeks))


def _left_out(squares: tuple[Square, ...]) -> Iterable[Tally]:
    """The days that did not count by reason, the start among them; weekends together."""
    reasons: dict[str, int] = {}
    for one in squares:
        if one.n:
            continue
        word = {"weekend": "周末", "start": "起算当日"}.get(one.kind, one.why)
        reasons[word] = reasons.get(word, 0) + 1
    return (Tally(reason, days) for reason, days in reasons.items())


def _lines(due: Due) -> Iterable[Line]:
    total = 0
    for step in due.steps:
        total += step.minutes
        yield Line(step.since, step.until, step.minutes, total, step.reason)
