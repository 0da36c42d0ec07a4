"""What each paper must contain, and the refusal to build one that lacks it.

Builders take plain values and return plain content (text, lists and mappings only) that the templates in
`templates/notices` print; the content is what is stored and hashed. They raise `Invalid` with a sentence that names
what is missing. Instants are aware datetimes in Asia/Shanghai. The number, the code and the QR address are taken
last and added by `numbered`. Contents: 行政许可法 32, 38, 42, 44; 民事诉讼法 90–94 (delivery, by analogy); F1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from lianban.errors import Invalid
from lianban.rules.paperparts import (
    AcceptedItem,
    Deadline,
    Document,
    Enquiry,
    HandedIn,
    Outcome,
    Party,
    day,
    moment,
)

__all__ = [
    "AcceptedItem",
    "Content",
    "Deadline",
    "Document",
    "Enquiry",
    "HandedIn",
    "Outcome",
    "Party",
    "acceptance",
    "acceptance_basis",
    "check_remedy",
    "closure",
    "day",
    "delivery_receipt",
    "moment",
    "number_text",
    "numbered",
    "receipt",
    "refusal",
    "refusal_verb",
    "remedy_text",
]

Content: TypeAlias = dict[str, Any]

TITLES = {
    "receipt": "收件凭证",
    "acceptance": "受理通知书",
    "refusal": "不予许可决定书",
    "delivery_receipt": "送达回证",
    "closure": "办结通知单",
    "correction": "补正告知书",
    "special_procedure": "特别程序告知书",
    "extension": "延期通知书",
    "hearing": "听证权利告知书",
    "non_acceptance": "不予受理通知书",
    "turned": "转单项办理告知书",
    "termination": "撤回（终止）通知书",
    "tolerance": "容缺受理通知书",
    "rectification": "责令改正通知书",
    "revocation": "撤销决定书",
}
SERIES = {
    "receipt": "收",
    "acceptance": "受",
    "refusal": "不予",
    "delivery_receipt": "送",
    "closure": "办",
    "correction": "补",
    "special_procedure": "特",
    "extension": "延",
    "hearing": "听",
    "non_acceptance": "不受",
    "turned": "转",
    "termination": "终",
    "tolerance": "容",
    "rectification": "责改",
    "revocation": "撤",
}
METHODS = {
    "window": "窗口直接送达",
    "mail": "邮寄送达",
    "electronic": "电子送达（经受送达人同意）",
    "self_service_cabinet": "自助取件柜",
    "agent": "代理人代收",
    "left": "留置送达",
    "public_notice": "公告送达",
}
OUTCOMES = {"granted": "准予", "refused": "不予", "lapsed": "终止", "withdrawn": "撤回", "terminated": "终止"}
ACCEPTANCE_BASIS = "《中华人民共和国行政许可法》第三十二条第一款第五项、第二款"
RENEWAL = "需要延续的，请在有效期届满三十个工作日前申请（法律、法规另有规定的除外）。"
"""行政许可法 50; its days are working days (82)."""
PERMISSION = "行政许可"
"""The kind of item that the Permission Act governs; others follow it by analogy."""
PROVISIONAL = "（暂定）"
PROVISIONAL_NOTE = "标有“（暂定）”的日期涉及国务院办公厅尚未公布放假安排的年度；公布后重新计算，只会提前、不会推迟。"
"""On the authority's limits: what was promised is kept."""
OWN_TIME_NOTE = "标有“（暂定）”的日期涉及国务院办公厅尚未公布放假安排的年度；公布后重新计算，只会推迟、不会提前。"
"""On the applicant's own time: nobody loses days that were given in writing."""


def number_text(authority: str, kind: str, year: int, serial: int) -> str:
    """The number of a paper: 龙政服受字〔2026〕第000123号. `authority` is the short form ("龙政服")."""
    return f"{authority}{SERIES[kind]}字〔{year}〕第{serial:06d}号"


def numbered(content: Mapping[str, Any], *, number: str, code: str, url: str) -> Content:
    """The content with what is taken last: its number, its code and the address its QR code opens."""
    return {**content, "number": number, "code": code, "qr": url}


def remedy_text(review_body: str, court: str, online: str = "") -> str:
    """The default statement of remedies (行政复议法 20, 24; 行政诉讼法 46). Raises Invalid without both bodies."""
    _need(("复议机关", review_body), ("有管辖权的人民法院", court))
    through = f"（网上渠道：{online}）" if online else ""
    return (
        f"如不服本决定，可以自收到本决定书之日起六十日内向{review_body}申请行政复议{through}，"
        f"或者自收到本决定书之日起六个月内依法向{court}提起行政诉讼。"
    )


def acceptance_basis(kinds: Collection[str]) -> str:
    """What acceptance rests on, by the kinds of the items: the Permission Act governs permissions alone."""
    permissions = [kind == PERMISSION for kind in kinds]
    if all(permissions):
        return ACCEPTANCE_BASIS
    if any(permissions):
        return f"{ACCEPTANCE_BASIS}（非许可事项参照执行）"
    return f"各事项的办理依据，参照{ACCEPTANCE_BASIS}"


