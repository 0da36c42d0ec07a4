"""Entering a rating with five million in the table, and reading a month's indicators.

    .venv/bin/python bench/bench_ratings.py [RATINGS]

An embedded PostgreSQL with its stock settings. Ratings and their occasions are loaded by COPY over the twelve months
before the day. Entering is the whole verb (look up the token, insert, use the occasion up) on freshly minted occasions,
by one connection whose backend's CPU seconds are measured: once with empty tables, once with all of them. Bars: at most
1.3 times as much; the month of the city is read in at most twice one look-up by primary key; the figures equal a
recount from the rows, today and as known before negatives were found invalid.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import asyncpg
import psutil
from ground import AT, REGION, installation, machine, table
from voices import days_of, load

from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import ratings
from lianban.feedback.ratings import Given, change_standing
from lianban.outside import clock, database
from lianban.outside.clock import elapsed
from lianban.outside.database import connection, transaction
from lianban.oversight import indicators
from lianban.oversight.indicators import reading, rollups
from lianban.rules.actors import Actor, Role
from lianban.rules.indicators import WHOLE, figure

WARM, ENTERED, READ = 100, 1000, 2000
SINCE = date(2025, 11, 2)
DAYS = 365
SUPERVISOR = Actor("supervisor", "supervisor", REGION, frozenset({Role.SUPERVISOR}))
YESTERDAY = AT.date() - timedelta(days=1)
OCTOBER = indicators.month_of(date(2026, 10, 15))


async def backend() -> psutil.Process:
    """The process at the other end of the pool's only connection."""
    async with transaction():
        return psutil.Process(await connection().fetchval("SELECT pg_backend_pid()"))


def used(process: psutil.Process) -> float:
    """CPU seconds of a process."""
    times = process.cpu_times()
    return times.user + times.system


async def entered(count: int, at: datetime) -> tuple[float, float]:
    """Milliseconds of the backend's CPU, and of the clock, for each of so many ratings."""
    service = Service(REGION, "visit", "service", "现场服务", department="public_security", window="综合窗口 3 号")
    tokens = []
    async with transaction():
        for _ in range(count):
            tokens.append(await occasions.mint(service, at=at))
    process = await backend()
    before, began = used(process), elapsed()
    for n, token in enumerate(tokens):
        await ratings.rate(token, Given("543"[n % 3], channel="terminal"), at=at)
    return (used(process) - before) / count * 1000, (elapsed() - began) / count * 1000


async def entering(at: datetime) -> tuple[float, float]:
    """The same after a few that warm up; the best of three rounds, the machine being nobody's alone."""
    async with database.pool(1):
        await entered(WARM, at)
        return min([await entered(ENTERED, at + timedelta(minutes=n)) for n in range(3)])


async def loaded(dsn: str, count: int) -> float:
    """Load, then let the server settle; seconds of loading."""
    conn = await asyncpg.connect(dsn)
    began = elapsed()
    for parent in ("ratings", "occasions"):
        await conn.fetchval("SELECT monthly_partitions($1, $2, 16)", parent, SINCE)
    for day in days_of(SINCE, DAYS, count, negative=5000):
        await load(conn, day, occasions=True)
    took = elapsed() - began
    await conn.execute("VACUUM ANALYZE")
    await conn.execute("CHECKPOINT")
    await conn.close()
    return took


async def timed(statement: str, *args: Any) -> float:
    """Median microseconds of a look-up."""
    took = []
    async with transaction():
        for _ in range(READ):
            began = elapsed()
            await connection().fetchrow(statement, *args)
            took.append(elapsed() - began)
    return median(took) * 1e6


async def reads() -> tuple[float, float, float]:
    """Microseconds of one rating by its key, of a unit's month, and of the months of all units together."""
    keys = (REGION, OCTOBER.since, OCTOBER.until, AT.date())
    async with database.pool(1):
        async with transaction():
            row = await connection().fetchrow("SELECT day, id FROM ratings WHERE day = $1 LIMIT 1", OCTOBER.until)
        one = await timed("SELECT * FROM ratings_2026_10 WHERE day = $1 AND id = $2", row["day"], row["id"])
        return one, await timed(reading.ONE, *keys, WHOLE), await timed_all(keys)


async def timed_all(keys: tuple[Any, ...]) -> float:
    """Median microseconds of a whole sheet."""
    took = []
    async with transaction():
        for _ in range(READ // 10):
            began = elapsed()
            await connection().fetch(reading.READ, *keys)
            took.append(elapsed() - began)
    return median(took) * 1e6


async def counted() -> tuple[float, float, float, bool, str]:
    """Seconds of counting a year and of a month's sheet and of its recount, whether all is equal, the rate."""
    period = OCTOBER
    async with database.pool(2):
        began = elapsed()
        await rollups.count([SINCE + timedelta(days=n) for n in range(DAYS + 1)], at=AT)
        rolled = elapsed() - began
        async with transaction():
            bad = await connection().fetch(
                "SELECT id FROM ratings WHERE day >= $1 AND day <= $2 AND grade = 1", period.since, period.until
            )
            for row in bad[::2]:
                await change_standing(row["id"], "invalid", "误评", by=SUPERVISOR, at=AT)
        began = elapsed()
        sheet = await indicators.sheet(REGION, period, known=AT.date(), at=AT)
        made = elapsed() - began
        began, equal = elapsed(), True
        for known in (YESTERDAY, AT.date()):
            async with transaction():
                again = await reading.recounted(REGION, period, known)
            then = await indicators.sheet(REGION, period, known=known, at=AT)
            equal = equal and again == then.units
    return rolled, made, (elapsed() - began) / 2, equal, figure("good", sheet.of(WHOLE)).text


def main(count: int) -> None:
    """Measure and tell."""
    with installation() as dsn, clock.frozen(AT):
        print(machine(dsn))

        async def made_ahead() -> None:
            async with database.pool(1):
                await indicators.prepare(AT)

        asyncio.run(made_ahead())
        empty = asyncio.run(entering(AT))
        took = asyncio.run(loaded(dsn, count))
        full = asyncio.run(entering(AT + timedelta(hours=1)))
        print(f"\n{count:,} ratings and as many occasions loaded by COPY in {took:.0f} s\n")
        table(
            ("entering a rating", "backend CPU ms", "clock ms"),
            (("empty tables", *empty), (f"{count:,} ratings", *full), ("ratio (bar 1.3)", full[0] / empty[0], "")),
        )
        rolled, made, recount, equal, rate = asyncio.run(counted())
        one, month, whole = asyncio.run(reads())
        print()
        table(
            ("reading", "µs", "look-ups"),
            (
                ("one rating by its key", one, 1.0),
                ("the month of the city (bar 2)", month, month / one),
                ("the month of all 80 units", whole, whole / one),
            ),
        )
        print(f"\ncounting {DAYS + 1} days {rolled:.1f} s, a month's sheet {made:.2f} s, its recount {recount:.1f} s")
        print(f"good in {OCTOBER.since:%Y-%m}: {rate}; equal to the recount, now and as known before: {equal}")
        met = full[0] <= 1.3 * empty[0] and month <= 2 * one and equal
        print("bars met" if met else "BARS NOT MET")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
