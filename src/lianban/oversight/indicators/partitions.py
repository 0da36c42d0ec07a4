"""Months of occasions and ratings are made ahead; what lies in a default partition moves to its month.

A month is made before its first row comes, so that nothing is ever moved in the hours of business. Whatever came for a
month that nobody had made (a restored backup, a worker that was down for a quarter) is found and moved here.
"""

from __future__ import annotations

from datetime import datetime

from lianban.outside.clock import local
from lianban.outside.database import connection, transaction

PARTED = ("ratings", "occasions")
AHEAD = 3
"""Months, this one included."""


async def prepare(at: datetime) -> int:
    """Make the months from this one on, and those that rows of a default partition belong to; how many are new."""
    made = 0
    today = local(at).date()
    for parent in PARTED:
        async with transaction():
            conn = connection()
            strays = await conn.fetch(f"SELECT DISTINCT date_trunc('month', day)::date AS month FROM {parent}_default")
        for month, months in [(today, AHEAD), *((row["month"], 1) for row in strays)]:
            async with transaction():
                made += await connection().fetchval("SELECT monthly_partitions($1, $2, $3)", parent, month, months)
    return made
