"""Ratings by the million, as text for COPY: one day after another, never more than a piece of a day in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta

import asyncpg
from ground import REGION

from lianban.outside.clock import SHANGHAI
from lianban.rules.ratings.tokens import LETTERS, occasion_token

DEPARTMENTS = (
    *("", "public_security", "healthcare_security", "human_resources", "social_insurance", "market_regulation"),
    *("urban_management", "fire_rescue", "tax", "health"),
    *(f"unit{n:02}" for n in range(70)),
)
"""Eighty units: the centre, nine of the catalogue and others."""
CHANNELS = ("terminal", "terminal", "static_qr", "dynamic_qr", "sms", "portal", "self_service", "paper")
GRADES = (5, 5, 5, 5, 5, 5, 4, 4, 4, 3)
PIECE = 20_000
"""Lines that are handed to COPY at a time."""
RATINGS = (
    "day", "id", "region_code", "at", "given_at", "kind", "step", "channel", "source", "grade", "standing",
    "occasion_id", "department", "window_name",
)  # fmt: skip
OCCASIONS = (
    "day", "id", "region_code", "token", "kind", "step", "matter", "department", "window_name", "opened_at",
    "expires_at", "rated_at", "rating_id",
)  # fmt: skip


class Day:
    """The ratings of a day, the n-th of all from `start` on; every `negative`-th of all is negative, 0 for none."""

    def __init__(self, day: date, start: int, count: int, negative: int) -> None:
        self.day, self.start, self.count, self.negative = day, start, count, negative
        opening = datetime(day.year, day.month, day.day, 8, tzinfo=SHANGHAI)
        self.first = int(opening.timestamp() * 1000)
        self.step = 36_000_000 / max(count, 1)
        # The month of a token is two letters; the rest of ours tells its number.
        self.month = occasion_token(day)[:2]

    def lines(self) -> Iterator[tuple[int, int]]:
        """Number and millisecond of each."""
        for n in range(self.count):
            yield self.start + n, self.first + int(n * self.step)

    def ratings(self) -> Iterator[str]:
        """Lines of the table of ratings."""
        day, negative = self.day.isoformat(), self.negative
        for n, ms in self.lines():
            grade = 1 if negative and n % negative == negative - 1 else GRADES[n % 10]
            at = f"{day} {_clock(ms - self.first)}+08"
            yield (
                f"{day}\t{_id(ms + 60_000, n)}\t{REGION}\t{at}\t{at}\tvisit\tservice\t{CHANNELS[n % 8]}\tcitizen\t"
                f"{grade}\tcounted\t{_id(ms, n)}\t{DEPARTMENTS[n % 80]}\twindow {n % 7}\n"
            )

    def occasions(self) -> Iterator[str]:
        """Lines of the table of occasions, all rated."""
        day, expires = self.day.isoformat(), (self.day + timedelta(days=30)).isoformat()
        for n, ms in self.lines():
            at = f"{day} {_clock(ms - self.first)}+08"
            yield (
                f"{day}\t{_id(ms, n)}\t{REGION}\t{self.month}{_letters(n)}\tvisit\tservice\tservice\t"
                f"{DEPARTMENTS[n % 80]}\twindow {n % 7}\t{at}\t{expires} 18:00:00+08\t{at}\t{_id(ms + 60_000, n)}\n"
            )


def _id(ms: int, n: int) -> str:
    """A time-ordered id of that millisecond, none twice."""
    text = f"{ms:012x}7{n & 0xFFF:03x}8{n:015x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{8 + seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _letters(n: int) -> str:
    """Fifteen letters that lie anywhere in the index, like random ones."""
    scattered = n * 0x9E3779B97F4A7C15 % (1 << 75)
    return "".join(LETTERS[scattered >> shift & 31] for shift in range(0, 75, 5))


async def _pieces(lines: Iterator[str]) -> AsyncIterator[bytes]:
    piece: list[str] = []
    for line in lines:
        piece.append(line)
        if len(piece) == PIECE:
            yield "".join(piece).encode()
            piece = []
    yield "".join(piece).encode()


async def load(conn: asyncpg.Connection[asyncpg.Record], day: Day, *, occasions: bool) -> None:
    """COPY a day into its tables."""
    if occasions:
        await conn.copy_to_table("occasions", source=_pieces(day.occasions()), columns=OCCASIONS)
    await conn.copy_to_table("ratings", source=_pieces(day.ratings()), columns=RATINGS)


def days_of(since: date, days: int, ratings: int, negative: int = 0) -> Iterator[Day]:
    """So many ratings spread evenly over so many days."""
    start = 0
    for n in range(days):
        end = ratings * (n + 1) // days
        yield Day(since + timedelta(days=n), start, end - start, negative)
        start = end
