"""Which days are working days, and when the offices are open (行政许可法 82; 民法典 203).

A day is firm only in a year that a shipped notice of 国务院办公厅 covers. Other years are worked out from the weekends
and the statutory holidays of the `holidays` package and stay provisional (R-T7): make-up days are never guessed.
A region may lay an overlay on top: holidays of its own, or an emergency closure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from lianban import errors

CATALOG = Path(__file__).parents[1] / "catalog"
WEEKDAYS = "周一 周二 周三 周四 周五 周六 周日".split()
FIRST_YEAR, LAST_YEAR = 2000, 2100
ONE_DAY = timedelta(days=1)

Span: TypeAlias = tuple[time, time]
"""Opening and closing time of a part of the day."""

STANDARD_HOURS: tuple[Span, ...] = ((time(9), time(12)), (time(13), time(17)))


@dataclass(frozen=True, slots=True)
class Day:
    """What a day is, why, and whether that is certain."""

    working: bool
    reason: str
    firm: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """The yearly notice on holidays: `off` and `work` name each day that differs from the plain week."""

    year: int
    number: str
    off: Mapping[date, str]
    work: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Season:
    """Office hours of a part of the year. `first` and `last` are (month, day), both included, and may pass New Year."""

    first: tuple[int, int]
    last: tuple[int, int]
    hours: tuple[Span, ...]

    def covers(self, day: date) -> bool:
        """Whether `day` lies in this season."""
        at = (day.month, day.day)
        return self.first <= at <= self.last if self.first <= self.last else at >= self.first or at <= self.last


@dataclass(frozen=True, slots=True)
class Overlay:
    """Days a region adds to the national calendar, with the document they rest on; it goes before the notice."""

    name: str
    basis: str
    off: Mapping[date, str] = field(default_factory=dict)
    work: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days and office hours of one region: a plain value, the same answer every time."""

    region: str = ""
    notices: Mapping[int, Notice] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    overlays: tuple[Overlay, ...] = ()

    def day(self, day: date) -> Day:
        """What `day` is. Never fails."""
        for overlay in reversed(self.overlays):
            if day in overlay.off:
                return Day(False, overlay.off[day], True)
            if day in overlay.work:
                return Day(True, overlay.work[day], True)
        firm = day.year in self.notices
        # The notice of one year may reach into its neighbours (New Year), whether or not those have one.
        for year in (day.year, day.year + 1, day.year - 1):
            if notice := self.notices.get(year):
                if day in notice.off:
                    return Day(False, notice.off[day], True)
                if day in notice.work:
                    return Day(True, notice.work[day], True)
        if not firm and (guess := _provisional(day.year).get(day)):
            return guess
        weekend = day.weekday() >= 5
        return Day(not weekend, WEEKDAYS[day.weekday()] if weekend else "工作日", firm)

    def hours(self, day: date) -> tuple[Span, ...]:
        """The office hours that hold on `day` if it is a working day, in order."""
        return next((s.hours for s in self.seasons if s.covers(day)), STANDARD_HOURS)

    def over(self, overlay: Overlay) -> Calendar:
        """This calendar with one more overlay on top."""
        return replace(self, overlays=(*self.overlays, overlay))

    def with_notices(self, notices: Iterable[Notice]) -> Calendar:
        """This calendar with further yearly notices; one for a year that is there already takes its place."""
        return replace(self, notices={**self.notices, **{n.year: n for n in notices}})

    @property
    def edition(self) -> str:
        """The name of exactly this calendar: its years, its overlays and a digest of all its days and hours."""
        years = "、".join(str(y) for y in sorted(self.notices)) or "无通知"
        names = "".join(f"+{o.name}" for o in self.overlays)
        return f"{self.region or '全国'}·{years}{names}·{self._digest()}"

    def _digest(self) -> str:
        days = [
            (n.year, n.number, sorted(n.off.items()), sorted(n.work.items()))
            for n in sorted(self.notices.values(), key=lambda n: n.year)
        ]
        overlays = [(o.name, o.basis, sorted(o.off.items()), sorted(o.work.items())) for o in self.overlays]
        return hashlib.sha256(repr((days, self.seasons, overlays)).encode()).hexdigest()[:8]


