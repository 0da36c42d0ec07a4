"""A year like that of Yantai: 29.09 million ratings generated, loaded, counted, sealed and reported.

    .venv/bin/python bench/bench_year.py [RATINGS]

An embedded PostgreSQL with its stock settings. Day by day: COPY, count, seal; nothing holds more than a piece of a day.
Of the year's ratings 177 are negative, 167 of which a panel finds invalid later. Bars: the rate is exact (with the full
number 29,089,823 of 29,089,833, printed 99.99%, never 100%), on the day before as it was then known; the memory of this
process does not grow with the year.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from datetime import date, datetime, timedelta

import asyncpg
import psutil
from ground import REGION, installation, machine, table
from voices import days_of, load

from lianban.casework import catalogue
from lianban.feedback.ratings import change_standing
from lianban.outside import clock, database, printing
from lianban.outside.clock import SHANGHAI, elapsed
from lianban.outside.database import connection, transaction
from lianban.oversight import bulletins, indicators
from lianban.oversight.indicators import rollups, seals
from lianban.oversight.indicators.reading import Period, Sheet
from lianban.rules.actors import Actor, Role
from lianban.rules.indicators import WHOLE, figure

YEAR = 2025
SINCE, UNTIL = date(YEAR, 1, 1), date(YEAR, 12, 31)
WHOLE_YEAR = Period(SINCE, UNTIL)
DAYS = 365
NEGATIVE, INVALID = 177, 167
NOW = datetime(YEAR + 1, 1, 12, 9, 30, tzinfo=SHANGHAI)
SUPERVISOR = Actor("supervisor", "supervisor", REGION, frozenset({Role.SUPERVISOR}))
MEGABYTE = 2**20


def memory() -> float:
    """The most that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def server(pid: int) -> float:
    """What the processes of the server hold of their own now, in MiB: their shared buffers are the same for all."""
    postmaster = psutil.Process(pid).parent()
    assert postmaster is not None
    held = 0.0
    for one in [postmaster, *postmaster.children()]:
        try:
            held += one.memory_full_info().uss
        except psutil.NoSuchProcess:
            continue
    return held / MEGABYTE


async def told(dsn: str, count: int) -> list[tuple[object, ...]]:
    """Load the year, a month a row: ratings, seconds of loading, counting, sealing, memory of both sides."""
    conn = await asyncpg.connect(dsn)
    for parent in ("ratings", "occasions"):
        await conn.fetchval("SELECT monthly_partitions($1, $2, 12)", parent, SINCE)
    pid = conn.get_server_pid()
    lines: list[tuple[object, ...]] = []
    took, ratings = [0.0, 0.0, 0.0], 0
    for day in days_of(SINCE, DAYS, count, negative=count // NEGATIVE):
        at = datetime(day.day.year, day.day.month, day.day.day, tzinfo=SHANGHAI) + timedelta(days=1, minutes=30)
        began = elapsed()
        await load(conn, day, occasions=False)
        took[0] += elapsed() - began
        began = elapsed()
        await rollups.count([day.day], at=at)
        took[1] += elapsed() - began
        began = elapsed()
        await seals.seal(day.day, at=at)
        took[2] += elapsed() - began
        ratings += day.count
        if at.month != day.day.month:
            lines.append((f"{day.day:%Y-%m}", ratings, *took, memory(), server(pid)))
            print(f"{day.day:%Y-%m} {ratings:,}", file=sys.stderr, flush=True)
            took, ratings = [0.0, 0.0, 0.0], 0
    await conn.close()
    return lines


async def found_invalid() -> int:
    """The panel finds 167 of the 177 invalid, and the days of those ratings are counted again."""
    async with transaction():
        rows = await connection().fetch("SELECT id FROM ratings WHERE region_code = $1 AND grade <= 2", REGION)
        for row in rows[:INVALID]:
            await change_standing(row["id"], "invalid", "误评", by=SUPERVISOR, at=NOW)
    await rollups.refresh(NOW)
    return len(rows)


async def year(known: date) -> tuple[Sheet, float]:
    """The sheet of the whole year and the seconds of making it."""
    began = elapsed()
    return await indicators.sheet(REGION, WHOLE_YEAR, known=known, at=NOW), elapsed() - began


async def reported() -> tuple[float, int]:
    """Seconds of a quarter's bulletin with its paper, and the bytes of the paper."""
    await catalogue.ship(NOW)
    began = elapsed()
    id = await bulletins.issue("quarter", date(YEAR, 10, 1), "", by=SUPERVISOR, at=NOW)
    paper, _ = await bulletins.paper(id, by=SUPERVISOR)
    return elapsed() - began, len(paper)


async def whole(dsn: str, count: int) -> bool:
    """All of it; whether the bars are met."""
    async with database.pool(2):
        table(
            ("month", "ratings", "COPY s", "count s", "seal s", "this process MiB", "server's own MiB"),
            lines := await told(dsn, count),
        )
        negative = await found_invalid()
        before, _ = await year((NOW - timedelta(days=1)).date())
        after, made = await year(NOW.date())
        rows = []
        for name, sheet in (("before the panel", before), ("after it", after)):
            good, counts = figure("good", sheet.of(WHOLE)), sheet.of(WHOLE)
            shares = (good.numerator, good.denominator, good.text)
            rows.append((name, counts["negatives"], counts["invalid"], *shares, figure("invalid", counts).text))
        print()
        table(("the year", "negative", "invalid", "good", "of valid", "rate", "invalid rate"), rows)
        began = elapsed()
        proof = await seals.verify(REGION)
        verified = elapsed() - began
        seconds, size = await reported()
        printing.stop()
        print(f"\nthe sheet of the year {made:.2f} s; {proof.days} days verified in {verified:.0f} s;", end=" ")
        print(f"a quarter's bulletin with its paper ({size:,} bytes) {seconds:.1f} s")
        exact = (
            negative == NEGATIVE
            and rows[0][3:5] == (count - NEGATIVE, count)
            and rows[1][3:5] == (count - NEGATIVE, count - INVALID)
            and rows[1][5] != "100%"
        )
        bounded = float(str(lines[-1][5])) < 1.3 * float(str(lines[1][5]))
        print(f"exact {exact}, memory bounded {bounded}, seals {not proof.faults}")
        return exact and bounded and not proof.faults


def main(count: int) -> None:
    """Measure and tell."""
    with installation() as dsn, clock.frozen(NOW):
        print(machine(dsn), "\n")
        print("bars met" if asyncio.run(whole(dsn, count)) else "BARS NOT MET")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 29_090_000)
