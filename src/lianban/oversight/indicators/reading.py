"""Sheets: all counts of a region in a period, as known at the end of a day, department by department.

A sheet is made once and kept: to read it is one look-up. What was known on a past day does not change any more; of
today it is made anew whenever something has happened since (the latest line of the journal, the latest rating).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from lianban.feedback import points
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.oversight.indicators import rollups
from lianban.oversight.indicators.populations import POPULATIONS
from lianban.rules.indicators import WHOLE

Counts = dict[str, int]
SETTLED = timedelta(minutes=10)
KEPT = timedelta(days=40)
"""How long a sheet is kept before it is made again."""

_ROLLED = """
SELECT {department} AS department, {columns} FROM {table}
WHERE region_code = $1 AND day BETWEEN $2 AND LEAST($3::date, $4::date) AND known <= $4 GROUP BY 1
"""
# What the rows of a roll-up are → its table, and whose they are: the centre answers for all upward reports.
_TABLES = {
    "rating": ("rating_rollups", "department"),
    "occasion": ("occasion_rollups", "department"),
    "report": ("report_rollups", "''"),
}
# Not every statement needs all of the parameters; PostgreSQL wants to hear of each.
ALL = "($2::date, $3::date, $4::date, $5::timestamptz) IS DISTINCT FROM NULL"
_LISTED = f"SELECT department, sum(amount)::bigint AS n FROM ({{rows}}) rows WHERE {ALL} GROUP BY department"
# Reports whose time ends later today: the roll-up has them as due today.
_PENDING = """
SELECT count(*) FROM upward_reports WHERE region_code = $1 AND status <> 'accepted' AND accepted_at IS NULL
  AND day BETWEEN $2 AND LEAST($3::date, $4::date)
  AND due_by >= $5 AND due_by < ($4::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
"""
READ = """
SELECT department, figures, seen, counted_at FROM indicator_sheets
WHERE region_code = $1 AND since = $2 AND until = $3 AND known = $4
"""
ONE = f"{READ} AND department = $5"
_KEEP = """
INSERT INTO indicator_sheets (region_code, since, until, known, department, figures, seen, counted_at)
SELECT $1, $2, $3, $4, u.department, u.figures, $7, $8 FROM unnest($5::text[], $6::jsonb[]) AS u (department, figures)
"""
_DROP = "DELETE FROM indicator_sheets WHERE region_code = $1 AND since = $2 AND until = $3 AND known = $4"
_FORGET = "DELETE FROM indicator_sheets WHERE counted_at < $1"
_LATEST = "SELECT position FROM journal ORDER BY position DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Sheet:
    """Counts by department ("" is the window and the centre), WHOLE for all; as `known` at the end of that day."""

    region: str
    period: Period
    known: date
    units: Mapping[str, Counts]
    counted_at: datetime

    def of(self, department: str) -> Counts:
        """The counts of one unit; all nought for one of which nothing is known."""
        return self.units.get(department, {})


async def sheet(region: str, period: Period, *, known: date, at: datetime) -> Sheet:
    """The sheet as known at the end of `known`, of today as it is now. `known` is no later than today."""
    today = local(at).date()
    seen = ""
    if known >= today:
        # One look-up each; today's counts are made anew only if something has happened.
        seen = await rollups.refresh(at, only_new=True)
        async with transaction():
            seen = f"{seen} {await connection().fetchval(_LATEST)}"
    async with transaction():
        rows = await connection().fetch(READ, region, period.since, period.until, known)
    found = {row["department"]: row for row in rows}
    if WHOLE not in found or not _holds(found[WHOLE], known, seen, at):
        await _make(region, period, known, seen, at)
        async with transaction():
            rows = await connection().fetch(READ, region, period.since, period.until, known)
        found = {row["department"]: row for row in rows}
    units = {unit: json.loads(row["figures"]) for unit, row in found.items()}
    return Sheet(region, period, known, units, local(found[WHOLE]["counted_at"]))


async def read(region: str, period: Period, *, known: date, department: str = WHOLE) -> Counts | None:
    """The counts of one unit as they were last made, None if they never were: one look-up."""
    row = await connection().fetchrow(ONE, region, period.since, period.until, known, department)
    return json.loads(row["figures"]) if row else None


def _holds(row: Mapping[str, Any], known: date, seen: str, at: datetime) -> bool:
    """Whether a sheet is still what was known: made when that day was over, or lately and nothing has happened since.

    What was in hand at the end of a day, or when the latest line was looked for, has ended a little later.
    """
    counted_at = local(row["counted_at"])
    over = datetime.combine(known + timedelta(days=1), time(), SHANGHAI) + SETTLED
    return counted_at >= over or (row["seen"] == seen != "" and at - counted_at < SETTLED)


async def _make(region: str, period: Period, known: date, seen: str, at: datetime) -> None:
    """Count everything and keep it, in place of what was there."""
    if known < local(at).date():
        # The last ratings of a day, and marks of that day, may not have been counted yet.
        await rollups.refresh(at, only_new=True)
    else:
        await points.note_gaps(region, at)
    async with transaction():
        conn = connection()
        await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"sheet {region} {period} {known}")
        there = await conn.fetchrow(ONE, region, period.since, period.until, known, WHOLE)
        if there is not None and _holds(there, known, seen, at):
            # Somebody else has made it while this one waited.
            return
        units = await counted(region, period, known, just_after(at))
        await conn.execute(_DROP, region, period.since, period.until, known)
        await conn.execute(
            _KEEP,
            region,
            period.since,
            period.until,
            known,
            list(units),
            [json.dumps(counts) for counts in units.values()],
            seen,
            at,
        )


async def forget(at: datetime) -> None:
    """Throw away old sheets: they can be made again at any time. One of the day's chores."""
    async with transaction():
        await connection().execute(_FORGET, at - KEPT)


def just_after(at: datetime) -> datetime:
    """What has happened until `at`, that instant included, happened before this one."""
    return at + timedelta(microseconds=1)


async def counted(region: str, period: Period, known: date, before: datetime | None = None) -> dict[str, Counts]:
    """All counts by department and WHOLE, from the roll-ups and the rows, in the caller's transaction. What ends later
    today has not ended `before` now."""
    conn = connection()
    args = (region, period.since, period.until, known)
    units: dict[str, Counts] = {WHOLE: dict.fromkeys(POPULATIONS, 0)}

    def add(department: str, name: str, n: int) -> None:
        if n:
            units.setdefault(department, {})[name] = n
            units[WHOLE][name] += n

    rolled = {name: one for name, one in POPULATIONS.items() if one.where}
    for of, (table, department) in _TABLES.items():
        names = [name for name, one in rolled.items() if one.of == of]
        columns = ", ".join(
            f"COALESCE(sum(n) FILTER (WHERE {rolled[name].where}), 0)::bigint AS {name}" for name in names
        )
        statement = _ROLLED.format(department=department, columns=columns, table=table)
        for row in await conn.fetch(statement, *args):
            for name in names:
                add(row["department"], name, row[name])
    for name, one in POPULATIONS.items():
        if not one.where:
            for row in await conn.fetch(_LISTED.format(rows=one.rows), *args, before):
                add(row["department"], name, row["n"])
    pending = await conn.fetchval(_PENDING, *args, before) if before else 0
    for unit in ("", WHOLE) if pending else ():
        units[unit]["reports"] -= pending
    return units


async def recounted(region: str, period: Period, known: date, before: datetime | None = None) -> dict[str, Counts]:
    """The same from the rows alone, without any roll-up: what the figures must equal. Slow; for proof."""
    units: dict[str, Counts] = {WHOLE: dict.fromkeys(POPULATIONS, 0)}
    for name, one in POPULATIONS.items():
        args = (region, period.since, period.until, known, before)
        for row in await connection().fetch(_LISTED.format(rows=one.rows), *args):
            if row["n"]:
                units.setdefault(row["department"], {})[name] = row["n"]
                units[WHOLE][name] += row["n"]
    return units


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))
