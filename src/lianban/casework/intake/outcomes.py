"""Not accepted, item by item (行政许可法 32(1)(1)–(2), 78): told at once, in writing; the other items go on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import notices
from lianban.casework.bars import barred
from lianban.casework.idempotency import once
from lianban.casework.intake import papers
from lianban.casework.intake.ending import end
from lianban.casework.intake.receiving import receive
from lianban.casework.intake.record import Record, current_edition, held, note
from lianban.casework.intake.saying import said
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.owed import catch_up
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Department, Item
from lianban.rules.narrowing import without
from lianban.rules.notices import PERMISSION
from lianban.rules.notices.outcomes import GROUNDS, non_acceptance
from lianban.rules.plan import plan_to_dict
from lianban.rules.remedies import lacking
from lianban.rules.remedies import remedy as remedy_of
from lianban.tables.corrections import NonAcceptance
from lianban.tables.ids import new_id

_OF_ITEM = "SELECT * FROM non_acceptances WHERE case_id = $1 AND item = $2"
# What a department has said about an item that goes no further holds nobody up.
_SILENCED = """
WITH s AS (UPDATE screenings SET status = 'over' WHERE case_id = $1 AND item = $2 AND status = 'pending')
UPDATE gaps SET status = 'dropped' WHERE case_id = $1 AND item = $2 AND status = 'reported'
"""


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """What was told: the paper, the case's number and code, and whether nothing is left of the case."""

    case_id: UUID
    item: str
    number: str
    query_code: str
    paper: UUID
    ended: bool


