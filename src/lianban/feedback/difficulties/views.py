"""A request as the people who handle it see it; who made it is shown on purpose only, and that is logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal, people
from lianban.casework import cases, catalogue
from lianban.feedback import matters
from lianban.feedback.difficulties.listing import category_name, cause_name, kind_name
from lianban.feedback.difficulties.registering import PURPOSE
from lianban.feedback.difficulties.rows import MISSING, hold, living, may_see, words
from lianban.feedback.difficulties.words import EVENTS, NOTES, PARTS
from lianban.feedback.matters import Clock, Mark
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles, masks
from lianban.rules.actors import Actor, Role
from lianban.rules.difficulties import CATEGORIES, CHANNELS, RESULTS, taxonomy
from lianban.rules.lifecycles import DifficultyLife

_PARTS = "SELECT * FROM difficulty_parts WHERE difficulty_id = $1 ORDER BY sent_at, lead DESC, id"
_NOTES = "SELECT * FROM difficulty_notes WHERE difficulty_id = $1 ORDER BY at, id"
_TICKETS = "SELECT * FROM difficulty_tickets WHERE difficulty_id = $1 ORDER BY came_at, id"
_PEOPLE = """
SELECT id::text AS id, name, department, window_name FROM people WHERE region_code = $1 AND active
  AND roles && ARRAY['clerk', 'approver', 'department_head'] ORDER BY department, name
"""


@dataclass(frozen=True, slots=True)
class PartView:
    """What one unit has in it."""

    department: str
    name: str
    lead: bool
    named: bool
    task: str
    status: str
    status_name: str
    who: str
    report: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """Something that was said; `told` to the one who made the request."""

    at: datetime
    kind: str
    kind_name: str
    text: str
    told: bool
    due: datetime | None
    by_name: str
    department: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket of the hotline."""

    id: UUID
    number: str
    came_at: datetime
    returned_at: datetime | None
    returned_by_name: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """The whole request for its page. `buttons` as the life gives them: event → why not yet, [] open."""

    id: UUID
    number: str
    status: str
    stage: str
    source: str
    who: str
    phone: str
    hidden: bool
    """Name and phone are kept from this reader."""
    query_code: str
    confidential: bool
    case_id: UUID | None
    case_number: str
    case: cases.Status | None
    item: str
    kind_name: str
    problem: str
    wish: str
    about: str
    category: str
    category_name: str
    handling: str
    cause: str
    cause_name: str
    exclusion: str
    lead_name: str
    valid: bool | None
    finding: str
    result: str
    result_name: str
    reply: str
    replied_at: datetime | None
    reached: bool | None
    satisfied: bool | None
    repeats: UUID | None
    paper: UUID | None
    registered_at: datetime
    received_by_name: str
    first_asked_name: str
    closed_at: datetime | None
    buttons: dict[str, list[str]]
    labels: dict[str, str]
    parts: tuple[PartView, ...]
    past: tuple[PartView, ...]
    notes: tuple[NoteView, ...]
    tickets: tuple[TicketView, ...]
    clocks: list[Clock]
    marks: list[Mark]
    lines: tuple[tuple[datetime, str, str, str], ...]
    """When, what, who, in whose name."""
    rectification: tuple[UUID, str] | None
    supervision: tuple[UUID, str] | None


