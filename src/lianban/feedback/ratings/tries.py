"""Tries that never became a rating: a used, expired or made-up link. Counted by day and place, so nothing is dropped
in silence (R-HCP-3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lianban.feedback.ratings.signals import REMEMBERED
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction

KEPT = timedelta(days=400)

_COUNT = """
INSERT INTO rating_tries (day, region_code, department, point, reason, tries, last_at)
VALUES ($1, $2, $3, $4, $5, 1, $6)
ON CONFLICT (day, region_code, department, point, reason)
DO UPDATE SET tries = rating_tries.tries + 1, last_at = excluded.last_at
"""
_LIST = """
SELECT t.day, t.department, COALESCE(p.name, '') AS point, t.reason, t.tries, t.last_at FROM rating_tries t
LEFT JOIN evaluation_points p ON p.id::text = t.point
WHERE t.region_code IN ($1, '') AND t.day >= $2 ORDER BY t.day DESC, t.last_at DESC LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Tries:
    """So many refused tries of one day, place and reason; `point` is the name of the sticker's place."""

    day: date
    department: str
    point: str
    reason: str
    tries: int
    last_at: datetime


async def note_try(
    reason: str, *, region: str = "", department: str = "", point: UUID | None = None, at: datetime
) -> None:
    """Count a refused try (`used`, `expired`, `unknown`) in a transaction of its own: the refused one left nothing."""
    async with transaction():
        await connection().execute(_COUNT, local(at).date(), region, department, str(point or ""), reason, at)


async def refused_tries(region: str, *, since: date) -> list[Tries]:
    """What was refused in a region, made-up links of nowhere with it, in the caller's transaction."""
    return [Tries(**row) for row in await connection().fetch(_LIST, region, since)]


async def tidy(at: datetime) -> None:
    """Counts of more than a year ago, and where staff signed in more than a month ago, are forgotten."""
    async with transaction():
        await connection().execute("DELETE FROM rating_tries WHERE day < $1", local(at - KEPT).date())
        await connection().execute("DELETE FROM staff_sources WHERE seen_at < $1", at - REMEMBERED)
