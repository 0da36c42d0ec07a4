"""How a hearing stands, for the department's page and for the holder of the query code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.casework.attachments import folder
from lianban.casework.calendars import calendar_of
from lianban.casework.hearings.asking import CHANNELS
from lianban.casework.hearings.calling import NOTICE
from lianban.casework.hearings.rows import named
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules.actors import Actor
from lianban.rules.notices.hearings import ATTENDED, GROUNDS
from lianban.rules.sheet import day_text

ASKED = {"applied": "申请听证", "waived": "表示不要求听证", "withdrawn": "撤回听证申请"}
SIGNED = {"signed": "已签字", "refused": "拒绝签字"}
_ROW = """
SELECT h.*, p.number AS record_number FROM hearings h LEFT JOIN papers p ON p.id = h.record_paper WHERE h.task_id = $1
"""
_OF_CASE = """
SELECT h.*, t.item_name, t.status AS task_status, q.asked FROM hearings h JOIN tasks t ON t.id = h.task_id
JOIN hearing_parties q ON q.hearing_id = h.id AND q.kind = 'applicant' WHERE h.case_id = $1 ORDER BY h.told_at, h.id
"""
_PARTIES = "SELECT * FROM hearing_parties WHERE hearing_id = $1 ORDER BY kind, name"
_RECUSALS = "SELECT * FROM hearing_recusals WHERE hearing_id = $1 ORDER BY asked_at, id"


@dataclass(frozen=True, slots=True)
class PartyView:
    """One of those whom it concerns, with what he said, whether he came and whether he signed."""

    id: UUID
    kind: str
    name: str
    contact: str
    asked: str
    asked_name: str
    attended: str
    attended_name: str
    signed_name: str


@dataclass(frozen=True, slots=True)
class RecusalView:
    """A challenge to the presider; `granted` None while it is open."""

    against: str
    asked_by: str
    reason: str
    asked_at: datetime
    granted: bool | None
    decision: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class HearingView:
    """How a hearing stands. `hold_by` ends the twenty working days, `earliest` the notice of seven, if called today."""

    status: str
    status_name: str
    ground: str
    ground_name: str
    interested: str
    reason: str
    told_at: datetime
    apply_by: datetime
    applied_at: datetime | None
    hold_by: datetime | None
    earliest: date
    called_at: datetime | None
    held_on: date | None
    hour: str
    place: str
    closed: str
    presider: str
    presider_name: str
    recorder: str
    record: str
    proceedings: dict[str, str]
    record_paper: UUID | None
    record_number: str
    signed: str
    """The name of the signed record's scan, "" before."""
    parties: tuple[PartyView, ...]
    recusals: tuple[RecusalView, ...]

    @property
    def challenged(self) -> bool:
        """Whether a challenge waits for its decision."""
        return any(r.granted is None for r in self.recusals)


@dataclass(frozen=True, slots=True)
class ApplicantsHearing:
    """What the holder of the query code sees of a hearing; `may_apply` and `may_waive` are the buttons."""

    task_id: UUID
    item_name: str
    status: str
    status_name: str
    told_at: datetime
    apply_by: datetime
    asked: bool
    hold_by: datetime | None
    held: str
    place: str
    presider_name: str
    may_apply: bool
    may_waive: bool
    may_challenge: bool


