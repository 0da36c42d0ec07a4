"""Receipt (收件): papers are taken in at this instant; whether they are complete is told within five working days."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import outbox
from lianban.casework import clocks
from lianban.casework.calendars import calendar_of
from lianban.casework.clocks import Owner
from lianban.casework.idempotency import once
from lianban.casework.intake import duplicates, papers, screenings
from lianban.casework.intake.commencing import issue, number
from lianban.casework.intake.completeness import Incomplete
from lianban.casework.intake.record import RECEIVED, Record, current_edition, held, held_draft, note
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.intake.told import lacking
from lianban.casework.owed import catch_up
from lianban.casework.promises import beginning
from lianban.errors import Conflict
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor
from lianban.rules.corrections import ANSWER_WITHIN, BASIS
from lianban.rules.plan import plan_to_dict

_CASE = """
UPDATE cases SET status = $2, number = $3, query_code = $4, plan = $5::jsonb, received_at = $6, applicant = $7,
  subject = $8, draft = $9::jsonb, updated_at = $6 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Received:
    """The received case: its number, the code with which the applicant follows it, and when the answer is due."""

    case_id: UUID
    number: str
    query_code: str
    answer_due: datetime


async def receive(case_id: UUID, *, by: Actor, at: datetime, key: str = "") -> Received:
    """Take a draft in without deciding yet; the day counts even outside office hours (R-T6).

    The same submission again (same key, or the same clerk) gives the first result. Raises NotFound; Conflict when it
    is a draft no more or the catalogue has moved on; Incomplete (Invalid) without applicant, situation or consents.
    """

    async def run() -> dict[str, Any]:
        received = await _receive(case_id, by=by, at=at)
        due = received.answer_due.isoformat()
        return {"number": received.number, "query_code": received.query_code, "answer_due": due}

    await catch_up(case_id, at=at)
    try:
        async with transaction():
            first = await once(key, "receive", by=by, at=at, fingerprint=[str(case_id)], run=run)
    except _Moved:
        async with transaction():
            await current_edition(await held_draft(case_id, by=by, at=at), by=by, at=at)
        raise Conflict("办事指南刚刚更新，表单和材料已按新版重新计算。请核对后再收件。") from None
    return Received(case_id, first["number"], first["query_code"], datetime.fromisoformat(first["answer_due"]))


class _Moved(Exception):
    """The catalogue has a newer edition than the draft: nothing is received before somebody has looked again."""


async def _receive(case_id: UUID, *, by: Actor, at: datetime) -> Received:
    record = await held(case_id, by=by, at=at)
    taken = record.draft.get("received", {})
    if record.status in RECEIVED and taken.get("by") == by.id:
        return Received(record.id, record.number, record.query_code, datetime.fromisoformat(taken["answer_due"]))
    if record.status in RECEIVED:
        raise Conflict(f"这份草稿已由{taken.get('name') or '其他窗口'}收件，办件编号 {record.number}。")
    before = record.edition
    edition = await current_edition(record, by=by, at=at)
    if edition.content_hash != before:
        raise _Moved
    found = await standing(record, edition, at=at, alone=True)
    missing = found.unpresentable
    if missing.all and record.status == "draft":
        raise Incomplete(missing, (), "收件")
    row = lifecycles.CaseRow(str(record.id), record.status, record.region, identified=not missing.all)
    lifecycles.fire(row, "receive", by)
    await duplicates.keep(record.id, edition, found.keys)
    await _announce(record, found, by=by, at=at)
    running = await clocks.start(Owner(record.id, None, record.region), "correction", ANSWER_WITHIN, BASIS, at=at)
    due = clock.local(running.due)
    record.draft["received"] = {"by": by.id, "name": by.name, "answer_due": due.isoformat()}
    record.received_at = at
    await number(record, at=at)
    await connection().execute(
        _CASE,
        record.id,
        row.state,
        record.number,
        record.query_code,
        json.dumps(plan_to_dict(found.reading.plan), ensure_ascii=False),
        at,
        found.applicant,
        found.subject,
        json.dumps(record.draft, ensure_ascii=False),
    )
    paper = papers.Paper(record, found, await calendar_of(record.region), by, clock.local(at))
    most = await beginning.longest(record.region)
    follows = beginning.blank(found.lacking.tolerated, edition, most, at, paper.calendar)
    content = papers.receipt(paper, found.items, received_at=at, accepted=False, answer_due=due, follows=follows)
    await issue(paper, "receipt", content)
    return Received(record.id, record.number, record.query_code, due)


async def _announce(record: Record, found: Standing, *, by: Actor, at: datetime) -> None:
    content = {
        "edition": found.edition.bundle.version,
        "items": [item.item for item in found.items],
        "missing": sorted(lacking(found)),
    }
    await note(record, "received", by=by, at=at, content=content)
    await screenings.ask(record, found.items, round=1, at=at)
    await outbox.write("case received", case_id=record.id, payload={}, at=at)
