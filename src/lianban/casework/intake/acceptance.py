"""Acceptance (受理, 行政许可法 32): one transaction makes the case, its tasks, clocks, papers and journal."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import outbox
from lianban.casework import notices
from lianban.casework.idempotency import once
from lianban.casework.intake import completeness, duplicates, opening, papers
from lianban.casework.intake.completeness import Incomplete
from lianban.casework.intake.drafts import files_of
from lianban.casework.intake.record import Record, current_edition, held, held_draft, note
from lianban.casework.owed import catch_up
from lianban.casework.policies import policy
from lianban.errors import Conflict
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules import form, lifecycles
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Edition
from lianban.rules.form import Reading
from lianban.rules.plan import plan_to_dict

# Neither 0 O 1 I L, nor letters that sound alike at the counter.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8

_CASE = """
UPDATE cases SET status = $2, number = $3, query_code = $4, plan = $5::jsonb, received_at = $6, accepted_at = $6,
  accepted_by = $7, applicant = $8, subject = $9, updated_at = $6 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The accepted case: its number and the code with which the applicant follows it."""

    case_id: UUID
    number: str
    query_code: str


async def accept(case_id: UUID, *, by: Actor, at: datetime, key: str = "") -> Accepted:
    """Accept a draft. The same submission again (same key, or the same clerk) gives the first result.

    Raises NotFound; Conflict when it was accepted by somebody else, discarded, or the catalogue has moved on (the
    draft then has been recomputed); Incomplete (Invalid) with everything that is missing.
    """

    async def run() -> dict[str, Any]:
        accepted = await _accept(case_id, by=by, at=at)
        return {"number": accepted.number, "query_code": accepted.query_code}

    await catch_up(case_id, at=at)
    try:
        async with transaction():
            first = await once(key, "accept", by=by, at=at, fingerprint=[str(case_id)], run=run)
    except _Moved:
        async with transaction():
            await current_edition(await held_draft(case_id, by=by, at=at), by=by, at=at)
        raise Conflict("办事指南刚刚更新，表单和材料已按新版重新计算。请核对后再受理。") from None
    return Accepted(case_id, first["number"], first["query_code"])


class _Moved(Exception):
    """The catalogue has a newer edition than the draft: nothing is accepted before somebody has looked again."""


async def _accept(case_id: UUID, *, by: Actor, at: datetime) -> Accepted:
    record = await held(case_id, by=by, at=at)
    if record.number and record.accepted_by == by.id:
        return Accepted(record.id, record.number, record.query_code)
    if record.number:
        raise Conflict(f"这份草稿已由其他窗口受理，办件编号 {record.number}。")
    before = record.edition
    edition = await current_edition(record, by=by, at=at)
    if edition.content_hash != before:
        raise _Moved
    on = clock.local(at).date()
    reading = form.read(edition, record.typed, on)
    files = await files_of(record.id)
    keys = duplicates.keys(edition, reading.facts)
    await duplicates.serialise(keys)
    twins = await duplicates.open_cases(edition, keys, but=record.id)
    parties, lacking = completeness.examine(record, edition, reading, files, twins, on)
    row = lifecycles.CaseRow(str(record.id), record.status, record.region, form_complete=not lacking.all)
    if lacking.all and record.status == "draft":
        raise Incomplete(lacking, twins)
    lifecycles.fire(row, "accept", by)
    calendar, chosen = calendar_for(record.region), await policy(record.region)
    opened = opening.open_case(record, edition, reading, parties, keys, row, calendar, chosen, by=by, at=at)
    await connection().execute(opening.ROWS, *opened.parameters())
    if twins:
        # The reason stays in the draft: people write names into it, and the journal holds none.
        await note(record, "duplicate confirmed", by=by, at=at, content={"numbers": [t.number for t in twins]})
    await _announce(record, edition, reading, opened.tasks, by=by, at=at)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    serial = await notices.take_number(record.region, "case", on.year)
    number = f"{record.region}-{on.year}-{serial:06d}"
    applicant = next(p.name for p in parties if p.role == "applicant")
    subject = reading.facts.get(edition.bundle.subject, "")
    await connection().execute(
        _CASE,
        record.id,
        row.state,
        number,
        code,
        json.dumps(plan_to_dict(reading.plan), ensure_ascii=False),
        at,
        by.id,
        applicant,
        subject,
    )
    said = papers.contents(
        opened, edition, reading.plan, parties, files, number, code, calendar, by=by, at=clock.local(at)
    )
    for kind, content in said.items():
        await notices.issue(
            kind,
            content,
            case_id=record.id,
            region=record.region,
            authority=notices.short_authority(edition),
            by=by,
            at=at,
            url=f"{settings().base_url}/c/{number}?code={code}",
        )
    return Accepted(record.id, number, code)


async def _announce(
    record: Record, edition: Edition, reading: Reading, tasks: Sequence[opening.NewTask], *, by: Actor, at: datetime
) -> None:
    """Journal and outbox: the acceptance, and each dispatched task in the feed of its department."""
    content = {
        "edition": edition.bundle.version,
        "items": [t.item for t in tasks],
        "facts": len(reading.facts),
        "consents": sorted(name for name, given in record.part("consents").items() if given),
    }
    await note(record, "accepted", by=by, at=at, content=content)
    for task in tasks:
        if task.status == "dispatched":
            content = {"item": task.item}
            await note(record, "task dispatched", by=SYSTEM, at=at, department=task.department, content=content)
            payload = {"task": str(task.id), "item": task.item}
            await outbox.write("task dispatched", case_id=record.id, payload=payload, at=at)
    await outbox.write("case accepted", case_id=record.id, payload={}, at=at)
