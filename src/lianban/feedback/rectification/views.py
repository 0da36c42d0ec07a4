"""Everything about one problem as a page shows it: what this person may read of it, and what this person may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.matters import Clock, Mark
from lianban.feedback.rectification.keeping import MISSING, WATCHERS, subject_of, units, visible
from lianban.feedback.rectification.words import FINDINGS, LINES, SOURCES, STEPS, VERDICTS
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import RectificationLife, stage_name
from lianban.rules.ratings import GRADES, HINTS, option_text
from lianban.rules.ratings import STEPS as SERVICE_STEPS
from lianban.rules.ratings.screening import screen
from lianban.tables.ids import day_of

_ROW = """
SELECT r.*, p.name AS served_name, c.number AS case_number FROM rectifications r
LEFT JOIN people p ON p.id::text = r.served_by LEFT JOIN cases c ON c.id = r.case_id WHERE r.id = $1
"""
_STEPS = "SELECT * FROM rectification_steps WHERE rectification_id = $1 ORDER BY id"
_FILES = "SELECT id, step_id, name FROM rectification_files WHERE rectification_id = $1 ORDER BY id"
_RATING = """
SELECT r.step, r.standing, r.reason, r.item, o.matter FROM ratings r
LEFT JOIN occasions o ON o.id = r.occasion_id AND o.day = $3 WHERE r.day = $1 AND r.id = $2
"""
_OCCASION = "SELECT occasion_id FROM ratings WHERE day = $1 AND id = $2"
_ADDED = "SELECT comment, at FROM rating_additions WHERE rating_id = $1 AND comment <> '' ORDER BY at"
OPENABLE = ("rating", "callback", "difficulty")
"""Sources with a page of their own, which only the supervision opens from here."""
STANDINGS = {"counted": "计入", "apart": "单列待核实", "invalid": "认定无效，不计入"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the timeline; `note` only for those it is meant for, `files` its proofs by id."""

    event: str
    words: str
    by: str
    unit: str
    to: str
    note: str
    verdict: str
    at: datetime
    files: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal in words."""

    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem. `opened` is a day: the hour would tell the rated person who it was. `source_id`, `case_id` and
    `case_number` are for the supervision alone; `rated_me` says that this person was rated and may only read."""

    id: UUID
    number: str
    source: str
    source_name: str
    source_id: UUID | None
    rating_id: UUID | None
    grade: str
    options: tuple[str, ...]
    hints: tuple[str, ...]
    problem: str
    added: tuple[tuple[date, str], ...]
    matter: str
    department: str
    unit: str
    window: str
    served_name: str
    rated_me: bool
    named: bool
    called_back: bool
    reached: bool | None
    standing: str
    status: str
    status_name: str
    final: bool
    opened: date
    finding: str
    owner: str
    hops: int
    most_hops: int
    extension_reason: str
    extension_waits: bool
    reopened: int
    verdict: str
    appeal_open: bool
    case_id: UUID | None
    case_number: str
    oversees: bool
    paper_id: UUID | None
    steps: tuple[Step, ...]
    clocks: tuple[Clock, ...]
    marks: tuple[Mark, ...]
    lines: tuple[Entry, ...]
    buttons: Mapping[str, Sequence[str]]
    units: Mapping[str, str]


async def problem(id: UUID, *, by: Actor, at: datetime) -> ProblemView:
    """One problem for whoever may know of it. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow(_ROW, id)
        if row is None or not await visible(row, by):
            raise errors.NotFound(MISSING)
        steps = await connection().fetch(_STEPS, id)
        files = await connection().fetch(_FILES, id)
        clocks, marks = (await matters.clocks_of([id], at=at))[id], (await matters.marks_of([id]))[id]
        names, chosen = await units(row["region_code"]), await policy(row["region_code"])
        rating = await service_of(row["rating_id"])
        added = await connection().fetch(_ADDED, row["rating_id"]) if row["rating_id"] else []
    lines = await journal.lines("rating", id)
    oversees = by.may(*WATCHERS) and not by.department
    late = any(c.kind == "rectify" and c.stopped_at is None and at > c.due for c in clocks)
    subject = subject_of(row, chosen, overdue=late)

    # When the centre's time to verify began is the moment of the rating.
    shown = [c for c in clocks if oversees or c.kind not in ("verify", "assign")]

    def text(said: str) -> str:
        return said if oversees else screen(said).text

    return ProblemView(
        id=id,
        number=row["number"],
        source=row["source"],
        source_name=SOURCES[row["source"]],
        source_id=row["source_id"] if oversees and row["source"] in OPENABLE else None,
        rating_id=row["rating_id"],
        grade=GRADES.get(row["grade"], ""),
        options=tuple(option_text(code) for code in row["options"]),
        hints=tuple(HINTS[code] for code in row["options"] if code in HINTS),
        problem=text(row["problem"]),
        added=tuple((local(a["at"]).date(), text(a["comment"])) for a in added),
        matter=rating.get("matter", ""),
        department=row["department"],
        unit=names.get(row["department"], row["department"]),
        window=row["window_name"],
        served_name=row["served_name"] or "",
        rated_me=row["served_by"] != "" and row["served_by"] == by.id,
        named=row["named"],
        called_back=row["called_back_at"] is not None,
        reached=row["reached"],
        standing=STANDINGS.get(rating.get("standing", ""), ""),
        status=row["status"],
        status_name=stage_name(RectificationLife, row["status"]),
        final=subject.stage.final,
        opened=day_of(id),
        finding=FINDINGS.get(row["finding"], ""),
        owner=row["owner_name"],
        hops=row["hops"],
        most_hops=chosen.negative_hops,
        extension_reason=row["extension_reason"],
        extension_waits=row["extension_by"] != "" and not row["extended"],
        reopened=row["reopened"],
        verdict=VERDICTS.get(row["verdict"], ""),
        appeal_open=row["appeal_open"],
        case_id=row["case_id"] if oversees else None,
        case_number=(row["case_number"] or "") if oversees else "",
        oversees=oversees,
        paper_id=row["paper_id"],
        steps=tuple(_step(s, files, names, oversees=oversees) for s in steps),
        clocks=tuple(shown),
        marks=tuple(mark for mark in marks if mark.due in {c.due for c in shown}),
        lines=tuple(Entry(LINES.get(one.event, one.event), one.by_name, one.at) for one in lines),
        buttons=lifecycles.buttons(subject, by),
        units=names,
    )


async def service_of(id: UUID | None) -> dict[str, Any]:
    """Of what service the rating is, and whether it counts; nothing for problems that no rating has opened."""
    if id is None:
        return {}
    occasion = await connection().fetchval(_OCCASION, day_of(id), id)
    row = await connection().fetchrow(_RATING, day_of(id), id, day_of(occasion)) if occasion else None
    return {**row, "matter": row["matter"] or SERVICE_STEPS[row["step"]]} if row else {}


def _step(
    row: Mapping[str, Any], files: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, oversees: bool
) -> Step:
    open_to = oversees or row["shown"] != "centre"
    return Step(
        event=row["event"],
        words=STEPS[row["event"]],
        by=row["by_name"],
        unit=names.get(row["by_department"], "") if row["by_department"] else "",
        to=names.get(row["department"], row["department"]) if row["status"] == "transferred" else "",
        note=row["note"] if open_to else "",
        verdict=VERDICTS.get(row["verdict"], ""),
        at=local(row["at"]),
        files=tuple((f["id"], f["name"]) for f in files if f["step_id"] == row["id"]),
    )