async def view(id: UUID, *, by: Actor, at: datetime) -> RequestView:
    """Everything about a request. Raises NotFound for whoever may not know of it."""
    conn_lines = await journal.lines("difficulty", id)
    async with transaction():
        conn = connection()
        row = await conn.fetchrow("SELECT * FROM difficulties WHERE id = $1", id)
        all = list(await conn.fetch(_PARTS, id)) if row else []
        now = [part for part in all if part["status"] not in ("returned", "ended")]
        if row is None or not may_see(row, now, by):
            raise errors.NotFound(MISSING)
        life = await living(row, now, at=at)
        names = await catalogue.departments(row["region_code"])
        notes, tickets = await conn.fetch(_NOTES, id), await conn.fetch(_TICKETS, id)
        clocks, marks = (await matters.clocks_of([id], at=at))[id], (await matters.marks_of([id]))[id]
        about = await _about(row, names)
        rectified = await conn.fetchrow(
            "SELECT id, number FROM rectifications WHERE source = 'difficulty' AND source_id = $1", id
        )
        record = await conn.fetchrow("SELECT id, number FROM supervision_records WHERE difficulty_id = $1", id)
    watches = not by.department and by.may(Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.AUDITOR)
    hidden = row["confidential"] and bool(by.department)
    person = vault.unseal(row["sealed"], PURPOSE)
    category = CATEGORIES.get(row["category"])
    return RequestView(
        id=id,
        number=row["number"],
        status=row["status"],
        stage=lifecycles.stage_name(DifficultyLife, row["status"]),
        source=CHANNELS[row["source"]],
        who="保密" if hidden else masks.mask_name(person["name"]),
        phone="保密" if hidden else masks.mask_phone(person["phone"]),
        hidden=hidden,
        query_code=row["query_code"] if life.centre(by) else "",
        confidential=row["confidential"],
        case_id=row["case_id"],
        case_number=row["case_number"],
        case=await _case(row, by, at),
        item=row["item"],
        kind_name=kind_name(row["kind"]),
        problem=row["problem"],
        wish=row["wish"],
        about=about,
        category=row["category"],
        category_name=category_name(row["category"]),
        handling=category.handling if category else "",
        cause=row["cause"],
        cause_name=cause_name(row["cause"]),
        exclusion=taxonomy().exclusions[row["exclusion"]].name if row["exclusion"] else "",
        lead_name=names.get(row["lead"], row["lead"]),
        valid=row["valid"],
        finding=row["finding"],
        result=row["result"],
        result_name=RESULTS.get(row["result"], ""),
        reply=row["reply"],
        replied_at=_when(row["replied_at"]),
        reached=row["reached"],
        satisfied=row["satisfied"],
        repeats=row["repeats_id"],
        paper=row["paper_id"],
        registered_at=local(row["registered_at"]),
        received_by_name=row["received_by_name"],
        first_asked_name=row["first_asked_name"],
        closed_at=_when(row["closed_at"]),
        buttons=_offered(life, by),
        labels=lifecycles.labels(DifficultyLife),
        parts=tuple(_part(part, names) for part in now),
        past=tuple(_part(part, names) for part in all if part["status"] == "returned"),
        notes=tuple(_note(note, names) for note in notes),
        tickets=tuple(
            TicketView(t["id"], t["number"], local(t["came_at"]), _when(t["returned_at"]), t["returned_by_name"])
            for t in tickets
        ),
        clocks=clocks,
        marks=marks,
        lines=tuple(
            (local(line.at), EVENTS.get(line.event, line.event), line.by_name or "本人", line.for_name)
            for line in conn_lines
        ),
        rectification=(rectified["id"], rectified["number"]) if rectified and not by.department else None,
        supervision=(record["id"], record["number"]) if record and watches else None,
    )


async def shown(id: UUID, purpose: str, *, by: Actor, at: datetime, address: str = "") -> tuple[str, str]:
    """Name and phone in the clear, for a stated purpose; that is written into the access log.

    Raises NotFound, Forbidden for a unit when they are kept from it, Invalid without a purpose.
    """
    why = words(purpose, "purpose", "查看的用途", 2)
    async with hold(id, by, at=at) as found:
        if found.row["confidential"] and by.department:
            raise errors.Forbidden("提出人要求对承办单位保密，需要联系时请由综合窗口转达。")
        if not (found.life.centre(by) or found.life.unit(by)):
            raise errors.Forbidden("只有综合窗口、监督员和承办单位可以查看。")
        await people.record_access(
            found.row["case_id"], f"诉求 {found.row['number']} 提出人的姓名和电话", why, by=by, at=at, address=address
        )
        await found.tell_journal("name shown", by=by)
        person = vault.unseal(found.row["sealed"], PURPOSE)
    return person["name"], person["phone"]


async def staff(region: str) -> list[tuple[str, str]]:
    """Of whom a request may complain: id and name with place, for the forms of the centre."""
    names = await catalogue.departments(region)
    async with transaction():
        rows = await connection().fetch(_PEOPLE, region)
    return [(r["id"], f"{r['name']}（{names.get(r['department'], '') or r['window_name'] or '窗口'}）") for r in rows]


def _offered(life: lifecycles.DifficultyRow, by: Actor) -> dict[str, list[str]]:
    """The buttons that concern this reader: what is another unit's part, or done, is not greyed but absent."""
    absent = {
        "judge": not life.blame or life.valid is not None,
        "accept": not life.own_waiting(by),
        "contribute": not life.assisting(by),
        "leave": not life.assisting(by),
    }
    return {event: why for event, why in lifecycles.buttons(life, by).items() if not absent.get(event)}


async def _about(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    person = ""
    if row["about_person"]:
        person = str(await connection().fetchval("SELECT name FROM people WHERE id::text = $1", row["about_person"]))
    return " ".join(part for part in (names.get(row["about_department"], ""), person) if part)


async def _case(row: Mapping[str, Any], by: Actor, at: datetime) -> cases.Status | None:
    if row["case_id"] is None:
        return None
    try:
        return await cases.status(row["case_number"], by=by, at=at)
    except errors.NotFound:
        return None


def _part(part: Mapping[str, Any], names: Mapping[str, str]) -> PartView:
    return PartView(
        department=part["department"],
        name=names.get(part["department"], part["department"]),
        lead=part["lead"],
        named=part["named"],
        task=part["task"],
        status=part["status"],
        status_name=PARTS[part["status"]],
        who=part["reported_by_name"] or part["accepted_by_name"],
        report=part["report"] or part["return_reason"],
    )


def _note(note: Mapping[str, Any], names: Mapping[str, str]) -> NoteView:
    return NoteView(
        at=local(note["at"]),
        kind=note["kind"],
        kind_name=NOTES[note["kind"]],
        text=note["text"],
        told=note["told"],
        due=_when(note["due"]),
        by_name=note["by_name"],
        department=names.get(note["department"], ""),
    )


def _when(value: datetime | None) -> datetime | None:
    return local(value) if value else None
