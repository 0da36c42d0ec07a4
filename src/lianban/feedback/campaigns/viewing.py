"""What pages show of campaigns: the list, and one with its ledger, measures, proofs, clock and story.

The ledger names numbers and units only: what a citizen has written is read where the problem is handled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.feedback import matters
from lianban.feedback.campaigns.causes import cause_name
from lianban.feedback.campaigns.keeping import GONE, LINES, STAFF, hold
from lianban.feedback.matters import Clock, Mark
from lianban.feedback.publication.waiting import cursor, following, unit_name
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import CampaignLife, RectificationLife, buttons, stage_name

PAGE = 30
_LIST = f"""
SELECT c.*, c.opened_at AS at, (SELECT count(*) FROM campaign_problems p WHERE p.campaign_id = c.id) AS problems,
  (SELECT count(*) FROM campaign_measures m WHERE m.campaign_id = c.id) AS measures,
  (SELECT count(*) FROM campaign_measures m WHERE m.campaign_id = c.id AND m.done_at IS NOT NULL) AS done
FROM campaigns c WHERE c.region_code = $1 AND ($2::timestamptz IS NULL OR (c.opened_at, c.id) < ($2, $3))
ORDER BY c.opened_at DESC, c.id DESC LIMIT {PAGE + 1}
"""
_LEDGER = """
SELECT r.id, r.number, r.department, r.status, r.opened_at, r.closed_at FROM campaign_problems p
JOIN rectifications r ON r.id = p.rectification_id WHERE p.campaign_id = $1 ORDER BY r.number
"""
_OF_PROBLEM = """
SELECT c.id, c.number, c.title FROM campaign_problems p JOIN campaigns c ON c.id = p.campaign_id
WHERE p.rectification_id = $1 AND c.region_code = $2 ORDER BY c.opened_at DESC LIMIT 1
"""
_FILES = "SELECT * FROM campaign_files WHERE campaign_id = $1 ORDER BY id"
_FILE = (
    "SELECT f.* FROM campaign_files f JOIN campaigns c ON c.id = f.campaign_id WHERE f.id = $1 AND c.region_code = $2"
)


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in the list; `due` while it is under way."""

    id: UUID
    number: str
    title: str
    cause: str
    department_name: str
    owner_name: str
    status: str
    status_name: str
    problems: int
    measures: int
    done: int
    opened_at: datetime
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A problem of the ledger."""

    id: UUID
    number: str
    department_name: str
    status_name: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class File:
    """A proof."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure; `mine` whether this person may say that it is done."""

    id: UUID
    measure: str
    department_name: str
    owner_name: str
    due_on: date
    late: bool
    done: str
    done_by_name: str
    done_at: datetime | None
    files: tuple[File, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the story."""

    at: datetime
    word: str
    by_name: str
    note: str


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign; `buttons` event → why not now, [] is a live one; `more` problems of the cause outside the ledger."""

    id: UUID
    number: str
    title: str
    cause: str
    problem: str
    goal: str
    department: str
    department_name: str
    owner_name: str
    public: bool
    status: str
    status_name: str
    result: str
    opened_by_name: str
    opened_at: datetime
    closed_at: datetime | None
    more: int
    ledger: tuple[Ledger, ...]
    measures: tuple[Measure, ...]
    buttons: dict[str, list[str]]
    clocks: list[Clock]
    marks: list[Mark]
    story: tuple[Told, ...]


async def of_problem(rectification_id: UUID, *, by: Actor) -> tuple[UUID, str] | None:
    """The last campaign that has a problem in its ledger: id, and number with title. For staff of the region."""
    if not by.may(*STAFF):
        return None
    async with transaction():
        row = await connection().fetchrow(_OF_PROBLEM, rectification_id, by.region)
    return (row["id"], f"{row['number']} {row['title']}") if row else None


async def campaigns(*, by: Actor, at: datetime, after: str = "") -> tuple[list[CampaignLine], str]:
    """The campaigns of the region, the latest first, and the cursor of the next page. Raises NotFound."""
    moment, id = cursor(after)
    names = await catalogue.departments(by.region)
    async with transaction():
        rows = list(await connection().fetch(_LIST, by.region, moment, id))
        clocks = await matters.clocks_of([row["id"] for row in rows[:PAGE]], at=at)
    found = [
        CampaignLine(
            id=row["id"],
            number=row["number"],
            title=row["title"],
            cause=cause_name(row["cause"]),
            department_name=unit_name(row["department"], names),
            owner_name=row["owner_name"],
            status=row["status"],
            status_name=stage_name(CampaignLife, row["status"]),
            problems=row["problems"],
            measures=row["measures"],
            done=row["done"],
            opened_at=local(row["opened_at"]),
            clock=next(iter(clocks[row["id"]]), None),
        )
        for row in rows[:PAGE]
    ]
    return found, following(rows, PAGE)


async def campaign(id: UUID, *, by: Actor, at: datetime) -> CampaignView:
    """One campaign. Raises NotFound."""
    names = await catalogue.departments(by.region)
    async with transaction():
        held = await hold(id, by=by, at=at, lock=False)
        ledger = await connection().fetch(_LEDGER, id)
        files = await connection().fetch(_FILES, id)
        clocks = (await matters.clocks_of([id], at=at))[id]
        marks = (await matters.marks_of([id]))[id]
        lines = await journal.lines("rating", id)
    row, today = held.row, local(at).date()
    proofs: dict[UUID, list[File]] = {}
    for file in files:
        proofs.setdefault(file["measure_id"], []).append(File(file["id"], file["name"]))

    def measure(one: Mapping[str, Any]) -> Measure:
        held.life.carriers = frozenset({one["department"]})
        return Measure(
            id=one["id"],
            measure=one["measure"],
            department_name=unit_name(one["department"], names),
            owner_name=one["owner_name"],
            due_on=one["due_on"],
            late=(local(one["done_at"]).date() if one["done_at"] else today) > one["due_on"],
            done=one["done"],
            done_by_name=one["done_by_name"],
            done_at=local(one["done_at"]) if one["done_at"] else None,
            files=tuple(proofs.get(one["id"], ())),
            mine=held.life.state == "running" and one["done_at"] is None and held.life.carrying(by),
        )

    open_to = buttons(held.life, by)
    return CampaignView(
        id=id,
        number=row["number"],
        title=row["title"],
        cause=cause_name(row["cause"]),
        problem=row["problem"],
        goal=row["goal"],
        department=row["department"],
        department_name=unit_name(row["department"], names),
        owner_name=row["owner_name"],
        public=row["public"],
        status=row["status"],
        status_name=held.life.stage.name,
        result=row["result"],
        opened_by_name=row["opened_by_name"],
        opened_at=local(row["opened_at"]),
        closed_at=local(row["closed_at"]) if row["closed_at"] else None,
        more=len(held.more),
        ledger=tuple(
            Ledger(
                id=one["id"],
                number=one["number"],
                department_name=unit_name(one["department"], names),
                status_name=stage_name(RectificationLife, one["status"]),
                opened_on=local(one["opened_at"]).date(),
                closed_on=local(one["closed_at"]).date() if one["closed_at"] else None,
            )
            for one in ledger
        ),
        measures=tuple(measure(one) for one in held.measures),
        buttons=open_to,
        clocks=clocks,
        marks=marks,
        story=tuple(
            Told(local(line.at), LINES[line.event], line.by_name or "系统", str((line.content or {}).get("reason", "")))
            for line in lines
        ),
    )


async def proof(id: UUID, *, by: Actor) -> tuple[bytes, str, str]:
    """A proof: content, name, media type. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow(_FILE, id, by.region) if by.may(*STAFF) else None
    if row is None:
        raise errors.NotFound(GONE)
    data = await store().open(f"campaigns/{row['campaign_id']}/{row['sha256']}")
    return data, row["name"], row["media_type"]
