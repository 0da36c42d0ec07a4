"""Acceptance (受理, 行政许可法 32): one transaction makes the case, its tasks, clocks, papers and journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import occasions
from lianban.casework.bars import require_unbarred
from lianban.casework.idempotency import once
from lianban.casework.intake.commencing import commence
from lianban.casework.intake.completeness import Incomplete, Lacking
from lianban.casework.intake.drafts import keepable
from lianban.casework.intake.record import Record, current_edition, held, held_draft, store
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.intake.told import lacking, materials, told
from lianban.casework.owed import catch_up
from lianban.errors import Conflict
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.corrections import subject_of
from lianban.rules.ratings import STEPS

_REPORTED = "SELECT count(*) FROM gaps WHERE case_id = $1 AND status = 'reported'"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The accepted case: its number and the code with which the applicant follows it."""

    case_id: UUID
    number: str
    query_code: str


async def accept(case_id: UUID, *, not_duplicate: str = "", by: Actor, at: datetime, key: str = "") -> Accepted:
    """Accept a draft, or what was received. The same submission again (same key, or the same clerk) gives the first
    result. After a correction the acceptance dates from the instant the last of it was received (案卷标准).

    `not_duplicate` is why what was received is no second application for the same subject (a draft has it inside).

    Raises NotFound; Conflict when it was accepted by somebody else, discarded, or the catalogue has moved on (the
    draft then has been recomputed); Incomplete (Invalid) with everything that is missing.
    """

    async def run() -> dict[str, Any]:
        accepted = await _accept(case_id, not_duplicate.strip(), by=by, at=at)
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


async def _accept(case_id: UUID, not_duplicate: str, *, by: Actor, at: datetime) -> Accepted:
    record = await held(case_id, by=by, at=at)
    if record.accepted_by and record.accepted_by == by.id:
        return Accepted(record.id, record.number, record.query_code)
    if record.accepted_by == SYSTEM.id:
        raise Conflict(f"五个工作日已经届满，系统已将这个办件视为受理，办件编号 {record.number}。")
    if record.accepted_by:
        raise Conflict(f"这份草稿已由其他窗口受理，办件编号 {record.number}。")
    before = record.edition
    edition = await current_edition(record, by=by, at=at)
    if edition.content_hash != before:
        raise _Moved
    if record.status == "received" and not_duplicate:
        keepable({"duplicate": not_duplicate})
        record.draft["duplicate"] = not_duplicate
        await store(record, at=at)
    found = await standing(record, edition, at=at, alone=True)
    await require_unbarred(record.region, found.numbers, found.names, at=at)
    blocking = await _blocking(record, found)
    row = lifecycles.CaseRow(str(record.id), record.status, record.region, form_complete=not blocking.all)
    if blocking.all and record.status in ("draft", "received"):
        raise Incomplete(blocking, found.twins)
    lifecycles.fire(row, "accept", by)
    since = record.supplied_at or at
    accepted = Accepted(*await commence(record, found, row, since=since, by=by, at=at))
    bundle = edition.bundle
    await occasions.mint(
        occasions.Service(
            region=record.region,
            kind="visit",
            step="acceptance",
            matter=f"{bundle.name}（{STEPS['acceptance']}）",
            case_id=record.id,
            window=by.window,
            served_by=by.id,
        ),
        at=at,
    )
    return accepted


async def _blocking(record: Record, found: Standing) -> Lacking:
    """What acceptance is refused for. What may not be told any more holds nobody up (行政许可法 32(1)(4), 72(3))."""
    missing = found.lacking
    if record.status != "received":
        return missing
    if reported := await connection().fetchval(_REPORTED, record.id):
        raise Conflict(
            f"部门报告了 {reported} 处需要补正的内容。请一次告知申请人补正；不采纳的，逐条写明理由后再受理。"
        )
    tellable = (await told(record)).tellable(lacking(found))
    return Lacking(
        fields={n: s for n, s in missing.fields.items() if subject_of("field", n) in tellable},
        parties={n: s for n, s in missing.parties.items() if subject_of("field", n) in tellable},
        consents=missing.consents,
        materials={n: s for n, s in materials(found).items() if subject_of("material", n) in tellable},
        promises={n: s for n, s in missing.promises.items() if not n.startswith("later.")},
        duplicate=missing.duplicate,
    )
