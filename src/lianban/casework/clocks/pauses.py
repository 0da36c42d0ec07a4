"""The pauses of many clocks at once, for lists: what is left of a limit leaves out what is paused."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.clock import Pause

# One that was ended earlier counts up to its end.
_PAUSES = """
SELECT p.clock_id, p.since, LEAST(p.until, e.until) AS until
FROM clock_events p LEFT JOIN clock_events e
  ON e.clock_id = p.clock_id AND e.adjustment = p.adjustment AND e.kind = 'pause_ended'
WHERE p.clock_id = ANY($1) AND p.kind = 'pause'
"""


async def pauses_of(clocks: Iterable[UUID | None]) -> dict[UUID, tuple[Pause, ...]]:
    """The pauses of each of these clocks that has any; without reasons and papers. None is no clock."""
    wanted = [id for id in clocks if id is not None]
    found: dict[UUID, tuple[Pause, ...]] = {}
    for row in await connection().fetch(_PAUSES, wanted) if wanted else ():
        found[row["clock_id"]] = (*found.get(row["clock_id"], ()), Pause(local(row["since"]), local(row["until"])))
    return found