async def of_task(task_id: UUID, *, by: Actor, at: datetime) -> HearingView | None:
    """How the hearing of a task stands, None when the right was never told. Raises NotFound for others' tasks."""
    async with in_hand(task_id, by, lock=False) as (held, _):
        row = await connection().fetchrow(_ROW, task_id)
        if row is None:
            return None
        earliest = clock.due(local(at), NOTICE, await calendar_of(held.region)).instant.date()
        name = await connection().fetchval("SELECT name FROM people WHERE id::text = $1", row["presider"])
        parties = await connection().fetch(_PARTIES, row["id"])
        recusals = await connection().fetch(_RECUSALS, row["id"])
    return HearingView(
        status=row["status"],
        status_name=named(row["status"]),
        ground=row["ground"],
        ground_name=GROUNDS[row["ground"]][0],
        interested=row["interested"],
        reason=row["reason"],
        told_at=local(row["told_at"]),
        apply_by=local(row["apply_by"]),
        applied_at=_when(row["applied_at"]),
        hold_by=_when(row["hold_by"]),
        earliest=earliest,
        called_at=_when(row["called_at"]),
        held_on=row["held_on"],
        hour=row["hour"],
        place=row["place"],
        closed=row["closed_reason"],
        presider=row["presider"],
        presider_name=name or "",
        recorder=row["recorder"],
        record=row["record"],
        proceedings=json.loads(row["proceedings"]),
        record_paper=row["record_paper"],
        record_number=row["record_number"] or "",
        signed=row["signed_name"],
        parties=tuple(_party(p) for p in parties),
        recusals=tuple(
            RecusalView(
                r["against_name"],
                r["asked_by"],
                r["reason"],
                local(r["asked_at"]),
                r["granted"],
                r["decision"],
                r["decided_by_name"],
            )
            for r in recusals
        ),
    )


async def of_case(case_id: UUID, *, at: datetime) -> tuple[ApplicantsHearing, ...]:
    """The hearings of a case for whoever has shown its query code to the caller, the first told first."""
    async with transaction():
        rows = await connection().fetch(_OF_CASE, case_id)
        names = {
            r["id"]: r["name"]
            for r in await connection().fetch(
                "SELECT id::text AS id, name FROM people WHERE id::text = ANY($1)", [r["presider"] for r in rows]
            )
        }
    return tuple(_applicants(row, names.get(row["presider"], ""), at) for row in rows)


async def open_signed(task_id: UUID, *, by: Actor, at: datetime, address: str = "") -> tuple[str, str, str]:
    """Where the scan of the signed record is kept, its name and type; the look is recorded. Raises NotFound."""
    async with in_hand(task_id, by, lock=False) as (held, life):
        row = await connection().fetchrow(_ROW, task_id)
        if row is None or not row["signed_sha256"]:
            raise errors.NotFound("没有找到签字的听证笔录。")
        what = f"听证笔录（{held.item(life.item).name}）"
        await people.record_access(held.id, what, "办理事项", by=by, at=at, address=address)
        return f"{folder(held.id)}/{row['signed_sha256']}", row["signed_name"], row["signed_type"]


def _applicants(row: Mapping[str, Any], presider: str, at: datetime) -> ApplicantsHearing:
    state, open = row["status"], row["task_status"] == "reviewing"
    # What the authority holds of its own accord needs no application and ends by nobody's wish.
    asked_for = open and row["ground"] == "interest"
    in_time = at <= row["apply_by"]
    return ApplicantsHearing(
        task_id=row["task_id"],
        item_name=row["item_name"],
        status=state,
        status_name=named(state),
        told_at=local(row["told_at"]),
        apply_by=local(row["apply_by"]),
        asked=row["asked"] == "applied",
        hold_by=_when(row["hold_by"]),
        held=f"{day_text(row['held_on'])}{row['hour']}" if row["held_on"] else "",
        place=row["place"],
        presider_name=presider if state in ("called", "held", "recorded") else "",
        may_apply=asked_for and row["asked"] != "applied" and in_time and state in ("told", "applied", "called"),
        may_waive=asked_for and state in ("told", "applied", "called") and row["asked"] not in ("waived", "withdrawn"),
        may_challenge=open and state == "called" and bool(row["presider"]),
    )


def _party(row: Mapping[str, Any]) -> PartyView:
    channel = f"（{CHANNELS[row['channel']]}）" if row["channel"] else ""
    when = f"{local(row['asked_at']):%m月%d日} " if row["asked_at"] else ""
    return PartyView(
        row["id"],
        row["kind"],
        row["name"],
        row["contact"],
        row["asked"],
        f"{when}{ASKED[row['asked']]}{channel}" if row["asked"] else "",
        row["attended"],
        ATTENDED.get(row["attended"], ""),
        SIGNED.get(row["signed"], ""),
    )


def _when(value: datetime | None) -> datetime | None:
    return local(value) if value else None
