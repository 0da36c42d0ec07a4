"""The papers of the last two steps: the receipt of a hand-over and the closing notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import notices
from lianban.casework.delivery.consents import CHANNELS
from lianban.casework.delivery.standing import RESULTS
from lianban.casework.notices import PaperView, short_authority
from lianban.casework.progress import Held
from lianban.casework.promises.afterwards import told
from lianban.casework.tasks.refusals import applicant_of, enquiry_of
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.notices import Document, Outcome, closure, day, delivery_receipt, moment

NEXT_STEP = {
    "refused": "可以整改后单独申请；不服的，按决定书写明的途径申请行政复议或者提起行政诉讼。",
    "lapsed": "前置事项办成后可以单独申请。",
    "withdrawn": "已按申请撤回，需要办理的可以随时重新申请。",
    "terminated": "容缺的材料没有按承诺补齐；备齐全部材料后可以重新申请。",
}
PLACES = {
    "mail": "收件地址（以邮件回执为准）",
    "electronic": "办件查询页面（受送达人的查询码）",
    "self_service_cabinet": "自助取件柜",
    "public_notice": "政务服务网公告栏",
}
"""Where a delivery happens that is not at the centre's window."""
SIGNATURES = {
    "mail": "以邮件回执上的签收为准，回执附卷。",
    "electronic": "电子送达，文书到达受送达人查询页面的时间为送达时间，由系统记录。",
    "self_service_cabinet": "凭一次性取件码取件，取件时间由系统记录。",
    "left": "拒绝签收，留置送达。",
    "public_notice": "公告期满，视为送达。",
}
"""What stands in place of a signature."""
MANDATES = {"party": "本办件登记的代理人", "file": "授权委托书（附卷）"}

_REFUSALS = "SELECT task_id, title, number FROM papers WHERE case_id = $1 AND kind = 'refusal' AND void_at IS NULL"


async def issue_receipt(
    held: Held, row: Mapping[str, Any], documents: Sequence[Document], *, by: Actor, at: datetime
) -> PaperView:
    """送达回证 of a delivery that has arrived; `row` is its row."""
    edition, method = await held.edition(), row["method"]
    content = delivery_receipt(
        authority=edition.bundle.centre,
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        addressee=held.case["applicant"],
        documents=documents,
        method=method,
        place=row["place"] or PLACES.get(method, edition.bundle.centre),
        delivered_at=local(row["delivered_at"]),
        receiver=row["receiver"],
        relation=row["relation"],
        id_last_four=row["id_last_four"],
        clerk=row["by_name"],
        witness=row["witness"],
        note=row["note"],
        particulars=await _particulars(row),
        signature=SIGNATURES.get(method, ""),
    )
    return await _issue(held, edition, "delivery_receipt", content, by=by, at=at)


async def _particulars(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the way of delivery adds to the receipt, as (label, text)."""
    began = moment(local(row["at"]))
    match row["method"]:
        case "agent":
            return [("代理权限", MANDATES.get(row["mandate"], ""))]
        case "mail":
            return [("邮件", f"{row['carrier']}，邮件号码{row['tracking']}；{began}交寄，收件日期以邮件回执为准")]
        case "electronic":
            consent = await connection().fetchrow("SELECT * FROM delivery_consents WHERE id = $1", row["consent_id"])
            given = f"{consent['person']}于{moment(local(consent['at']))}{CHANNELS[consent['channel']]}同意电子送达"
            return [("同意", f"{given}；需要纸质文书的，可以随时要求提供")]
        case "self_service_cabinet":
            return [("柜格", f"{row['box']}；{began}放入")]
        case "left":
            evidence = "照片、录像附卷" if row["sha256"] else ""
            return [("拒收", "；".join(part for part in (row["refused_by"], evidence) if part))]
        case "public_notice":
            notice = await connection().fetchval("SELECT number FROM papers WHERE id = $1", row["notice_id"])
            return [("公告", f"{notice}；{began}发出，{day(local(row['until']).date())}公告期满")]
        case _:
            return []


async def issue_closing_notice(held: Held, *, rating: str, by: Actor, at: datetime) -> PaperView:
    """办结通知单, with the code under which the service is rated (F1)."""
    edition, case = await held.edition(), held.case
    rows = await connection().fetch(RESULTS, held.id)
    refusals = {r["task_id"]: r for r in await connection().fetch(_REFUSALS, held.id)}
    method = await connection().fetchval(
        "SELECT method FROM deliveries WHERE case_id = $1 AND status = 'delivered'"
        " ORDER BY delivered_at DESC, id DESC LIMIT 1",
        held.id,
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
        rating=rating,
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
    life = held.lives[task_id]
    own = [r for r in rows if r["task_id"] == task_id and r["superseded_at"] is None]
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
