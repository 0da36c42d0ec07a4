"""What everybody may read of hearings: those announced of an authority's own accord, and public ones with their day.

行政许可法 46 wants the first announced to society, 48 wants hearings held in public. Nobody is named: the matter, the
department, time and place, and whom to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lianban.casework import catalogue
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.catalog.loading import contacts
from lianban.rules.catalog.types import Contact
from lianban.rules.notices.hearings import GROUNDS

MOST = 100
_OPEN = """
SELECT h.ground, h.told_at, h.status, h.held_on, h.hour, h.place, t.item, t.department, c.edition
FROM hearings h JOIN tasks t ON t.id = h.task_id JOIN cases c ON c.id = h.case_id
WHERE c.region_code = $1 AND t.status = 'reviewing'
  AND (h.status = 'announced' OR h.status = 'called' AND h.closed_reason = '')
ORDER BY h.held_on NULLS LAST, h.told_at, h.id LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class PublicHearing:
    """A hearing as everybody may read it; `held_on` None while its day is still to be told."""

    item: str
    department: str
    ground: str
    """Why the authority holds it of its own accord, "" for one that was asked for."""
    announced_on: date
    held_on: date | None
    hour: str
    place: str
    phone: str


async def published(region: str) -> tuple[PublicHearing, ...]:
    """The hearings of a region that are to come, the next one first."""
    async with transaction():
        rows = await connection().fetch(_OPEN, region, MOST)
        editions = {hash: await catalogue.edition(hash) for hash in {r["edition"] for r in rows}}
    departments = contacts(region).departments if rows else {}
    return tuple(
        PublicHearing(
            item=editions[r["edition"]].items[r["item"]].name,
            department=editions[r["edition"]].departments[r["department"]].name,
            ground="" if r["ground"] == "interest" else GROUNDS[r["ground"]][0],
            announced_on=local(r["told_at"]).date(),
            held_on=r["held_on"] if r["status"] == "called" else None,
            hour=r["hour"],
            place=r["place"],
            phone=departments.get(r["department"], Contact()).phone,
        )
        for r in rows
    )
