"""When a clock stands still: the union of its pauses, however they overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from lianban.rules.calendar import Calendar
from lianban.rules.clock.history import Pause, moment, shanghai

PAUSED = "暂停计时"


class Stops:
    """The pauses of one clock, merged into stretches that neither touch nor overlap, in order."""

    __slots__ = ("pauses", "spans")

    def __init__(self, pauses: Iterable[Pause]) -> None:
        told = ((shanghai(p.since), shanghai(p.until), p) for p in pauses)
        self.pauses = sorted((t for t in told if t[0] < t[1]), key=lambda t: (t[0], t[1], t[2].paper, t[2].reason))
        spans: list[tuple[datetime, datetime]] = []
        for since, until, _ in self.pauses:
            if spans and since <= spans[-1][1]:
                spans[-1] = spans[-1][0], max(spans[-1][1], until)
            else:
                spans.append((since, until))
        self.spans = [(since, until, since.date(), until.date()) for since, until in spans]

    def before(self, end: datetime) -> Stops:
        """Only the pauses that begin before `end`: one after the limit has run out has no effect."""
        return Stops(p for since, _, p in self.pauses if since < end)

    def until(self, at: datetime) -> datetime | None:
        """When the clock goes on, if it stands still at `at`."""
        return next((until for since, until, _, _ in self.spans if since <= at < until), None)

    def after(self, at: datetime) -> datetime:
        """`at`, or the end of the pause it falls into."""
        return self.until(at) or at

    def over(self, day: date, calendar: Calendar) -> bool:
        """Whether the clock stands still at the close of business of `day`, so that the day is not used up (R-T5)."""
        for since, until, first, last in self.spans:
            if first <= day <= last:
                if first < day < last:
                    return True
                close = closing(day, calendar)
                if since <= close < until:
                    return True
        return False

    def running(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The parts of [begin, end) in which the clock runs."""
        for since, until, _, _ in self.spans:
            if until <= begin:
                continue
            if since >= end:
                break
            if begin < since:
                yield begin, since
            begin = until
        if begin < end:
            yield begin, end

    def why(self, begin: datetime, end: datetime) -> tuple[str, str]:
        """What paused the clock in [begin, end), in words, and the number of the (first) notice."""
        found = [p for since, until, p in self.pauses if since < end and begin < until]
        labels = dict.fromkeys("，".join(part for part in (p.reason, p.paper) if part) for p in found)
        told = "；".join(label for label in labels if label)
        return f"{PAUSED}（{told}）" if told else PAUSED, next((p.paper for p in found if p.paper), "")

    def why_on(self, day: date, calendar: Calendar) -> tuple[str, str]:
        """What paused the clock at the close of business of `day`."""
        close = closing(day, calendar)
        return self.why(close, close.replace(microsecond=close.microsecond + 1))


def closing(day: date, calendar: Calendar) -> datetime:
    """When the office closes on `day`: the end of the day for all limits (民法典 203)."""
    return moment(day, calendar.hours(day)[-1][1])


def opening(day: date, calendar: Calendar) -> datetime:
    """When the office opens on `day`."""
    return moment(day, calendar.hours(day)[0][0])
