"""A received or correcting case at the window: what each department said, what would be told, what is left to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import clocks, notices
from lianban.casework.corrections import gaps, spot
from lianban.casework.corrections.views import Asked, GapView, RoomView
from lianban.casework.intake.record import GONE, RECEIVED, Record, current_edition, record_of
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.intake.told import told
from lianban.casework.owed import catch_up
from lianban.errors import Conflict, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor, Role
from lianban.rules.corrections import Told, subject_of
from lianban.tables.cases import Case

_ASKED = "SELECT * FROM screenings WHERE case_id = $1 AND round = $2 ORDER BY asked_at, id"
_DUE = "SELECT computed_due FROM clocks WHERE case_id = $1 AND kind = 'correction' AND stopped_at IS NULL"


async def room(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> RoomView:
    """The case for its window; the look is recorded. Raises NotFound; Conflict once it is neither."""
    await catch_up(case_id, at=at)
    async with transaction():
        row = await Case.objects().get(Case.id == case_id)
        if row is None or not by.may(Role.CLERK):
            raise NotFound(GONE)
        purpose = await people.require_access(row, by=by, at=at)
        if row.status not in RECEIVED:
            said = lifecycles.stage_name(lifecycles.CaseLife, row.status)
            raise Conflict(f"这个办件现在是“{said}”，不在收件核对中。")
        await people.record_access(case_id, "收件核对", purpose, by=by, at=at, address=address)
        record = record_of(row)
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        history = await told(record)
        known = await gaps.rows(case_id)
        round = history.rounds + (record.status == "received")
        asked = await connection().fetch(_ASKED, case_id, history.rounds + 1 if record.status == "received" else round)
        running = next(
            (
                c
                for c in await clocks.clocks_of(case_id, at=at)
                if c.kind in ("correction", "answer") and not c.stopped_at
            ),
            None,
        )
        lines = await spot.spot_corrections(case_id, found.edition)
        issued = await notices.of_case(case_id)
        near = await fifth_day(record, at)
    shown = [g for g in known if g["round"] == round]
    current = (
        to_tell(found, history, shown)
        if record.status == "received"
        else [g for g in shown if g["status"] in ("notified", "supplied")]
    )
    over = gaps.untellable_rows(found, history) if record.status == "received" else []
    names = {d.id: d.name for d in found.edition.departments.values()}
    return RoomView(
        case_id=case_id,
        number=record.number,
        query_code=record.query_code,
        bundle_name=row.bundle_name,
        region_name=found.edition.bundle.region_name,
        applicant=found.applicant,
        subject=found.subject,
        status=record.status,
        status_name=lifecycles.stage_name(lifecycles.CaseLife, record.status),
        version=record.version,
        received_at=local(record.received_at or record.opened_at),
        supplied_at=local(record.supplied_at) if record.supplied_at else None,
        round=round,
        rounds_left=max(0, history.most - history.rounds),
        clock=running,
        fifth_day=near,
        asked=tuple(
            Asked(
                a["id"],
                a["item"],
                a["item_name"],
                a["department"],
                names[a["department"]],
                a["status"],
                a["by_name"],
                local(a["at"]) if a["at"] else None,
            )
            for a in asked
        ),
        gaps=tuple(gaps.view(g, found, record) for g in current),
        untellable=tuple(_with_refusal(gaps.view(g, found, record), why) for g, why in over),
        dropped=tuple(v for g in shown if g["status"] == "dropped" and (v := gaps.view(g, found, record)).reason),
        fields=tuple(gaps.shape(found, name, gaps.value_of(found, record, name)) for name in spot.correctable(found)),
        spot=lines,
        duplicates=tuple(f"{d.number}（{d.state}）" for d in found.twins),
        papers=tuple((p.id, p.title, p.number) for p in issued if not p.void),
    )


def to_tell(found: Standing, history: Told, shown: list[Any]) -> list[Any]:
    """What would be told now: what departments reported, and what the system finds that nobody has reported."""
    reported = [g for g in shown if g["status"] == "reported"]
    covered = {subject_of(g["subject_kind"], g["subject"]) for g in reported}
    return [*gaps.system_rows(found, history, but=covered), *reported]


async def fifth_day(record: Record, at: datetime) -> bool:
    """Whether the last of the five working days is today or has passed: nobody can be waited for any longer."""
    due = await connection().fetchval(_DUE, record.id)
    return due is not None and local(at).date() >= local(due).date()


def _with_refusal(view: GapView, why: str) -> GapView:
    return replace(view, refusal=why)
