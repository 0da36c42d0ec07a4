"""Which windows and items lack a point, and since when: a past day's coverage counts what was lacking then."""

from __future__ import annotations

from datetime import datetime

from lianban.feedback.points.importing import missing_of
from lianban.outside.database import connection, transaction
from lianban.tables.ids import new_id

_OPEN = "SELECT kind, what FROM point_gaps WHERE region_code = $1 AND until IS NULL"
_CLOSE = "UPDATE point_gaps SET until = $4 WHERE region_code = $1 AND kind = $2 AND what = $3 AND until IS NULL"
_ADD = """
INSERT INTO point_gaps (id, region_code, kind, what, name, department, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def note_gaps(region: str, at: datetime) -> None:
    """Write down what lacks a point now and did not before, or no longer. Nothing is written where nothing changed."""
    if await _changes(region) == (set(), set()):
        return
    async with transaction():
        conn = connection()
        # Of two who note at once the second finds it noted.
        await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"gaps {region}")
        fresh, over = await _changes(region)
        await conn.executemany(_CLOSE, [(region, *one, at) for one in sorted(over)])
        lacking = {(one.kind, one.window or one.item): one for one in await missing_of(region)}
        rows = [
            (new_id(at), region, kind, what, lacking[kind, what].name, lacking[kind, what].department, at)
            for kind, what in sorted(fresh & lacking.keys())
        ]
        await conn.executemany(_ADD, rows)


async def _changes(region: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What lacks a point and is not noted, and what is noted and lacks one no longer."""
    lacking = {(one.kind, one.window or one.item) for one in await missing_of(region)}
    async with transaction():
        noted = {(row["kind"], row["what"]) for row in await connection().fetch(_OPEN, region)}
    return lacking - noted, noted - lacking