@cache
def _provisional(year: int) -> Mapping[date, Day]:
    """What the `holidays` package knows of a year without a notice."""
    # Takes a third of a second to import; years with a notice do not need it.
    from holidays.countries.china import China

    try:
        known: Any = China(years=year, language="zh_CN")  # type: ignore[no-untyped-call]
    except (KeyError, ValueError, IndexError, OverflowError):
        return {}
    days = {d: Day(False, str(name), False) for d, name in known.items() if d.year == year}
    return days | {d: Day(True, "调休上班", False) for d in known.weekend_workdays if d.year == year}


def days_of(year: int) -> Iterator[date]:
    """Every day of a year, in order."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY


def show(year: int, calendar: Calendar) -> dict[str, Any]:
    """The body of `calendar show`: each day of the year, the number of working days, the calendar's edition.

    Raises Invalid for a year outside 2000–2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise errors.Invalid(f"只能查看 {FIRST_YEAR}–{LAST_YEAR} 年的日历，请改用其中的年份。")
    days = [(d, calendar.day(d)) for d in days_of(year)]
    return {
        "year": year,
        "calendar": calendar.edition,
        "provisional": not all(day.firm for _, day in days),
        "working_days": sum(day.working for _, day in days),
        "days": [
            {"date": d.isoformat(), "working": day.working, "reason": day.reason, "firm": day.firm} for d, day in days
        ],
    }


def calendar_for(region: str = "", notices: Iterable[Path] = (), catalog: Path = CATALOG) -> Calendar:
    """The calendar of a region ("" is the national one): shipped notices, its office hours, and further notice files.

    Raises Invalid, naming the file, when one of them cannot be read.
    """
    shipped = _shipped(region, catalog)
    extra = [read_notice(path) for path in notices]
    return shipped.with_notices(extra) if extra else shipped


@lru_cache(maxsize=64)
def _shipped(region: str, catalog: Path) -> Calendar:
    notices = [read_notice(path) for path in sorted((catalog / "calendars").glob("*.yaml"))]
    hours = catalog / region / "hours.yaml"
    seasons = read_hours(hours) if region and hours.is_file() else ()
    return Calendar(region, {n.year: n for n in notices}, seasons)


def read_notice(path: Path) -> Notice:
    """A notice file: `notice`, `year`, `off` (each `festival` with `from` and `to`, or `dates`), `work` (dates)."""
    content = _mapping(path)
    try:
        off: dict[date, str] = {}
        for entry in content.get("off") or ():
            off |= dict.fromkeys(_dates(entry), entry["festival"])
        work: dict[date, str] = {}
        for entry in content.get("work") or ():
            if isinstance(entry, str):
                work[date.fromisoformat(entry)] = "调休上班"
            else:
                work |= dict.fromkeys(_dates(entry), f"{entry['festival']}调休上班")
        return Notice(int(content["year"]), content["notice"], off, work)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise errors.Invalid(f"{path}：放假通知的内容不完整（{error}），请对照已有年份的文件修改。") from error


def _dates(entry: Mapping[str, Any]) -> Iterator[date]:
    if "date" in entry:
        yield date.fromisoformat(entry["date"])
    for text in entry.get("dates") or ():
        yield date.fromisoformat(text)
    if "from" in entry:
        day, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry.get("to", entry["from"]))
        while day <= last:
            yield day
            day += ONE_DAY


def read_hours(path: Path) -> tuple[Season, ...]:
    """Office hours by season: `hours`, a list of `from` and `to` (MM-DD) with `open` (9:00-12:00, …)."""
    content = _mapping(path)
    try:
        return tuple(
            Season(
                _month_day(entry.get("from", "01-01")),
                _month_day(entry.get("to", "12-31")),
                tuple(_span(text) for text in entry["open"]),
            )
            for entry in content["hours"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise errors.Invalid(f"{path}：办公时间的内容不完整（{error}），请写成 9:00-12:00 这样的时段。") from error


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _span(text: str) -> Span:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)", text.strip())
    if not found:
        raise ValueError(text)
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start >= end:
        raise ValueError(text)
    return start, end


def _mapping(path: Path) -> Mapping[str, Any]:
    try:
        # BaseLoader leaves every scalar as the text it is: 8:30 stays 8:30.
        content = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    except (OSError, yaml.YAMLError) as error:
        raise errors.Invalid(f"{path}：文件读不出来，请检查路径和 YAML 格式。") from error
    if not isinstance(content, dict):
        raise errors.Invalid(f"{path}：文件内容不是“名称: 值”的列表，请对照已有年份的文件修改。")
    return content
