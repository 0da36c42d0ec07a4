"""The papers of the last two steps: the receipt of a hand-over and the closing notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import notices
from lianban.casework.delivery.collected import RESULTS
from lianban.casework.notices import PaperView, short_authority
from lianban.casework.progress import Held
from lianban.casework.promises.afterwards import told
from lianban.casework.tasks.refusals import applicant_of, enquiry_of
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.notices import Document, Outcome, closure, delivery_receipt

NEXT_STEP = {
    "refused": "可以整改后单独申请；不服的，按决定书写明的途径申请行政复议或者提起行政诉讼。",
    "lapsed": "前置事项办成后可以单独申请。",
    "withdrawn": "已按申请撤回，需要办理的可以随时重新申请。",
    "terminated": "容缺的材料没有按承诺补齐；备齐全部材料后可以重新申请。",
}
PLACES = {
    "mail": "收件地址（以邮寄凭证为准）",
    "electronic": "受送达人同意的系统（见备注）",
    "public_notice": "公告载体（见备注）",
}
"""Where a delivery happens that is not at the centre's window."""

_REFUSALS = "SELECT task_id, title, number FROM papers WHERE case_id = $1 AND kind = 'refusal' AND void_at IS NULL"


async def issue_receipt(
    held: Held, documents: Sequence[Document], texts: Sequence[str], method: str, *, by: Actor, at: datetime
) -> PaperView:
    """送达回证. `texts`: receiver, relation, last four of the ID number, witness, note."""
    edition = await held.edition()
    receiver, relation, id_last_four, witness, note = texts
    content = delivery_receipt(
        authority=edition.bundle.centre,
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        addressee=held.case["applicant"],
        documents=documents,
        method=method,
        place=PLACES.get(method, edition.bundle.centre),
        delivered_at=local(at),
        receiver=receiver,
        relation=relation,
        id_last_four=id_last_four,
        clerk=by.name,
        witness=witness,
        note=note,
    )
    return await _issue(held, edition, "delivery_receipt", content, by=by, at=at)


async def issue_closing_notice(held: Held, *, by: Actor, at: datetime) -> PaperView:
    """办结通知单."""
    edition, case = await held.edition(), held.case
    rows = await connection().fetch(RESULTS, held.id)
    refusals = {r["task_id"]: r for r in await connection().fetch(_REFUSALS, held.id)}
    method = await connection().fetchval(
        "SELECT method FROM deliveries WHERE case_id = $1 ORDER BY at DESC, id DESC LIMIT 1", held.id
    )
    content = closure(
        authority=edition.bundle.centre,
        applicant=await applicant_of(held.id, case["applicant"]),
        bundle=case["bundle_name"],
        case_number=case["number"],
        outcomes=[_outcome(held, edition, id, rows, refusals.get(id)) for id in held.tasks],
        accepted_on=local(case["accepted_at"]).date(),
        decided_on=local(case["decided_at"]).date(),
        closed_at=local(at),
        method=method,
        clerk=by.name,
        enquiry=enquiry_of(edition, case["number"]),
    )
    return await _issue(held, edition, "closure", content, by=by, at=at)


async def _issue(
    held: Held, edition: Edition, kind: str, content: dict[str, Any], *, by: Actor, at: datetime
) -> PaperView:
    authority = short_authority(edition)
    return await notices.issue(kind, content, case_id=held.id, region=held.region, authority=authority, by=by, at=at)


def _outcome(
    held: Held, edition: Edition, task_id: UUID, rows: Sequence[Any], refusal: Mapping[str, Any] | None
) -> Outcome:
    """`refusal` is the title and number of the written decision, where there is one."""
    life, own = held.lives[task_id], [r for r in rows if r["task_id"] == task_id]
    said = "已撤销" if own and all(r["revoked_at"] for r in own) else told(edition.items[life.item].promise)
    papers = [(r["name"], r["number"]) for r in own] or ([(refusal["title"], refusal["number"])] if refusal else [])
    return Outcome(
        item=held.tasks[task_id]["item_name"],
        department=edition.departments[life.department].name,
        outcome=life.state,
        result="、".join(name for name, _ in papers) + (f"（{said}）" if own and said else ""),
        number="、".join(number for _, number in papers if number),
        issued_on=own[0]["issued_on"] if own else None,
        valid_until=own[0]["valid_until"] if own and not own[0]["revoked_at"] else None,
        next_step=NEXT_STEP.get(life.state, ""),
    )
