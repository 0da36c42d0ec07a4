"""The calendar of one region as a plain value: its notices, its overlays, its office hours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import cache, cached_property
from typing import Any, TypeAlias

from lianban import errors

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
    """A notice on holidays: `off` and `work` name each day that differs from the plain week.

    `status` is "yearly", or "amendment" for a document of the middle of the year that changes the yearly one.
    `number` is empty where the document bears none or it is not known; `source` says where the text was read.
    """

    year: int
    title: str
    off: Mapping[date, str]
    work: Mapping[date, str]
    number: str = ""
    published: date | None = None
    status: str = "yearly"
    source: str = ""

    @property
    def named(self) -> str:
        """Title and number, as papers cite it."""
        return f"{self.title}（{self.number}）" if self.number and self.number not in self.title else self.title

    @property
    def issued(self) -> date:
        """When it was published; where that is not known, the day by which such notices are out."""
        if self.published:
            return self.published
        return date(self.year, 1, 1) if self.status == "amendment" else date(self.year - 1, 12, 31)


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


# Without slots: what is derived from the fields is worked out once and kept beside them.
@dataclass(frozen=True)
class Calendar:
    """The working days and office hours of one region: a plain value, the same answer every time."""

    region: str = ""
    notices: Mapping[int, Notice] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    amendments: tuple[Notice, ...] = ()

    def day(self, day: date) -> Day:
        """What `day` is. Never fails."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._plain(day)
        return found

    @cached_property
    def _days(self) -> dict[date, Day]:
        """What is known of a day: first all that a document names, and then each day that has been asked for."""
        known: dict[date, Day] = {}
        # A notice may reach into the neighbouring year (New Year); the later document goes before the earlier one.
        for notice in self.documents():
            known |= _named(notice.off, notice.work)
        for overlay in self.overlays:
            known |= _named(overlay.off, overlay.work)
        return known

    def _plain(self, day: date) -> Day:
        firm = day.year in self.notices
        if not firm and (guess := _provisional(day.year).get(day)):
            return guess
        weekend = day.weekday() >= 5
        return Day(not weekend, WEEKDAYS[day.weekday()] if weekend else "工作日", firm)

    def documents(self, year: int | None = None) -> tuple[Notice, ...]:
        """The notices of a year, or all of them, in the order in which they were issued."""
        chosen = (n for n in (*self.notices.values(), *self.amendments) if year in (None, n.year))
        return tuple(sorted(chosen, key=lambda n: (n.issued, n.year)))

    def hours(self, day: date) -> tuple[Span, ...]:
        """The office hours that hold on `day` if it is a working day, in order."""
        return next((s.hours for s in self.seasons if s.covers(day)), STANDARD_HOURS)

    def over(self, overlay: Overlay) -> Calendar:
        """This calendar with one more overlay on top."""
        return replace(self, overlays=(*self.overlays, overlay))

    def with_notices(self, notices: Iterable[Notice]) -> Calendar:
        """This calendar with further notices. A yearly one takes the place of that of its year with what amended it."""
        yearly, amendments = dict(self.notices), list(self.amendments)
        for notice in notices:
            if notice.status == "yearly":
                amendments = [a for a in amendments if a.year != notice.year]
                yearly[notice.year] = notice
            else:
                amendments = [a for a in amendments if (a.year, a.title) != (notice.year, notice.title)] + [notice]
        return replace(self, notices=yearly, amendments=tuple(amendments))

    @property
    def horizon(self) -> int:
        """The last year of which the notice is known; 0 without any."""
        return max(self.notices, default=0)

    @cached_property
    def edition(self) -> str:
        """The name of exactly this calendar: its years, its overlays and a digest of all its days and hours."""
        names = "".join(f"+{o.name}" for o in self.overlays)
        return f"{self.region or '全国'}·{_spans(sorted(self.notices)) or '无通知'}{names}·{self._digest()}"

    def _digest(self) -> str:
        days = [
            (n.year, n.named, n.status, sorted(n.off.items()), sorted(n.work.items()))
            for n in sorted(self.documents(), key=lambda n: (n.year, n.issued, n.title))
        ]
        overlays = [(o.name, o.basis, sorted(o.off.items()), sorted(o.work.items())) for o in self.overlays]
        return hashlib.sha256(repr((days, self.seasons, overlays)).encode()).hexdigest()[:8]


def _named(off: Mapping[date, str], work: Mapping[date, str]) -> dict[date, Day]:
    return {d: Day(False, why, True) for d, why in off.items()} | {d: Day(True, why, True) for d, why in work.items()}


def _spans(years: list[int]) -> str:
    """Years as text: 2004–2026, with gaps 2004–2024、2026."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)


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
    """The body of `calendar show`: each day of the year, the number of working days, edition and documents.

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
        "documents": [_document(n) for n in calendar.documents(year)]
        + [
            {"title": o.name, "number": "", "basis": o.basis, "status": "overlay"}
            for o in calendar.overlays
            if any(d.year == year for d in (*o.off, *o.work))
        ],
        "days": [
            {"date": d.isoformat(), "working": day.working, "reason": day.reason, "firm": day.firm} for d, day in days
        ],
    }


def _document(notice: Notice) -> dict[str, Any]:
    return {
        "title": notice.title,
        "number": notice.number,
        "published": notice.published.isoformat() if notice.published else None,
        "status": notice.status,
        "source": notice.source,
    }
