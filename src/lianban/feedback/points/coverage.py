"""评价范围覆盖率: of the points that should take ratings, how many are able to (C5, S0)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from lianban.feedback.points.importing import missing_of
from lianban.feedback.points.registry import READERS
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import Actor
from lianban.rules.ratings import POINTS

_COUNT = """
SELECT p.kind, count(*) AS should, count(*) FILTER (WHERE EXISTS (
  SELECT 1 FROM point_spans s WHERE s.point_id = p.id AND s.since <= $2 AND (s.until IS NULL OR s.until > $2)
)) AS able
FROM evaluation_points p
WHERE p.region_code = $1 AND p.since <= $2 AND (p.retired_at IS NULL OR p.retired_at > $2) GROUP BY p.kind
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """Points of one kind: those that should take ratings, those that are able to, and how many are not registered."""

    kind: str
    name: str
    should: int
    able: int
    missing: int


async def registered(region: str, at: datetime) -> dict[str, tuple[int, int]]:
    """By kind: registered points at an instant, and those that took ratings then; for any past instant too."""
    async with transaction():
        rows = await connection().fetch(_COUNT, region, at)
    return {row["kind"]: (row["should"], row["able"]) for row in rows}


async def coverage(*, by: Actor, at: datetime) -> list[Covered]:
    """Now, by kind in the order of `POINTS`. Windows and items without a point should have one. Raises Forbidden."""
    posts.require(by, *READERS, region=by.region)
    there = await registered(by.region, at)
    lacking = Counter(new.kind for new in await missing_of(by.region))
    found = []
    for kind, name in POINTS.items():
        should, able = there.get(kind, (0, 0))
        if should or lacking[kind]:
            found.append(Covered(kind, name, should + lacking[kind], able, lacking[kind]))
    return found
