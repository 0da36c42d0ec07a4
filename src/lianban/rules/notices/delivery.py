"""The papers of the last two steps: 送达回证 and 办结通知单 (行政许可法 44; 民事诉讼法 87–95 by analogy)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lianban.errors import Invalid
from lianban.rules.notices.base import Content, begin, enquiry_content, need, party_content
from lianban.rules.notices.parts import Document, Enquiry, Outcome, Party, day, moment

WORDING = {
    "delivery_receipt": {
        "note": "送达日期以本回证的签收日期为准。受送达人拒绝签收的，送达人记明事由和日期，由见证人签名或者以拍照、"
        "录像方式"
        "记录送达过程后留置。",
    },
    "closure": {
        "opening": "你（单位）申请办理的{bundle}（办件编号：{case_number}）于{accepted}受理，{decided}全部作出决定，"
        "{closed}办结。{summary}结果如下：",
        "collect": "领取方式：{method}。请当场核对证照所载内容，发现有误可以当场提出更正。",
        "renewal": "证照有有效期，{renewal}",
        "rate": "请扫旁边的二维码评价这次服务，可以匿名。",
    },
}
METHODS = {
    "window": "窗口直接送达",
    "agent": "代理人代收",
    "family": "同住成年家属代收",
    "organisation": "单位收件人签收",
    "mail": "邮寄送达",
    "electronic": "电子送达（经受送达人同意）",
    "self_service_cabinet": "自助取件柜",
    "left": "留置送达",
    "public_notice": "公告送达",
}
BY_HAND = ("window", "agent", "family", "organisation")
"""Somebody signs there and then (民事诉讼法 88)."""


OUTCOMES = {"granted": "准予", "refused": "不予", "lapsed": "终止", "withdrawn": "撤回", "terminated": "终止"}


RENEWAL = "需要延续的，请在有效期届满三十个工作日前申请（法律、法规另有规定的除外）。"
"""行政许可法 50; its days are working days (82)."""


def delivery_receipt(
    *,
    authority: str,
    bundle: str,
    case_number: str,
    addressee: str,
    documents: Sequence[Document],
    method: str,
    place: str,
    delivered_at: datetime,
    receiver: str,
    relation: str,
    id_last_four: str,
    clerk: str,
    witness: str = "",
    note: str = "",
    particulars: Sequence[tuple[str, str]] = (),
    signature: str = "",
) -> Content:
    """送达回证 (民事诉讼法 87–95 by analogy). `method` is a key of METHODS; leaving a document needs a witness.

    `particulars` are what the way of delivery adds, as (label, text): the parcel, the mandate, who refused.
    `signature` says what stands in place of a signature; "" leaves room for one. By mail and by public notice the law
    knows a date of delivery, no hour.
    """
    need(("受送达人", addressee), ("送达文书", documents), ("送达地点", place), ("送达人", clerk))
    for document in documents:
        need(("送达文书的名称", document.name))
    if method not in METHODS:
        raise Invalid(f"送达方式“{method}”不存在，请选择：{'、'.join(METHODS.values())}。")
    if method == "left" and not (witness or note or particulars):
        raise Invalid("留置送达必须写明见证人，或者在备注中说明拍照、录像的情况。")
    if method in BY_HAND:
        need(("收件人", receiver))
    whole_day = method in ("mail", "public_notice")
    return begin("delivery_receipt", authority, delivered_at.date(), "送达机关（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "addressee": addressee,
        "documents": [{"name": d.name, "number": d.number or "—", "copies": d.copies} for d in documents],
        "method": METHODS[method],
        "place": place,
        "delivered": day(delivered_at.date()) if whole_day else moment(delivered_at),
        "receiver": receiver,
        "relation": relation,
        "id_last_four": id_last_four,
        "clerk": clerk,
        "witness": witness,
        "note": note,
        "particulars": [{"label": label, "text": text} for label, text in particulars if text],
        "signature": signature,
    }


def closure(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    outcomes: Sequence[Outcome],
    accepted_on: date,
    decided_on: date,
    closed_at: datetime,
    method: str,
    clerk: str,
    enquiry: Enquiry,
    rating: str = "",
) -> Content:
    """办结通知单: every item with its outcome and result; what was not granted names the next step (D-B2-8). `rating`
    is the address under which the service is rated, printed as a code."""
    need(("申请人", applicant.name), ("办理结果", outcomes))
    for outcome in outcomes:
        if outcome.outcome not in OUTCOMES:
            raise Invalid(f"“{outcome.item}”还没有办理结果，全部事项作出决定后才能办结。")
        if outcome.outcome != "granted":
            need((f"“{outcome.item}”未予许可后的下一步", outcome.next_step))
    granted = sum(o.outcome == "granted" for o in outcomes)
    summary = (
        f"共{len(outcomes)}个事项，全部准予。"
        if granted == len(outcomes)
        else f"共{len(outcomes)}个事项，其中准予{granted}个，不予或者终止{len(outcomes) - granted}个；"
        "没有准予的事项不影响已准予事项的效力，可以在整改后单独申请。"
    )
    return begin("closure", authority, closed_at.date(), "综合窗口出件专用章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": party_content(applicant),
        "outcomes": [_outcome(o) for o in outcomes],
        "summary": summary,
        "accepted": day(accepted_on),
        "decided": day(decided_on),
        "closed": moment(closed_at),
        "method": METHODS.get(method, method),
        "renewal": RENEWAL if any(o.valid_until for o in outcomes if o.outcome == "granted") else "",
        "clerk": clerk,
        "enquiry": enquiry_content(enquiry),
        "rating": rating,
    }


def _outcome(outcome: Outcome) -> Content:
    until = day(outcome.valid_until) if outcome.valid_until else ""
    return {
        "item": outcome.item,
        "department": outcome.department,
        "outcome": OUTCOMES[outcome.outcome],
        "result": outcome.result or "—",
        "number": outcome.number or "—",
        "issued": day(outcome.issued_on) if outcome.issued_on else "—",
        "until": until,
        "next_step": outcome.next_step,
    }