def receipt(
    *,
    authority: str,
    applicant: Party,
    agent: Party | None,
    bundle: str,
    case_number: str,
    items: Sequence[tuple[str, str]],
    materials: Sequence[HandedIn],
    received_at: datetime,
    answer_due: date,
    clerk: str,
    enquiry: Enquiry,
    accepted: bool,
) -> Content:
    """收件凭证. `items` are (name, department); `answer_due` ends the five working days of 行政许可法 32(1)(4).

    `accepted` tells that the acceptance notice is issued together with this receipt.
    """
    _need(
        ("申请人", applicant.name),
        ("办理事项", items),
        ("收件清单", materials),
        ("收件人", clerk),
        ("查询方式", enquiry.phone or enquiry.web),
    )
    statement = "本凭证只证明收到所列材料，不代表申请已被受理。" + (
        "本件已当场受理，另行出具《受理通知书》；办理期限以《受理通知书》为准。"
        if accepted
        else f"本机关将在{day(answer_due)}前（自收到材料之日起五个工作日内）书面答复是否受理或者一次告知需要补正的"
        "全部内容；逾期不告知的，自收到申请材料之日起即为受理。"
    )
    return _paper("receipt", authority, received_at.date(), "综合窗口收件专用章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": _party(applicant),
        "agent": _party(agent),
        "items": [{"name": name, "department": department} for name, department in items],
        "materials": [_handed_in(m) for m in materials],
        "received": moment(received_at),
        "answer_due": day(answer_due),
        "statement": statement,
        "clerk": clerk,
        "enquiry": _enquiry(enquiry),
    }


def acceptance(
    *,
    authority: str,
    applicant: Party,
    agent: Party | None,
    bundle: str,
    case_number: str,
    applied_on: date,
    accepted_at: datetime,
    items: Sequence[AcceptedItem],
    commitment: Deadline,
    excludes: str,
    clerk: str,
    enquiry: Enquiry,
    basis: str = ACCEPTANCE_BASIS,
    deemed: str = "",
    supplied_on: date | None = None,
    issued_on: date | None = None,
    copies: int = 2,
    distribution: str = "申请人一份，受理机关存档一份",
) -> Content:
    """受理通知书 (行政许可法 32(2)): both limits of each item, and the date by which the matter is decided.

    `commitment` is the bundle's promise, `excludes` what it leaves out (making and mailing of certificates);
    `deemed` says why the acceptance dates from the day of receipt (32(1)(4)), `supplied_on` when all that was to be
    corrected had been received; the paper bears the day `issued_on`, by default that of the acceptance.
    """
    _need(
        ("申请人", applicant.name),
        ("受理机关", authority),
        ("受理依据", basis),
        ("受理事项", items),
        ("咨询方式", enquiry.phone),
        ("作出决定的期限", commitment.limit),
    )
    for item in items:
        _need((f"“{item.name}”的承诺时限", item.committed.limit))
        if item.committed.due is None:
            _need((f"“{item.name}”的起算条件", item.committed.starts))
    limits = [d for i in items for d in (i.committed, i.statutory) if d is not None] + [commitment]
    return _paper("acceptance", authority, issued_on or accepted_at.date(), "行政审批受理专用章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": _party(applicant),
        "agent": _party(agent),
        "applied": day(applied_on),
        "accepted": moment(accepted_at),
        "basis": basis,
        "deemed": deemed,
        "supplied": day(supplied_on) if supplied_on else "",
        "items": [
            {
                "name": i.name,
                "department": i.department,
                "statutory": _deadline(i.statutory) if i.statutory else {"limit": "目录未载明", "due": "—"},
                "committed": _deadline(i.committed),
            }
            for i in items
        ],
        "commitment": _deadline(commitment),
        "excludes": excludes,
        "provisional_note": PROVISIONAL_NOTE if any(d.provisional for d in limits) else "",
        "clerk": clerk,
        "enquiry": _enquiry(enquiry),
        "copies": copies,
        "distribution": distribution,
    }


def refusal_verb(*, permission: bool) -> str:
    """What is no permission is not refused under the Permission Act."""
    return "不予许可" if permission else "不予办理"


