"""The calendar as its page shows it: the documents of each year, a region's own days, and what changes did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban.casework.calendars.force import calendar_of, days
from lianban.casework.clocks.kinds import KINDS
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import Actor, Role
from lianban.rules.calendar import Notice, notice_from, shipped

MOST = 200
_NOTICES = "SELECT * FROM calendar_notices ORDER BY year DESC, superseded_at IS NOT NULL, at DESC, id DESC"
_OVERLAYS = "SELECT * FROM calendar_overlays WHERE region_code = $1 ORDER BY withdrawn_at IS NOT NULL, at DESC, id DESC"
_RECOMPUTATIONS = """
SELECT * FROM recomputations WHERE region_code IN ('', $1) ORDER BY version DESC LIMIT 20
"""
_CHANGES = """
SELECT d.*, c.number, k.kind, COALESCE(t.item_name, '') AS item_name
FROM deadline_changes d JOIN cases c ON c.id = d.case_id JOIN clocks k ON k.id = d.clock_id
LEFT JOIN tasks t ON t.id = k.task_id
WHERE d.recomputation = $1 AND d.region_code = $2 ORDER BY d.new_promised, d.id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One notice: shipped with the product (`by_name` "") or imported; `superseded` once another one took its place."""

    year: int
    title: str
    number: str
    published: date | None
    status: str
    file_name: str
    sha256: str
    source: str
    by_name: str
    at: datetime | None
    superseded: bool


@dataclass(frozen=True, slots=True)
class OverlayView:
    """A region's own days, with the document they rest on."""

    id: UUID
    name: str
    basis: str
    off: tuple[date, ...]
    work: tuple[date, ...]
    by_name: str
    at: datetime
    withdrawn: bool
    withdrawn_by: str


@dataclass(frozen=True, slots=True)
class RecomputationView:
    """What a change of the calendar did: `looked` of `total` open clocks so far, `changed` dates, `firmed` ones."""

    id: UUID
    version: int
    reason: str
    by_name: str
    total: int
    looked: int
    changed: int
    firmed: int
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A date that changed: computed anew, and what the applicant is told now."""

    number: str
    case_id: UUID
    clock_id: UUID
    kind_name: str
    item_name: str
    old_computed: datetime
    new_computed: datetime
    old_promised: datetime
    new_promised: datetime


async def documents(*, by: Actor) -> list[DocumentView]:
    """Every notice there is, the latest year first, those in force before those that were superseded."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    async with transaction():
        rows = await connection().fetch(_NOTICES)
        in_force = (await calendar_of("")).documents()
    found = []
    for r in rows:
        notice = notice_from(json.loads(r["content"]), r["file_name"])
        over = r["superseded_at"] is not None
        found.append(_view(notice, r["file_name"], r["sha256"], r["by_name"], local(r["at"]), superseded=over))
    found += [
        _view(one.notice, one.file, one.sha256, "", None, superseded=one.notice not in in_force) for one in shipped()
    ]
    return sorted(found, key=lambda d: (-d.year, d.superseded, d.status == "yearly"))


def _view(
    notice: Notice, file: str, sha256: str, by_name: str, at: datetime | None, *, superseded: bool
) -> DocumentView:
    return DocumentView(
        notice.year, notice.title, notice.number, notice.published, notice.status, file, sha256, notice.source,
        by_name, at, superseded,
    )  # fmt: skip


async def overlays(*, by: Actor) -> list[OverlayView]:
    """The region's own days, those in force first."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    async with transaction():
        rows = await connection().fetch(_OVERLAYS, by.region)
    return [
        OverlayView(
            id=r["id"],
            name=r["name"],
            basis=r["basis"],
            off=tuple(days(r["days_off"])),
            work=tuple(days(r["days_on"])),
            by_name=r["by_name"],
            at=local(r["at"]),
            withdrawn=r["withdrawn_at"] is not None,
            withdrawn_by=r["withdrawn_by"],
        )
        for r in rows
    ]


async def recomputations(*, by: Actor) -> list[RecomputationView]:
    """The latest changes of the calendar that reach the region, the newest first, with how far each has come."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    async with transaction():
        rows = await connection().fetch(_RECOMPUTATIONS, by.region)
    return [
        RecomputationView(
            id=r["id"],
            version=r["version"],
            reason=r["reason"],
            by_name=r["by_name"],
            total=max(r["total"], r["looked"]),
            looked=r["looked"],
            changed=r["changed"],
            firmed=r["firmed"],
            started_at=local(r["started_at"]),
            finished_at=local(r["finished_at"]) if r["finished_at"] else None,
        )
        for r in rows
    ]


async def changes(recomputation: UUID, *, by: Actor) -> list[ChangeView]:
    """The dates of the region that a change of the calendar has moved, the most urgent first, 200 at most."""
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    async with transaction():
        rows = await connection().fetch(_CHANGES, recomputation, by.region, MOST)
    return [
        ChangeView(
            number=r["number"] or "",
            case_id=r["case_id"],
            clock_id=r["clock_id"],
            kind_name=KINDS[r["kind"]],
            item_name=r["item_name"],
            **{name: local(r[name]) for name in ("old_computed", "new_computed", "old_promised", "new_promised")},
        )
        for r in rows
    ]
