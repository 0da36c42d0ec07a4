"""What the worker does every two minutes: days are counted that may have changed, days that are over are sealed."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianban.casework import catalogue
from lianban.feedback import points
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.oversight.indicators import rollups, seals

EVERY = timedelta(minutes=2)
"""How often today is counted again; a page that finds more than was counted does so at once."""


async def look(at: datetime) -> int:
    """Count and seal, if nobody has lately: one look-up when somebody has. Nothing that should hurry the worker on."""
    async with transaction():
        rolled = await connection().fetchval("SELECT rolled_at FROM rollup_days WHERE day = $1", local(at).date())
    if rolled is None or abs(at - rolled) >= EVERY:
        await rollups.refresh(at)
        for region in sorted({entry.region for entry in await catalogue.bundles()}):
            await points.note_gaps(region, at)
        await seals.due(at)
    return 0
