"""What a surveyor's phone shows on the spot: the appointment, the own checklist with answers and photos, the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import people
from lianban.casework import progress
from lianban.casework.clocks import ClockView, clocks_of
from lianban.casework.owed import catch_up
from lianban.casework.visits import checks, photos
from lianban.casework.visits.checks import CheckLine
from lianban.casework.visits.photos import Photo
from lianban.casework.visits.spot import MISSING, closed
from lianban.casework.visits.viewing import PART_STATES
from lianban.errors import NotFound
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Limit
from lianban.rules.lifecycles.visit import VisitLife
from lianban.tables.cases import Case
from lianban.tables.visits import Visit

_PARTS = """
SELECT p.*, t.item_name, t.claimed_by_name, s.conclusion, s.findings, s.rectify_by,
  s.limit_amount, s.limit_unit
FROM visit_parts p JOIN tasks t ON t.id = p.task_id
LEFT JOIN surveys s ON s.visit_id = p.visit_id AND s.task_id = p.task_id
WHERE p.visit_id = $1 ORDER BY p.department, p.task_id
"""
_TEAM = "SELECT task_id, name, certificate FROM surveyors WHERE visit_id = $1 ORDER BY name"


@dataclass(frozen=True, slots=True)
class Part:
    """An item of the visit. Only the own department's have checks and photos; `why`: why nothing can be put down."""

    task_id: UUID
    item: str
    item_name: str
    department_name: str
    status: str
    status_name: str
    team: tuple[tuple[str, str], ...]
    conclusion: str
    findings: str
    own: bool
    holder: bool
    holder_name: str
    why: str
    checks: tuple[CheckLine, ...] = ()
    photos: tuple[Photo, ...] = ()
    range: tuple[Limit, Limit] | None = None
    proposal: str = ""
    """A first wording of the findings: the problems that were put down."""
    clocks: tuple[ClockView, ...] = ()

    @property
    def answered(self) -> int:
        """How many lines have an answer."""
        return sum(bool(line.answer) for line in self.checks)

    def of(self, position: int | None) -> list[Photo]:
        """The photos of one check, or the general ones."""
        return [photo for photo in self.photos if photo.position == position]


@dataclass(frozen=True, slots=True)
class Place:
    """A visit as it is held on the spot."""

    visit_id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    status: str
    status_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    contact: str
    contact_phone: str
    note: str
    own: tuple[Part, ...]
    others: tuple[Part, ...]


async def place(visit_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Place:
    """The visit for the surveyors of one of its departments; the look is recorded.

    Raises NotFound for everybody else, Forbidden as for the case itself.
    """
    visit = await Visit.objects().get(Visit.id == visit_id)
    if visit is None:
        raise NotFound(MISSING)
    await catch_up(visit.case_id, at=at)
    async with transaction():
        held = await progress.hold(visit.case_id, lock=False)
        case = await Case.objects().get(Case.id == visit.case_id)
        rows = await connection().fetch(_PARTS, visit_id)
        own = {row["task_id"] for row in rows if held and held.lives[row["task_id"]].officer(by)}
        if held is None or case is None or not own:
            raise NotFound(MISSING)
        purpose = await people.require_access(case, by=by, at=at)
        await people.record_access(held.id, "现场勘查", purpose, by=by, at=at, address=address)
        edition = await held.edition()
        visit = await Visit.objects().get(Visit.id == visit_id)
        assert visit is not None
        for row in rows:
            if row["task_id"] in own:
                await checks.lay_out(visit_id, row["task_id"], edition.items[row["item"]], at=at)
        lines, pictures = await checks.lines(visit_id, own), await photos.listed(visit_id)
        team = await connection().fetch(_TEAM, visit_id)
        parts = []
        for row in rows:
            task_id, mine = row["task_id"], row["task_id"] in own
            listed = tuple(lines.get(task_id, ())) if mine else ()
            clocks = await clocks_of(held.id, at=at, task_id=task_id) if mine else []
            parts.append(
                Part(
                    task_id=task_id,
                    item=row["item"],
                    item_name=row["item_name"],
                    department_name=edition.departments[row["department"]].name,
                    status=row["status"],
                    status_name=PART_STATES[row["status"]],
                    team=tuple((one["name"], one["certificate"]) for one in team if one["task_id"] == task_id),
                    conclusion=row["conclusion"] or "",
                    findings=(row["findings"] or "") if mine else "",
                    own=mine,
                    holder=mine and held.lives[task_id].holder(by),
                    holder_name=row["claimed_by_name"],
                    why=closed(visit.status, row["status"]) if mine else "",
                    checks=listed,
                    photos=tuple(photo for photo in pictures if mine and photo.task_id == task_id),
                    range=edition.items[row["item"]].after_survey if mine else None,
                    proposal=checks.problems_of(listed),
                    clocks=tuple(clock for clock in clocks if not clock.stopped_at),
                )
            )
    return Place(
        visit_id=visit_id,
        case_id=held.id,
        number=held.case["number"] or "",
        bundle_name=held.case["bundle_name"],
        status=visit.status,
        status_name=lifecycles.stage_name(VisitLife, visit.status),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        place=visit.place,
        contact=visit.contact,
        contact_phone=visit.contact_phone,
        note=visit.note,
        own=tuple(part for part in parts if part.own),
        others=tuple(part for part in parts if not part.own),
    )
