"""A visit follows what is decided: items that have ended are out of it, and with the last one it is over."""

from __future__ import annotations

from datetime import datetime

from lianban.casework.progress import Held
from lianban.casework.visits.holding import load, tidy
from lianban.casework.visits.noticing import issue_record
from lianban.outside.database import connection
from lianban.rules.actors import SYSTEM

_OPEN = """
SELECT id FROM visits WHERE case_id = $1 AND status IN ('planned', 'under_way') ORDER BY starts_at, id
"""


async def follow(held: Held, *, at: datetime) -> None:
    """In the transaction of the decision: its visit has one item less. A visit of nobody is cancelled, its place and
    its surveyors free again; one that all who stay have concluded is done, and its joint record is issued."""
    if not any(life.needs_survey for life in held.lives.values()):
        return
    for row in await connection().fetch(_OPEN, held.id):
        found = await load(row["id"], held, at=at)
        await tidy(found, at=at)
        if found.life.state == "done":
            await issue_record(found, by=SYSTEM, at=at)