def refusal(
    *,
    authority: str,
    applicant: Party,
    bundle: str,
    case_number: str,
    item: str,
    applied_on: date,
    accepted_on: date,
    facts: str,
    reason: str,
    basis: str,
    remedy: str,
    decided_on: date,
    enquiry: Enquiry,
    permission: bool = True,
) -> Content:
    """不予许可决定书. Without facts, reason, basis and remedy it cannot be built (行政许可法 38(2), 72).

    What is no `permission` (registration, benefit, service) is not granted under the Permission Act and not refused
    under it: 不予办理决定书.
    """
    verb = refusal_verb(permission=permission)
    _need(("申请人", applicant.name), ("作出决定的机关", authority), ("事项", item))
    _need(("审查查明的事实", facts), (f"{verb}的理由", reason), ("法律依据", basis), ("救济途径", remedy))
    check_remedy(remedy)
    return _paper("refusal", authority, decided_on, "本行政机关印章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": _party(applicant),
        "item": item,
        "applied": day(applied_on),
        "accepted": day(accepted_on),
        "facts": facts.strip(),
        "reason": reason.strip(),
        "title": f"{verb}决定书",
        "verb": verb,
        "basis": basis.strip() + ("和《中华人民共和国行政许可法》第三十八条第二款" if permission else ""),
        "remedy": remedy.strip(),
        "enquiry": _enquiry(enquiry),
    }


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
) -> Content:
    """送达回证 (民事诉讼法 87–95 by analogy). `method` is a key of METHODS; leaving a document needs a witness."""
    _need(("受送达人", addressee), ("送达文书", documents), ("送达地点", place), ("送达人", clerk))
    if method not in METHODS:
        raise Invalid(f"送达方式“{method}”不存在，请选择：{'、'.join(METHODS.values())}。")
    if method == "left" and not (witness or note):
        raise Invalid("留置送达必须写明见证人，或者在备注中说明拍照、录像的情况。")
    if method in ("window", "agent"):
        _need(("收件人", receiver))
    return _paper("delivery_receipt", authority, delivered_at.date(), "送达机关（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "addressee": addressee,
        "documents": [{"name": d.name, "number": d.number or "—", "copies": d.copies} for d in documents],
        "method": METHODS[method],
        "place": place,
        "delivered": moment(delivered_at),
        "receiver": receiver,
        "relation": relation,
        "id_last_four": id_last_four,
        "clerk": clerk,
        "witness": witness,
        "note": note,
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
) -> Content:
    """办结通知单: every item with its outcome and result; what was not granted names the next step (D-B2-8)."""
    _need(("申请人", applicant.name), ("办理结果", outcomes))
    for outcome in outcomes:
        if outcome.outcome not in OUTCOMES:
            raise Invalid(f"“{outcome.item}”还没有办理结果，全部事项作出决定后才能办结。")
        if outcome.outcome != "granted":
            _need((f"“{outcome.item}”未予许可后的下一步", outcome.next_step))
    granted = sum(o.outcome == "granted" for o in outcomes)
    summary = (
        f"共{len(outcomes)}个事项，全部准予。"
        if granted == len(outcomes)
        else f"共{len(outcomes)}个事项，其中准予{granted}个，不予或者终止{len(outcomes) - granted}个；"
        "没有准予的事项不影响已准予事项的效力，可以在整改后单独申请。"
    )
    return _paper("closure", authority, closed_at.date(), "综合窗口出件专用章（盖章处）") | {
        "bundle": bundle,
        "case_number": case_number,
        "applicant": _party(applicant),
        "outcomes": [_outcome(o) for o in outcomes],
        "summary": summary,
        "accepted": day(accepted_on),
        "decided": day(decided_on),
        "closed": moment(closed_at),
        "method": METHODS.get(method, method),
        "renewal": RENEWAL if any(o.valid_until for o in outcomes if o.outcome == "granted") else "",
        "clerk": clerk,
        "enquiry": _enquiry(enquiry),
    }


def check_remedy(remedy: str) -> None:
    """Raise Invalid unless the remedies are named (行政许可法 38(2))."""
    if "行政复议" not in remedy and "行政诉讼" not in remedy:
        raise Invalid("救济途径没有写明：请写明申请行政复议或者提起行政诉讼的权利、机关和期限。")


def _need(*parts: tuple[str, object]) -> None:
    """Raise Invalid naming which of these (name, value) is empty."""
    missing = [name for name, value in parts if not (value.strip() if isinstance(value, str) else value)]
    if missing:
        raise Invalid(f"文书缺少必备内容：{'、'.join(missing)}。请补全后再出具。")


def _paper(kind: str, authority: str, on: date, seal: str) -> Content:
    """What every paper begins and ends with: its kind and title, who issues it, its date and place of the seal."""
    _need(("出具机关", authority))
    return {
        "kind": kind,
        "title": TITLES[kind],
        "authority": authority,
        "date": day(on),
        "iso": on.isoformat(),
        "seal": seal,
    }


def _party(party: Party | None) -> Content | None:
    """Somebody as plain content."""
    if party is None:
        return None
    return {"name": party.name, "id_number": party.id_number, "phone": party.phone, "relation": party.relation}


def _enquiry(enquiry: Enquiry) -> Content:
    """Where to ask, as plain content."""
    return {
        "address": enquiry.address,
        "phone": enquiry.phone,
        "supervision_phone": enquiry.supervision_phone,
        "hours": enquiry.hours,
        "web": enquiry.web,
        "query_code": enquiry.query_code,
    }


def _handed_in(material: HandedIn) -> Content:
    return {
        "name": material.name,
        "form": material.form,
        "copies": material.copies or "—",
        "pages": material.pages or "—",
        "later": material.later,
    }


def _deadline(deadline: Deadline) -> Content:
    if deadline.due is None:
        return {"limit": deadline.limit, "due": deadline.starts}
    # A limit counted in hours ends at a minute, every other one with the working hours of its day.
    due = moment(deadline.due) if "小时" in deadline.limit else day(deadline.due)
    return {"limit": deadline.limit, "due": due + PROVISIONAL * deadline.provisional}


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