async def not_accept(
    case_id: UUID,
    item: str,
    *,
    ground: str,
    reason: str,
    basis: str,
    remedy: str,
    competent: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> NotAccepted:
    """不予受理 one item, with its notice at once. A draft is received first, in the same transaction.

    `ground` is a key of `outcome_papers.GROUNDS`; R-32-2 names the `competent` authority. The same submission again
    gives the first result. Raises NotFound, Conflict (accepted already, told by somebody else, barred without a bar),
    Invalid with the fields, Incomplete when a draft cannot even be received.
    """
    asked = [str(case_id), item, ground, reason, basis, competent, remedy]

    async def run() -> dict[str, Any]:
        return await _not_accept(case_id, item, ground, reason, basis, competent, remedy, by=by, at=at)

    await catch_up(case_id, at=at)
    async with transaction():
        first = await once(key, "not_accept", by=by, at=at, fingerprint=asked, run=run)
    return NotAccepted(case_id, item, first["number"], first["query_code"], UUID(first["paper"]), first["ended"])


async def _not_accept(
    case_id: UUID,
    item: str,
    ground: str,
    reason: str,
    basis: str,
    competent: str,
    remedy: str,
    *,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    record = await held(case_id, by=by, at=at)
    texts = _texts(ground, reason, basis, competent, remedy)
    if told := await connection().fetchrow(_OF_ITEM, case_id, item):
        if told["by_id"] == by.id and all(told[name] == text for name, text in texts.items()):
            return _answer(record, told["paper_id"])
        when = local(told["at"])
        raise Conflict(f"“{told['item_name']}”已由{told['by_name']}在 {when:%m月%d日 %H:%M} 出具不予受理通知书。")
    if record.status == "draft":
        await receive(case_id, by=by, at=at)
        record = await held(case_id, by=by, at=at)
    if record.status == "correcting":
        raise Conflict("已经一次告知申请人补正，补正完毕或者期限届满后再处理。")
    if record.status != "received":
        state = lifecycles.stage_name(lifecycles.CaseLife, record.status)
        raise Conflict(f"办件现在是“{state}”，不能再作不予受理处理。受理以后由承办部门作出决定。")
    edition = await current_edition(record, by=by, at=at)
    before = await standing(record, edition, at=at)
    if item not in before.names:
        raise NotFound("这个办件里没有这个事项，请刷新页面后再试。")
    if ground == "barred" and item not in await barred(record.region, before.numbers, [item], at=at):
        raise Conflict(f"没有查到申请人对“{before.names[item]}”的限制申请记录，不能以此为由不予受理。")
    rest = await standing(record, without(edition, [item]), at=at)
    id = await _keep(record, before, item, texts, by=by, at=at)
    await connection().execute(
        "UPDATE cases SET plan = $2::jsonb, updated_at = $3 WHERE id = $1",
        case_id,
        json.dumps(plan_to_dict(rest.reading.plan), ensure_ascii=False),
        at,
    )
    if not rest.items:
        row = lifecycles.CaseRow(str(case_id), record.status, record.region, no_items_left=True)
        lifecycles.fire(row, "reject", by)
        record.status = row.state
        words = "；".join(f"“{r['item_name']}”不予受理：{r['reason'].rstrip('。')}" for r in await _all(case_id)) + "。"
        await end(record, row.state, "case not accepted", words, by=by, at=at, content={})
    paper = await _issue(record, before, rest, item, texts, by=by, at=at)
    await connection().execute("UPDATE non_acceptances SET paper_id = $2 WHERE id = $1", id, paper)
    return _answer(record, paper)


async def _all(case_id: UUID) -> list[dict[str, Any]]:
    rows = await connection().fetch(
        "SELECT item_name, reason FROM non_acceptances WHERE case_id = $1 ORDER BY at, id", case_id
    )
    return [dict(row) for row in rows]


def _answer(record: Record, paper: UUID) -> dict[str, Any]:
    ended = record.status == "not_accepted"
    return {"number": record.number, "query_code": record.query_code, "paper": str(paper), "ended": ended}


def _texts(ground: str, reason: str, basis: str, competent: str, remedy: str) -> dict[str, str]:
    if ground not in GROUNDS:
        sentence = f"请选择不予受理的情形：{'、'.join(g.label for g in GROUNDS.values())}。"
        raise Invalid(sentence, {"ground": sentence})
    fields = {
        "reason": ("不予受理的理由", reason),
        "basis": ("法律依据", basis),
        "competent": ("有权受理的行政机关", competent),
        "remedy": ("救济途径", remedy),
    }
    texts = said(fields, optional=frozenset() if ground == "not_competent" else frozenset({"competent"}))
    if why := lacking(texts["remedy"]):
        raise Invalid(why, {"remedy": why})
    return {**texts, "competent": texts["competent"] if ground == "not_competent" else "", "ground": ground}


async def _keep(record: Record, found: Standing, item: str, texts: dict[str, str], *, by: Actor, at: datetime) -> UUID:
    department = found.edition.items[item].department
    id = new_id(at)
    await NonAcceptance.insert(
        NonAcceptance(
            id=id,
            case_id=record.id,
            item=item,
            item_name=found.names[item],
            department=department,
            by_id=by.id,
            by_name=by.name,
            at=at,
            ground=texts["ground"],
            reason=texts["reason"],
            basis=texts["basis"],
            competent=texts["competent"],
            remedy=texts["remedy"],
        )
    )
    await connection().execute(_SILENCED, record.id, item)
    content = {"item": item, "ground": texts["ground"]}
    await note(record, "item not accepted", by=by, at=at, department=department, content=content)
    return id


async def _issue(
    record: Record, before: Standing, rest: Standing, item: str, texts: dict[str, str], *, by: Actor, at: datetime
) -> UUID:
    edition, source = before.edition, before.edition.items[item]
    applicant = papers.shown(before.parties, "applicant")
    assert applicant is not None and record.received_at is not None
    content = non_acceptance(
        authority=edition.departments[source.department].name,
        applicant=applicant,
        bundle=edition.bundle.name,
        case_number=record.number,
        item=source.name,
        received_on=local(record.received_at).date(),
        told_on=local(at).date(),
        rest=list(rest.names.values()),
        permission=source.kind == PERMISSION,
        enquiry=papers.enquiry(edition, record.number, record.query_code),
        **texts,
    )
    paper = await notices.issue(
        "non_acceptance",
        content,
        case_id=record.id,
        region=record.region,
        authority=notices.short_authority(edition, source.department),
        by=by,
        at=at,
        department=source.department,
        item=item,
    )
    return paper.id


def suggested_remedy(item: Item, department: Department) -> str:
    """The remedies as this notice words them; empty where the catalogue does not name the bodies."""
    return remedy_of(item, department).replace("本决定书", "本通知书")
